"""项目跟踪: the three segment ledgers, and the schedule lists over all projects."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.session import NeedsScope
from services.console.tracking_forms import options
from services.console.tracking_words import ITEM_TONES, WORDS
from services.documents.routes import send
from services.documents.tracking_paper import tracking_xlsx
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import gettext, locale_of
from services.regions.repo import load_regions
from services.tracking import schedule
from services.tracking.ledgers import ledger_page
from services.tracking.schemas import SegmentFilter

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Short = Annotated[str, Query(max_length=40)]
PAGE = 50


def _asked(**given: object) -> SegmentFilter:
    """Read a filter; a value that does not fit is as if not given, the others stay."""
    told = {name: value for name, value in given.items() if value}
    try:
        return SegmentFilter.model_validate(told)
    except ValidationError as wrong:
        bad = {error["loc"][0] for error in wrong.errors()}
        return SegmentFilter.model_validate({name: value for name, value in told.items() if name not in bad})


@router.get("/tracking")
async def ledgers(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    segment: Short = "",
    county: Short = "",
    department: Short = "",
    min_days: Short = "",
    blocked: Short = "",
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """Show one ledger, or all three, with days in stage and the totals by county."""
    asked = _asked(
        segment=segment, county=county, department=department, min_days=min_days, blocked=bool(blocked)
    )
    found = await ledger_page(
        session,
        principal,
        await clock.today(session, principal.city),
        asked,
        secret=request.app.state.settings.secret.get_secret_value(),
        limit=PAGE,
        cursor=cursor,
    )
    locale = locale_of(request)
    return render(
        request,
        principal,
        "tracking/ledgers.html",
        found=found,
        asked=asked,
        choices={
            "department": [(key, gettext(text, locale)) for key, text in options(WORDS["departments"])],
            "county": [(row.code, row.name) for row in await load_regions(session, principal.city)],
        },
        words=WORDS,
        fragment="list",
    )


@router.get("/tracking.xlsx")
async def workbook(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    segment: Short = "",
    county: Short = "",
    department: Short = "",
    min_days: Short = "",
    blocked: Short = "",
) -> Response:
    """Give the ledgers of a filter as a workbook."""
    asked = _asked(
        segment=segment, county=county, department=department, min_days=min_days, blocked=bool(blocked)
    )
    today = await clock.today(session, principal.city)
    return send(await tracking_xlsx(session, principal, today, asked, locale_of(request)))


@router.get("/tracking/items")
async def items(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show what is not yet struck off, of all projects that one tracks."""
    today = await clock.today(session, principal.city)
    found = await schedule.items(session, principal, today, standing=True)
    return render(request, principal, "tracking/items.html", found=found, words=WORDS, tones=ITEM_TONES)
