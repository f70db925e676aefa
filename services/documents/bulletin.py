"""月度专报 and the leaders' sheet as files: as the person may read them, drawn in a thread, never stored."""

import asyncio
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.periods import PeriodKind
from auth.principal import Principal
from auth.reports import reports_whole_city
from services.capacity import service as capacity
from services.clocks import report as clocks
from services.clocks.schemas import UnitLine
from services.documents.bulletin_charts import ageing_chart, map_chart, map_credit, rooms_chart
from services.documents.bulletin_sheet import (
    ZH,
    BulletinSheet,
    LeadersSheet,
    Today,
    bulletin_sheet,
    leaders_sheet,
)
from services.documents.bulletin_workbook import bulletin_workbook
from services.documents.render import render_pdf
from services.documents.service import PDF, XLSX, File
from services.kit.clock import Clock
from services.kit.i18n import Locale, gettext, lazy
from services.libraries.in_force import title_on
from services.libraries.words import Title
from services.maps.indicators import indicators
from services.maps.service import map_in_force
from services.regions.repo import load_parks, unit_names
from services.reports import service as reports
from services.reports.schemas import Report
from services.tracking.ledgers import rows_for
from services.tracking.schemas import SegmentFilter

TITLES: Final = {
    PeriodKind.month: Title.bulletin,
    PeriodKind.quarter: Title.quarter,
    PeriodKind.year: Title.year,
}
LATE: Final = lazy("{unit}有 {n} 项办理超期，最长 {days} 天")
LATEST: Final = 5
"""So many of those who are late stand on the leaders' sheet."""


async def bulletin(
    session: AsyncSession, principal: Principal, period: str, clock: Clock | None = None
) -> BulletinSheet:
    """Make the bulletin of a period as this person reads its report.

    Raises:
        ReportNotForYou: the person reads no reports.
        NoSuchReport: there is no such period, or it has not begun.
    """
    report = await reports.month_report(session, principal, period, locale=ZH, clock=clock)
    title = await title_on(session, principal.city, report.as_of, TITLES[report.kind])
    return bulletin_sheet(report, title, await owner_of(session, report))


async def bulletin_pdf(
    session: AsyncSession, principal: Principal, period: str, clock: Clock | None = None
) -> File:
    """Draw a bulletin. Raises as `bulletin`."""
    sheet = await bulletin(session, principal, period, clock)
    content = await asyncio.to_thread(render_pdf, sheet)
    return File(content=content, media_type=PDF, name=f"{sheet.number}.pdf")


async def bulletin_xlsx(
    session: AsyncSession, principal: Principal, period: str, clock: Clock | None = None
) -> File:
    """Write a bulletin as a workbook. Raises as `bulletin`."""
    sheet = await bulletin(session, principal, period, clock)
    content = await asyncio.to_thread(bulletin_workbook, sheet)
    return File(content=content, media_type=XLSX, name=f"{sheet.number}.xlsx")


async def leaders_pdf(
    session: AsyncSession, principal: Principal, period: str, clock: Clock | None = None
) -> File:
    """Draw the leaders' sheet of a period, with how things stand today. Raises as `bulletin`."""
    sheet = await leaders(session, principal, period, clock)
    content = await asyncio.to_thread(render_pdf, sheet)
    return File(content=content, media_type=PDF, name=f"{sheet.number}.pdf")


async def leaders(
    session: AsyncSession, principal: Principal, period: str, clock: Clock | None = None
) -> LeadersSheet:
    """Make the leaders' sheet. Raises as `bulletin`."""
    clock = clock or Clock()
    report = await reports.month_report(session, principal, period, locale=ZH, clock=clock)
    now = await standing(session, principal, await clock.today(session, principal.city), ZH)
    return leaders_sheet(report, await owner_of(session, report), now)


async def standing(session: AsyncSession, principal: Principal, today: date, locale: Locale) -> Today:
    """Tell how things stand today: flows between counties, ages, what parks have, who is late."""
    rows = await rows_for(session, principal, today, SegmentFilter())
    parks = [
        await capacity.capacity(session, principal, park.code, today)
        for park in await load_parks(session, principal.city)
        if reports_whole_city(principal) or park.owner == principal.county
    ]
    rooms = rooms_chart(parks, locale)
    flows = await indicators(session, principal, today)
    drawn = map_chart(flows, await map_in_force(session, principal.city), locale)
    late = (await clocks.overdue(session, principal, today)).units
    return Today(
        on=today,
        charts=(drawn, ageing_chart(rows, locale), *([rooms] if rooms else [])),
        credit=map_credit(flows, locale),
        late=tuple(
            gettext(LATE, locale, unit=_unit(unit, principal.city, locale), n=unit.late, days=unit.worst_days)
            for unit in late[:LATEST]
            if unit.late
        ),
    )


def _unit(unit: UnitLine, city: str, locale: Locale) -> str:
    return gettext(lazy("市本级"), locale) if unit.county == city else unit.county_name


async def owner_of(session: AsyncSession, report: Report) -> str:
    """Return whose figures a report's are: the city's name, or the county's."""
    if report.region is None:
        return report.city_name
    return (await unit_names(session, report.city)).get(report.region, report.region)
