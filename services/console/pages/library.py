"""One library: what is in it on a day, since when, by which rule, what is next; and what came and went."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.pages.libraries import Day, day_of
from services.console.session import NeedsScope
from services.documents.libraries_paper import library_pdf, library_xlsx
from services.documents.routes import send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.libraries import service
from services.libraries.in_force import layout_on
from services.libraries.sayings import Speaker
from services.libraries.words import NUMERIC, OBJECTS
from services.regions.repo import unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Key = Annotated[str, Path(max_length=40)]


@router.get("/libraries/{library}")
async def library_page(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    library: Key,
    as_of: Day = "",
    since: Day = "",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """Show what is in a library, its rules, and what came and went since a day."""
    today = await clock.today(session, principal.city)
    day = day_of(as_of)
    found = await service.library(
        session,
        principal,
        library,
        today,
        as_of=day,
        secret=request.app.state.settings.secret.get_secret_value(),
        cursor=cursor,
    )
    begin = day_of(since)
    if begin is not None and begin > found.as_of:
        begin = None
    current = await layout_on(session, principal.city, found.as_of)
    return render(
        request,
        principal,
        "libraries/show.html",
        found=found,
        given=current.library(library),
        speaker=Speaker(locale_of(request), current.layout, await unit_names(session, principal.city)),
        changes=await service.changes(session, principal, library, today, begin=begin, as_of=day),
        objects=OBJECTS,
        numeric=NUMERIC,
        fragment="list",
    )


@router.get("/libraries/{library}/sheet.pdf")
async def library_sheet(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, library: Key, as_of: Day = ""
) -> Response:
    """Print a library with its rules."""
    today = await clock.today(session, principal.city)
    return send(await library_pdf(session, principal, library, today, day_of(as_of), locale_of(request)))


@router.get("/libraries/{library}/sheet.xlsx")
async def library_workbook(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, library: Key, as_of: Day = ""
) -> Response:
    """Give a library as a workbook."""
    today = await clock.today(session, principal.city)
    return send(await library_xlsx(session, principal, library, today, day_of(as_of), locale_of(request)))
