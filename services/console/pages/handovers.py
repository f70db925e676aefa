"""工作交接: what is open on one's desk goes to a successor; both confirm the printed list."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.accounts.words import ROLE_WORDS
from services.approvals import handovers, people
from services.approvals.schemas import HandoverForm
from services.approvals.todo_lists import open_items
from services.approvals.words import HANDOVERS
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
Field = Annotated[str, Form(max_length=40)]


@router.get("/handovers")
async def show_all(request: Request, principal: Reader, session: SessionDep) -> Response:
    """List the handovers that concern this person, with the form of a new one."""
    return await _page(request, principal, session, {}, {})


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    errors: dict[str, str],
    form: dict[str, str],
) -> Response:
    locale = locale_of(request)
    may = has_scope(principal.role, Scope.approvals_write) and principal.on_behalf_of is None
    near = await people.colleagues(session, principal) if may else []
    return render(
        request,
        principal,
        "approvals/handovers.html",
        status=422 if errors else 200,
        tabs=tabs_of("/handovers", locale),
        rows=[handovers.view(row, principal) for row in await handovers.handovers(session, principal)],
        ways=HANDOVERS,
        way_options=[(way.value, gettext(word, locale)) for way, word in HANDOVERS.items()],
        people=person_options(near, locale),
        may=may,
        errors=errors,
        form=form,
    )


@router.post("/handovers")
async def draw_up(
    request: Request,
    principal: Signer,
    session: SessionDep,
    clock: ClockDep,
    taker: Field = "",
    giver: Field = "",
    kind: Field = "",
) -> Response:
    """Draw up a handover: 303 to its list, 422 with the form otherwise."""
    form = {"taker": taker, "giver": giver, "kind": kind}
    try:
        wanted = HandoverForm.model_validate({**form, "giver": giver or None})

        async def drawn() -> Done:
            today = await clock.today(session, principal.city)
            items = await open_items(session, principal, wanted.giver, today)
            made = await handovers.hand_over(session, principal, wanted, items, today)
            return Done(to=f"/handovers/{made.id}", note=lazy("交接单已生成，请双方核对后确认"))

        return await once(request, principal, session, drawn)
    except ValidationError as error:
        return await _page(request, principal, session, bad_fields(request, error), form)
    except DomainError as error:
        return await _page(request, principal, session, field_errors(request, error), form)


@router.get("/handovers/{handover:uuid}")
async def show(handover: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show a handover with its list, as it is printed."""
    row = await handovers.find(session, principal, handover)
    return render(
        request,
        principal,
        "approvals/handover.html",
        one=handovers.view(row, principal),
        ways=HANDOVERS,
        kinds=kind_words(),
        roles=ROLE_WORDS,
        names=await unit_names(session, principal.city),
    )


@router.post("/handovers/{handover:uuid}/confirm")
async def confirm(
    handover: UUID, request: Request, principal: Signer, session: SessionDep, clock: ClockDep
) -> Response:
    """Confirm the list as giver or taker."""
    await handovers.confirm(session, principal, handover, await clock.today(session, principal.city))
    return redirect(request, f"/handovers/{handover}", lazy("已确认交接清单"))
