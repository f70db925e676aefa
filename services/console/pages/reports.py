"""统计报告: a month's, quarter's or year's report, the rows of its figures, its freeze by two people."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.statistics.periods import Period, PeriodKind
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, render
from services.console.once import Done, once
from services.console.reports_view import (
    chosen_league,
    funnel_of,
    league_choices,
    league_of,
    link,
    sections,
)
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.reports import service
from services.reports.figures import WORDS, amount, kind_words, parts, shown
from services.reports.routes import XLSX
from services.reports.sheets import workbook
from services.reports.words import PARTS, PERIODS, STATES, ReportState

router = APIRouter(prefix="/reports")

Reader = Annotated[Principal, Depends(NeedsScope(Scope.reports_read))]
Freezer = Annotated[Principal, Depends(NeedsScope(Scope.reports_freeze))]
Code = Annotated[str, Query(max_length=60)]
Hash = Annotated[str, Form(max_length=64)]
TONES: Final = {ReportState.open: "warn", ReportState.asked: "info", ReportState.frozen: "ok"}
MOST: Final = 500
"""So many rows of a figure its page lists; the API gives all."""
MONTHS: Final = 13
"""So many months back one is led from the list."""


@router.get("")
async def reports_page(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """List the periods of a year and a month, the latest first, with those that are frozen."""
    today = await clock.today(session, principal.city)
    frozen = {one.period: one for one in await service.reports(session, principal)}
    listed: list[Period] = []
    for kind, count in ((PeriodKind.month, MONTHS), (PeriodKind.quarter, 5), (PeriodKind.year, 2)):
        period = Period.around(today, kind)
        for _ in range(count):
            listed.append(period)
            period = period.before()
    return render(
        request,
        principal,
        "reports/list.html",
        groups=[
            (PERIODS[kind], [(one, frozen.get(one.code)) for one in listed if one.kind is kind])
            for kind in PeriodKind
        ],
        today=today,
    )


@router.get("/{period}")
async def report_page(
    period: str, request: Request, principal: Reader, session: SessionDep, clock: ClockDep, by: Code = ""
) -> Response:
    """Show a report; every figure leads to its rows."""
    return await _page(request, principal, session, clock, period, by, {})


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    period: str,
    by: str,
    errors: dict[str, str],
) -> Response:
    locale = locale_of(request)
    report = await service.month_report(session, principal, period, locale=locale, clock=clock)
    counties = chosen_league(report, by)
    return render(
        request,
        principal,
        "reports/show.html",
        status=422 if errors else 200,
        report=report,
        offer=await service.freeze_offer(session, principal, period, clock),
        parts=sections(report, locale),
        picture=funnel_of(report, locale),
        counties=counties,
        by_county=league_of(counties, locale) if counties else None,
        choices=league_choices(report, locale),
        corrections=[
            (one, link(report, one.figure), *(amount(value, one.figure.unit) for value in said))
            for one in report.corrections
            for said in [(one.stated, one.corrected, one.figure.value or 0)]
        ],
        kind_words=lambda figure: kind_words(figure, locale),
        periods=PERIODS,
        states=STATES,
        tones=TONES,
        say=lambda figure: shown(figure, locale),
        link=lambda figure: link(report, figure),
        errors=errors,
    )


@router.get("/{period}/report.xlsx")
async def report_workbook(
    period: str, request: Request, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Give the report as a workbook."""
    locale = locale_of(request)
    report = await service.month_report(session, principal, period, locale=locale, clock=clock)
    data = await asyncio.to_thread(workbook, report, locale)
    disposition = f'attachment; filename="report-{report.period}.xlsx"'
    return Response(data, media_type=XLSX, headers={"Content-Disposition": disposition})


@router.get("/{period}/figures/{figure}")
async def figure_page(
    period: str,
    figure: str,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    region: Code = "",
) -> Response:
    """Show what a figure adds up."""
    locale = locale_of(request)
    found = await service.figure_rows(
        session, principal, period, figure, region or None, locale=locale, clock=clock
    )
    return render(
        request,
        principal,
        "reports/rows.html",
        period=period,
        found=found,
        said=shown(found.figure, locale),
        parts=parts(found.figure),
        groups=[
            (PARTS[part], len(mine), [(row, amount(row.amount, found.unit)) for row in mine[:MOST]])
            for part in found.adds
            for mine in [[row for row in found.rows if row.part == part]]
        ],
        unit=gettext(WORDS[found.unit], locale),
        kind=kind_words(found.figure, locale),
        states=STATES,
    )


@router.post("/{period}/freeze-request")
async def post_freeze_request(
    period: str, request: Request, principal: Freezer, session: SessionDep, clock: ClockDep
) -> Response:
    """Ask for the freeze: 303 to the report, 422 with it otherwise."""

    async def ask() -> Done:
        await service.ask_freeze(session, principal, period, clock)
        return Done(to=f"/reports/{period}", note=lazy("已申请封存，请另一人核对后封存"))

    try:
        return await once(request, principal, session, ask)
    except DomainError as error:
        return await _page(request, principal, session, clock, period, "", field_errors(request, error))


@router.post("/{period}/freeze")
async def post_freeze(
    period: str,
    request: Request,
    principal: Freezer,
    session: SessionDep,
    clock: ClockDep,
    sha256: Hash = "",
) -> Response:
    """Freeze what another asked for: 303 to the report, 422 with it otherwise."""

    async def keep() -> Done:
        await service.freeze(session, principal, period, sha256, clock)
        return Done(to=f"/reports/{period}", note=lazy("已封存，此后的变动在下一期更正"))

    try:
        return await once(request, principal, session, keep)
    except DomainError as error:
        return await _page(request, principal, session, clock, period, "", field_errors(request, error))
