"""目标企业清单: one's own list and the city's; for the city's office all, and who is chased by several."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.intake import sees_every_contact
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.intake_forms import TARGET
from services.console.once import Done, once
from services.console.plain_forms import Shown, read, revision_of, with_regions
from services.console.session import NeedsScope
from services.intake.chased import chased
from services.intake.schemas import TargetIn
from services.intake.targets import close_firm, list_firm, targets
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.regions.repo import unit_names

router = APIRouter()

Teller = Annotated[Principal, Depends(NeedsScope(Scope.projects_write))]


@router.get("/targets")
async def show_targets(request: Request, principal: Teller, session: SessionDep, clock: ClockDep) -> Response:
    """Show the lists, with the form of a new entry."""
    fields = await with_regions(session, principal, TARGET, "owner")
    return await _page(request, principal, session, clock, Shown(fields))


@router.post("/targets")
async def post_target(request: Request, principal: Teller, session: SessionDep, clock: ClockDep) -> Response:
    """Put a firm on a list: 303 to the list, 422 with the form otherwise."""
    fields = await with_regions(session, principal, TARGET, "owner")
    made, shown, _sent = await read(request, fields, TargetIn)
    if made is not None:

        async def enlist() -> Done:
            await list_firm(session, principal, made, await clock.today(session, principal.city))
            return Done(to="/targets", note=lazy("已列入目标企业清单"))

        try:
            return await once(request, principal, session, enlist)
        except DomainError as error:
            shown.errors = field_errors(request, error)
    return await _page(request, principal, session, clock, shown)


@router.post("/targets/{target}/close")
async def post_close(
    target: UUID, request: Request, principal: Teller, session: SessionDep, clock: ClockDep
) -> Response:
    """Take a firm off a list."""
    today = await clock.today(session, principal.city)
    await close_firm(session, principal, target, today, revision_of(await request.form()))
    return redirect(request, "/targets", lazy("已移出目标企业清单"))


async def _page(
    request: Request, principal: Principal, session: AsyncSession, clock: ClockDep, form: Shown
) -> Response:
    office = sees_every_contact(principal)
    today = await clock.today(session, principal.city)
    return render(
        request,
        principal,
        "intake/targets.html",
        status=form.status,
        form=form,
        errors=form.errors,
        items=(await targets(session, principal)).items,
        office=office,
        several=(await chased(session, principal, today)).items if office else [],
        names=await unit_names(session, principal.city),
    )
