"""库表图谱: the city's libraries with their counts on a day, and the map of its industry chains."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import render
from services.console.menu import pages
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.libraries import chains, service
from services.libraries.answers import ChainsAnswer, CountyChain
from services.libraries.in_force import layout_on
from services.libraries.sayings import Speaker
from services.libraries.schemas import LinkIn
from services.libraries.words import OBJECTS, POSITIONS
from services.regions.repo import unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Day = Annotated[str, Query(max_length=10)]


def day_of(text: str) -> date | None:
    """Read a day; what is none is as if not given."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@router.get("/libraries")
async def list_libraries(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, as_of: Day = ""
) -> Response:
    """Show the libraries with their counts, the rates, the maps and the tables of the layout in force."""
    today = await clock.today(session, principal.city)
    found = await service.libraries(session, principal, today, day_of(as_of))
    return render(
        request,
        principal,
        "libraries/list.html",
        found=found,
        objects=OBJECTS,
        maps=_open_to(principal, found.maps),
        tables=_open_to(principal, found.tables),
        layouts=has_scope(principal.role, Scope.regions_read),
    )


def _open_to(principal: Principal, links: list[LinkIn]) -> list[LinkIn]:
    """Return the links whose pages this person may open: those of the menu stand in it."""
    listed = {row.path: row.shown_to(principal.role) for row in pages()}
    return [one for one in links if listed.get(one.page.value, True)]


@router.get("/libraries/chains")
async def chain_page(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show every chain by its nodes, and counties by chains."""
    today = await clock.today(session, principal.city)
    found = await chains.chain_map(session, principal, today)
    current = await layout_on(session, principal.city, today)
    return render(
        request,
        principal,
        "libraries/chains.html",
        found=found,
        grid=_grid(found),
        positions=POSITIONS,
        speaker=Speaker(locale_of(request), current.layout, await unit_names(session, principal.city)),
    )


def _grid(found: ChainsAnswer) -> list[tuple[str, list[CountyChain]]]:
    """Return the rows of counties by chains."""
    rows: dict[str, list[CountyChain]] = {}
    for cell in found.counties:
        rows.setdefault(cell.county_name, []).append(cell)
    return list(rows.items())
