"""办理时限 and 超期与囤积榜: what runs, what is late, and who keeps leads without moving them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.clocks import report, service
from services.clocks.schemas import ClockFilter
from services.clocks.words import COLOURS, DEBTORS, KINDS, SUPERIORS, TONES
from services.console.filters import percent
from services.console.frame import render
from services.console.session import NeedsScope
from services.documents.overdue_paper import overdue_xlsx
from services.documents.routes import send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import gettext, locale_of
from services.regions.repo import load_regions

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Short = Annotated[str, Query(max_length=20)]
WORDS: dict[str, Any] = {
    "kinds": KINDS,
    "debtors": DEBTORS,
    "colours": COLOURS,
    "tones": TONES,
    "superiors": SUPERIORS,
}
A_PAGE = 50
"""Clocks on one page."""


@router.get("/clocks")
async def clocks(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    kind: Short = "",
    county: Short = "",
    late: Short = "",
    escalated: Short = "",
    cursor: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """List the clocks that run: how many of each kind, then page by page, the most pressing first."""
    today = await clock.today(session, principal.city)
    try:
        asked = ClockFilter.model_validate(
            {"kind": kind or None, "county": county, "late": bool(late), "escalated": bool(escalated)}
        )
    except ValidationError:  # what is not known is as if not given
        asked = ClockFilter()
    rows = await service.clocks(session, principal, today, asked)
    locale = locale_of(request)
    secret = request.app.state.settings.secret.get_secret_value()
    return render(
        request,
        principal,
        "clocks/list.html",
        page=service.cut_page(rows, principal, asked, secret=secret, limit=A_PAGE, cursor=cursor or None),
        running=len(rows),
        lines=report.kind_lines(rows),
        asked=asked,
        options=[(key.value, gettext(text, locale)) for key, text in KINDS.items()],
        units=[(row.code, row.name) for row in await load_regions(session, principal.city)],
        **WORDS,
        fragment="list",
    )


@router.get("/overdue")
async def overdue(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show who is late and who hoards; a county finds only itself."""
    found = await report.overdue(session, principal, await clock.today(session, principal.city))
    shares = [(unit.county_name, unit.late_bp, percent(unit.late_bp)) for unit in found.units if unit.running]
    return render(request, principal, "clocks/overdue.html", found=found, shares=shares, **WORDS)


@router.get("/overdue.xlsx")
async def workbook(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Give the report as a workbook."""
    today = await clock.today(session, principal.city)
    return send(await overdue_xlsx(session, principal, today, locale_of(request)))
