"""委托代办, and who signs what: lending one's seat for some days, and the chains of approval."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.approvals import can_set_chain
from auth.principal import Principal, Role
from auth.scopes import Scope, has_scope
from services.approvals import chains, delegations, people
from services.approvals.schemas import ChainForm, DelegationForm
from services.console.approval_words import bad_fields, kind_words, person_options, tabs_of
from services.console.frame import field_errors, redirect, render
from services.console.once import Done, once
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.regions.repo import unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.approvals_read))]
Signer = Annotated[Principal, Depends(NeedsScope(Scope.approvals_write))]
Field = Annotated[str, Form(max_length=600)]


@router.get("/delegations")
async def show(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """List the delegations of oneself and one's office, with the form of a new one."""
    return await _page(request, principal, session, clock, {}, {})


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    errors: dict[str, str],
    form: dict[str, str],
) -> Response:
    today = await clock.today(session, principal.city)
    locale = locale_of(request)
    rows = await delegations.delegations(session, principal)
    may_lend = has_scope(principal.role, Scope.approvals_write) and principal.on_behalf_of is None
    near = person_options(await people.colleagues(session, principal), locale) if may_lend else []
    return render(
        request,
        principal,
        "approvals/delegations.html",
        status=422 if errors else 200,
        tabs=tabs_of("/delegations", locale),
        rows=[delegations.view(row, principal, today) for row in rows],
        kinds=kind_words(),
        names=await unit_names(session, principal.city),
        people=near,
        may_lend=may_lend,
        errors=errors,
        form={"from_on": today.isoformat(), "until_on": today.isoformat()} | form,
    )


@router.post("/delegations")
async def lend(
    request: Request,
    principal: Signer,
    session: SessionDep,
    clock: ClockDep,
    delegate: Field = "",
    delegator: Field = "",
    kinds: Annotated[list[str] | None, Form(max_length=20)] = None,
    from_on: Field = "",
    until_on: Field = "",
    reason: Field = "",
) -> Response:
    """Lend a seat: 303 to the list, 422 with the form otherwise."""
    form = {
        "delegate": delegate,
        "delegator": delegator,
        "from_on": from_on,
        "until_on": until_on,
        "reason": reason,
    }
    try:
        wanted = DelegationForm.model_validate(
            {
                **form,
                "delegator": delegator or None,
                "post": principal.post if not delegator else None,
                "kinds": kinds or [],
            }
        )

        async def lent() -> Done:
            today = await clock.today(session, principal.city)
            await delegations.delegate(session, principal, wanted, today)
            return Done(to="/delegations", note=lazy("委托已登记，受托人可在“我的账户”切换为代办身份"))

        return await once(request, principal, session, lent)
    except ValidationError as error:
        return await _page(request, principal, session, clock, bad_fields(request, error), form)
    except DomainError as error:
        return await _page(request, principal, session, clock, field_errors(request, error), form)


@router.post("/delegations/{delegation:uuid}/end")
async def end(
    delegation: UUID, request: Request, principal: Signer, session: SessionDep, clock: ClockDep
) -> Response:
    """End a delegation before its time."""
    await delegations.end(session, principal, delegation, await clock.today(session, principal.city))
    return redirect(request, "/delegations", lazy("委托已结束"))


@router.get("/approval-chains")
async def show_chains(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """List the chains that the city set, with the form of a new one."""
    return await _chains(request, principal, session, clock, {}, {})


async def _chains(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    errors: dict[str, str],
    form: dict[str, str],
) -> Response:
    locale = locale_of(request)
    today: date = await clock.today(session, principal.city)
    names = await unit_names(session, principal.city)
    own = principal.county if principal.role is Role.county_leader else ""
    kinds = {kind: word for kind, word in kind_words().items() if can_set_chain(principal, kind, own or "")}
    return render(
        request,
        principal,
        "approvals/chains.html",
        status=422 if errors else 200,
        tabs=tabs_of("/approval-chains", locale),
        rows=await chains.chains(session, principal),
        all_kinds=kind_words(),
        kinds=[(kind, gettext(word, locale)) for kind, word in kinds.items()],
        names=names,
        offices=[(code, name) for code, name in names.items() if len(code) == len(principal.city)],
        own=own,
        errors=errors,
        form={"effective_from": today.isoformat()} | form,
    )


@router.post("/approval-chains")
async def set_chain(
    request: Request,
    principal: Signer,
    session: SessionDep,
    clock: ClockDep,
    kind: Field = "",
    office: Field = "",
    effective_from: Field = "",
    titles: Field = "",
    way: Field = "sign",
) -> Response:
    """Set a chain: one title a line; 303 to the list, 422 with the form otherwise."""
    form = {"kind": kind, "office": office, "effective_from": effective_from, "titles": titles}
    role = Role.county_leader if kind == "review" else Role.city_office
    steps = [
        {"role": role, "title": line.strip(), "kind": way} for line in titles.splitlines() if line.strip()
    ]
    try:
        wanted = ChainForm.model_validate(
            {"kind": kind, "office": office, "effective_from": effective_from, "steps": steps}
        )

        async def put() -> Done:
            today = await clock.today(session, principal.city)
            await chains.set_chain(session, principal, wanted, today)
            return Done(to="/approval-chains", note=lazy("审批流程已登记"))

        return await once(request, principal, session, put)
    except ValidationError as error:
        found = bad_fields(request, error)
        if "steps" in found:
            found["titles"] = found.pop("steps")
        return await _chains(request, principal, session, clock, found, form)
    except DomainError as error:
        return await _chains(request, principal, session, clock, field_errors(request, error), form)
