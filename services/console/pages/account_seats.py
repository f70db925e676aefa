"""The seat one acts from, and for administrators an account's posts and suspensions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from pydantic import ValidationError
from starlette.responses import Response

from auth.principal import COUNTY_ROLES, Principal, Role
from auth.scopes import Scope
from services.accounts import seating
from services.accounts.errors import NoSuchSeat
from services.accounts.seat_routes import GivePost, Suspend
from services.console.approval_words import bad_fields
from services.console.frame import field_errors, redirect
from services.console.pages.accounts import details_page
from services.console.session import ConsolePrincipal, NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.regions.repo import load_parks

router = APIRouter()

Writer = Annotated[Principal, Depends(NeedsScope(Scope.accounts_write))]
Field = Annotated[str, Form(max_length=600)]


@router.post("/account/post")
async def take_seat(
    request: Request,
    principal: ConsolePrincipal,
    session: SessionDep,
    clock: ClockDep,
    seat: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Act from another seat from the next page on."""
    kind, _, key = seat.partition(":")
    try:
        chosen = UUID(key) if key else None
    except ValueError as error:
        raise NoSuchSeat from error
    await seating.take_seat(
        session,
        principal,
        chosen if kind == "post" else None,
        chosen if kind == "delegation" else None,
        await clock.today(session, principal.city),
    )
    return redirect(request, "/", lazy("已切换岗位"))


@router.post("/accounts/{account}/posts")
async def give_post(
    account: UUID,
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    role: Field = "",
    office: Field = "",
) -> Response:
    """Give a further post: 303 to the account, 422 with the form otherwise."""
    form = {"role": role, "office": office}
    try:
        county = principal.city
        if role in COUNTY_ROLES:
            county = office
        elif role == Role.park_officer:
            owners = {park.code: park.owner for park in await load_parks(session, principal.city)}
            county = owners.get(office, "")
        wanted = GivePost.model_validate({**form, "county": county})
        async with session.begin_nested():
            await seating.give_post(
                session,
                principal,
                account,
                role=wanted.role,
                office=wanted.office,
                county=wanted.county,
                today=await clock.today(session, principal.city),
            )
    except ValidationError as error:
        found = bad_fields(request, error)
        return await details_page(request, principal, session, account, errors=found, form=form)
    except DomainError as error:
        found = field_errors(request, error)
        return await details_page(request, principal, session, account, errors=found, form=form)
    return redirect(request, f"/accounts/{account}", lazy("岗位已授予"))


@router.post("/accounts/{account}/posts/{post}/end")
async def end_post(
    account: UUID, post: UUID, request: Request, principal: Writer, session: SessionDep, clock: ClockDep
) -> Response:
    """End a further post."""
    today = await clock.today(session, principal.city)
    await seating.end_post(session, principal, account, post, today)
    return redirect(request, f"/accounts/{account}", lazy("岗位已结束"))


@router.post("/accounts/{account}/suspensions")
async def suspend(
    account: UUID,
    request: Request,
    principal: Writer,
    session: SessionDep,
    from_on: Field = "",
    until_on: Field = "",
    because: Field = "",
) -> Response:
    """Suspend an officer: 303 to the account, 422 with the form otherwise."""
    form = {"from_on": from_on, "until_on": until_on, "because": because}
    try:
        wanted = Suspend.model_validate({"from_on": from_on, "until_on": until_on or None, "reason": because})
        async with session.begin_nested():
            await seating.suspend(
                session,
                principal,
                account,
                from_on=wanted.from_on,
                until_on=wanted.until_on,
                reason=wanted.reason,
            )
    except ValidationError as error:
        found = _renamed(bad_fields(request, error))
        return await details_page(request, principal, session, account, errors=found, form=form)
    except DomainError as error:
        found = _renamed(field_errors(request, error))
        return await details_page(request, principal, session, account, errors=found, form=form)
    return redirect(request, f"/accounts/{account}", lazy("已暂停办理，此人仍可查看"))


def _renamed(errors: dict[str, str]) -> dict[str, str]:
    return {"because" if name == "reason" else name: text for name, text in errors.items()}


@router.post("/accounts/{account}/suspensions/{suspension}/lift")
async def lift(
    account: UUID,
    suspension: UUID,
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Lift a suspension."""
    today = await clock.today(session, principal.city)
    await seating.lift(session, principal, account, suspension, today)
    return redirect(request, f"/accounts/{account}", lazy("已恢复办理"))
