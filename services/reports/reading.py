"""Reports as people read them: frozen ones as they were frozen, others as the data stand, marked 初步."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.periods import Period
from allocation.statistics.rowsets import Rows
from auth.principal import Principal
from auth.reports import can_read_reports, reports_whole_city
from services.kit.clock import Clock
from services.kit.i18n import DEFAULT_LOCALE, Locale
from services.regions.repo import load_regions
from services.regions.settings import settings_on
from services.reports import repo
from services.reports.counting import counted
from services.reports.errors import NoSuchReport, ReportNotForYou
from services.reports.schemas import Report
from services.reports.stating import Corrected, Stated
from services.reports.tables import FrozenReport
from services.reports.words import ReportState
from services.reports.writing import Content, Reader, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A report's content for one reader; `rows` are at hand where it was counted just now."""

    content: Content
    reader: Reader
    names: Mapping[str, str]
    frozen: FrozenReport | None
    rows: Mapping[str, Rows] | None


async def month_report(
    session: AsyncSession,
    principal: Principal,
    period: str,
    *,
    locale: Locale = DEFAULT_LOCALE,
    clock: Clock | None = None,
) -> Report:
    """Return the report of a month, quarter or year (`2026-12`, `2026-Q4`, `2026`) for this person.

    Raises:
        ReportNotForYou: the person reads no reports.
        NoSuchReport: the text names no period, or one that has not begun.
    """
    shown = await read(session, principal, period, locale=locale, clock=clock)
    return written(shown.content, shown.reader, principal.city, shown.names)


async def read(
    session: AsyncSession,
    principal: Principal,
    period: str,
    *,
    locale: Locale = DEFAULT_LOCALE,
    clock: Clock | None = None,
) -> Shown:
    """Return a report's content with its reader. Raises as `month_report`."""
    if not can_read_reports(principal):
        raise ReportNotForYou
    asked = period_of(period)
    today = await (clock or Clock()).today(session, principal.city)
    if today < asked.first:
        raise NoSuchReport
    names = {row.code: row.name for row in await load_regions(session, principal.city)}
    reader = await _reader(session, principal, today, locale)
    kept = await repo.frozen(session, principal.city, asked.code)
    if kept is not None:
        return Shown(content=content_of(kept), reader=reader, names=names, frozen=kept, rows=None)
    found = await counted(session, principal.city, asked, today)
    content = found.content
    if await repo.request(session, principal.city, asked.code) is not None:
        content = content.asked()
    return Shown(content=content, reader=reader, names=names, frozen=None, rows=found.rows)


def content_of(kept: FrozenReport) -> Content:
    """Read a frozen report as it was frozen."""
    return Content(
        period=Period.parse(kept.period),
        as_of=date.fromisoformat(kept.body["as_of"]),
        state=ReportState.frozen,
        figures=tuple(Stated(**one) for one in kept.body["figures"]),
        corrections=tuple(Corrected.read(one) for one in kept.body["corrections"]),
        sha256=kept.sha256,
        frozen_at=kept.at,
    )


async def reports(session: AsyncSession, principal: Principal) -> list[FrozenReport]:
    """Return the frozen reports, the latest first.

    Raises:
        ReportNotForYou: the person reads no reports.
    """
    if not can_read_reports(principal):
        raise ReportNotForYou
    return list(await repo.frozen_list(session, principal.city))


async def frozen_report(session: AsyncSession, principal: Principal, period: str) -> FrozenReport:
    """Return a frozen report.

    Raises:
        ReportNotForYou: the person reads no reports.
        NoSuchReport: the period is not frozen.
    """
    if not can_read_reports(principal):
        raise ReportNotForYou
    kept = await repo.frozen(session, principal.city, period_of(period).code)
    if kept is None:
        raise NoSuchReport
    return kept


def period_of(code: str) -> Period:
    """Read a period.

    Raises:
        NoSuchReport: the text names none.
    """
    try:
        return Period.parse(code)
    except ValueError:
        raise NoSuchReport from None


async def _reader(session: AsyncSession, principal: Principal, today: date, locale: Locale) -> Reader:
    """Tell what a person reads: all regions, or one's own with what the city publishes of the others."""
    if reports_whole_city(principal):
        return Reader(region=None, leagues=True, locale=locale)
    settings = await settings_on(session, principal.city, today)
    return Reader(region=principal.county, leagues=settings.league_table_public, locale=locale)
