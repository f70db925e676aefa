"""Registers over all projects that one tracks: sponsors, blocks, reviews due; and who answers for a stage."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.once import Done
from services.console.plain_forms import Shown
from services.console.session import NeedsScope
from services.console.tracking_forms import OWNER
from services.console.tracking_page import kept, read_form
from services.console.tracking_words import WORDS
from services.documents.registers_paper import registers_xlsx
from services.documents.routes import send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import lazy, locale_of
from services.tracking import registers
from services.tracking.reviewing import set_department
from services.tracking.schemas import DepartmentForm

router = APIRouter(prefix="/tracking")

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Office = Annotated[Principal, Depends(NeedsScope(Scope.regions_write))]


@router.get("/registers.xlsx")
async def workbook(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Give all registers as a workbook."""
    today = await clock.today(session, principal.city)
    return send(await registers_xlsx(session, principal, today, locale_of(request)))


@router.get("/sponsors")
async def sponsors(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show who answers for projects in the five roles, with the leaders' sums by unit."""
    found = await registers.sponsors(session, principal, await clock.today(session, principal.city))
    return render(request, principal, "tracking/sponsors.html", found=found, words=WORDS)


@router.get("/blocks")
async def blocks(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show what blocks projects now, the longest first."""
    found = await registers.blocks(session, principal, await clock.today(session, principal.city))
    return render(request, principal, "tracking/blocks.html", found=found, words=WORDS)


@router.get("/look-backs")
async def look_backs(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show the reviews that are to be held of large projects."""
    found = await registers.due_list(session, principal, await clock.today(session, principal.city))
    return render(request, principal, "tracking/look_backs.html", found=found, words=WORDS)


@router.get("/departments")
async def departments(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show which department answers for each stage, and for the city's office the form of a rule."""
    return await _departments(request, principal, session, clock, Shown(OWNER))


@router.post("/departments")
async def post_department(
    request: Request, principal: Office, session: SessionDep, clock: ClockDep
) -> Response:
    """Set who answers for a stage from a day on: 303 to the rules, 422 with the form otherwise."""
    made, shown, _sent = await read_form(request, OWNER, DepartmentForm)
    if made is not None:

        async def act() -> Done:
            await set_department(session, principal, made)
            return Done(to="/tracking/departments", note=lazy("已设定责任部门"))

        answer = await kept(request, principal, session, shown, act)
        if answer is not None:
            return answer
    return await _departments(request, principal, session, clock, shown)


async def _departments(
    request: Request, principal: Principal, session: SessionDep, clock: ClockDep, shown: Shown
) -> Response:
    found = await registers.departments(session, principal, await clock.today(session, principal.city))
    return render(
        request,
        principal,
        "tracking/departments.html",
        status=shown.status,
        found=found,
        form=shown,
        errors=shown.errors,
        words=WORDS,
    )
