"""月度专报: a period's papers to print or load, and the leaders' charts on the screen with their tables."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.session import NeedsScope
from services.documents.bulletin import bulletin_pdf, bulletin_xlsx, leaders_pdf, owner_of, standing
from services.documents.bulletin_charts import funnel_chart, league_chart
from services.documents.bulletin_sheet import PLACES, number_of
from services.documents.routes import send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import gettext, locale_of
from services.reports.errors import NoSuchReport
from services.reports.schemas import Report
from services.reports.service import month_report
from services.reports.words import STATES

router = APIRouter(prefix="/bulletins")

Reader = Annotated[Principal, Depends(NeedsScope(Scope.reports_read))]
Period = Annotated[str, Path(pattern=r"^20[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?$")]


@router.get("")
async def bulletins_page(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    period: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Show a period's main sentences and charts, with its papers; by default the last full month's."""
    today, locale = await clock.today(session, principal.city), locale_of(request)
    asked, errors = period.strip() or last_month(today), dict[str, str]()
    try:
        report = await month_report(session, principal, asked, locale=locale, clock=clock)
    except NoSuchReport as error:
        errors = {"period": gettext(error.title, locale)}
        report = await month_report(session, principal, last_month(today), locale=locale, clock=clock)
    now = await standing(session, principal, today, locale)
    charts = [
        funnel_chart(report, locale),
        *(league_chart(report, code, words, locale) for code, words in PLACES),
        *now.charts,
    ]
    return render(
        request,
        principal,
        "bulletins/show.html",
        status=422 if errors else 200,
        errors=errors,
        asked=asked,
        report=report,
        state=STATES[report.state],
        owner=await owner_of(session, report),
        links=_links(report),
        charts=[chart for chart in charts if chart is not None],
        now=now,
    )


def last_month(today: date) -> str:
    """Return the last month that is over, YYYY-MM."""
    day = today.replace(day=1) - timedelta(days=1)
    return f"{day.year:04}-{day.month:02}"


def _links(report: Report) -> dict[str, str]:
    here = f"/bulletins/{report.period}"
    return {
        "number": number_of("ZB", report),
        "pdf": f"{here}/bulletin.pdf",
        "xlsx": f"{here}/bulletin.xlsx",
        "leaders": f"{here}/leaders.pdf",
    }


@router.get("/{period}/bulletin.pdf")
async def print_bulletin(period: Period, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Print a period's bulletin."""
    return send(await bulletin_pdf(session, principal, period, clock))


@router.get("/{period}/bulletin.xlsx")
async def load_bulletin(period: Period, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Give the same bulletin as a workbook."""
    return send(await bulletin_xlsx(session, principal, period, clock))


@router.get("/{period}/leaders.pdf")
async def print_leaders(period: Period, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Print a period's leaders' sheet."""
    return send(await leaders_pdf(session, principal, period, clock))
