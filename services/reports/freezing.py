"""Freezing a report: one person asks, another freezes the very same content; then nothing changes it."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.periods import Period
from auth.principal import Principal
from auth.reports import can_check_freeze, can_freeze_report, can_read_reports
from services.kit.clock import Clock
from services.kit.errors import SamePerson
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.regions.repo import load_regions
from services.regions.settings import settings_on
from services.reports import repo
from services.reports.counting import Counted, counted, sha_of
from services.reports.errors import (
    FreezeNotAsked,
    PeriodNotOver,
    ReportChanged,
    ReportFrozen,
    ReportNotForYou,
)
from services.reports.reading import content_of, period_of
from services.reports.schemas import FreezeOffer
from services.reports.stating import corrected, states
from services.reports.tables import FrozenReport, ReportRequest


async def ask_freeze(
    session: AsyncSession, principal: Principal, period: str, clock: Clock | None = None
) -> ReportRequest:
    """Ask that a period's report be frozen with the content it has now. Another person freezes it.

    Raises:
        ReportNotForYou: the person is not of the city's office.
        NoSuchReport: the text names no period.
        PeriodNotOver: the period is not over.
        ReportFrozen: this or a later period of its kind is frozen.
    """
    if not can_freeze_report(principal):
        raise ReportNotForYou
    found = await _current(session, principal, period, clock or Clock())
    today = await (clock or Clock()).today(session, principal.city)
    asked = ReportRequest(
        city=principal.city,
        period=found.content.period.code,
        sha256=found.sha256,
        by=principal.account,
        by_name=principal.name,
        on_date=today,
    )
    session.add(asked)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="reports.freeze_asked",
        entity="report_request",
        entity_id=asked.period,
        after={"sha256": asked.sha256},
    )
    return asked


async def freeze(
    session: AsyncSession, principal: Principal, period: str, sha256: str, clock: Clock | None = None
) -> FrozenReport:
    """Freeze a report that another asked to be frozen, with the content named by its hash.

    Raises:
        ReportNotForYou: the person is not of the city's office.
        NoSuchReport: the text names no period.
        PeriodNotOver: the period is not over.
        ReportFrozen: this or a later period of its kind is frozen.
        FreezeNotAsked: nobody asked.
        SamePerson: the one who asked cannot freeze it.
        ReportChanged: the figures or their rows are not those that were asked for any more.
    """
    if not can_freeze_report(principal):
        raise ReportNotForYou
    city = principal.city
    asked = await repo.request(session, city, period_of(period).code)
    if asked is None:
        raise FreezeNotAsked
    if not can_check_freeze(principal, asked.by):
        raise SamePerson
    found = await _current(session, principal, period, clock or Clock())
    if not asked.sha256 == sha256 == found.sha256:
        raise ReportChanged
    content = found.content
    made = FrozenReport(
        id=uuid7(),
        city=city,
        period=asked.period,
        kind=content.period.kind,
        last_on=content.period.last,
        request=asked.id,
        asked_by=asked.by,
        sha256=sha256,
        row_sets=len(found.rows),
        body={
            "as_of": content.as_of.isoformat(),
            "figures": [one.kept() for one in content.figures],
            "corrections": [one.kept() for one in content.corrections],
        },
        by=principal.account,
        by_name=principal.name,
        on_date=await (clock or Clock()).today(session, city),
    )
    session.add(made)
    await session.flush()
    repo.keep_rows(session, city, made.id, found.rows)
    await session.flush()
    await record_event(
        session,
        city,
        actor=principal,
        action="reports.frozen",
        entity="report_frozen",
        entity_id=made.period,
        after={"sha256": sha256, "asked_by": str(asked.by)},
    )
    return made


async def freeze_offer(
    session: AsyncSession, principal: Principal, period: str, clock: Clock | None = None
) -> FreezeOffer:
    """Tell where the freeze of a period's report stands, and what this person may do.

    Raises:
        ReportNotForYou: the person reads no reports.
        NoSuchReport: the text names no period.
    """
    if not can_read_reports(principal):
        raise ReportNotForYou
    asked = period_of(period)
    last = await repo.last_frozen(session, principal.city, asked.kind)
    over = await (clock or Clock()).today(session, principal.city) > asked.last
    still = over and (last is None or last < asked.last) and can_freeze_report(principal)
    found = await repo.request(session, principal.city, asked.code) if still else None
    return FreezeOffer(
        may_ask=still,
        may_freeze=found is not None and can_check_freeze(principal, found.by),
        asked_by=found.by_name if found else None,
        asked_on=found.on_date if found else None,
        sha256=found.sha256 if found else None,
        skips=_between(last, asked) if still and last is not None else [],
        first=last is None,
        too_late=last is not None
        and last > asked.last
        and await repo.frozen(session, principal.city, asked.code) is None,
    )


def _between(last: date, asked: Period) -> list[str]:
    """The periods after the last that is frozen and before one, the earliest first."""
    found = []
    period = asked.before()
    while period.last > last:
        found.append(period.code)
        period = period.before()
    return found[::-1]


async def recomputed(session: AsyncSession, city: str, kept: FrozenReport) -> bool:
    """Tell whether a frozen report is what its own rows add up to, and both what its hash names."""
    rows = await repo.rows_of(session, city, kept.id)
    content = content_of(kept)
    settings = await settings_on(session, city, content.as_of)
    regions = [row.code for row in await load_regions(session, city)]
    known = await repo.known(session, city, kept.kind, content.period.since, content.period.first)
    again = {(one.code, one.region): (one.value, one.below) for one in states(rows, regions, settings, 0)}
    said = {(one.code, one.region): (one.value, one.below) for one in content.figures}
    return (
        len(rows) == kept.row_sets
        and said == {key: again.get(key) for key in said}
        and content.corrections == tuple(corrected(known, rows, regions))
        and kept.sha256 == sha_of(kept.period, content.as_of, content.figures, content.corrections, rows)
    )


async def _current(session: AsyncSession, principal: Principal, period: str, clock: Clock) -> Counted:
    """Count a period that may be frozen. Raises NoSuchReport, PeriodNotOver, ReportFrozen."""
    asked: Period = period_of(period)
    today = await clock.today(session, principal.city)
    if today <= asked.last:
        raise PeriodNotOver
    last = await repo.last_frozen(session, principal.city, asked.kind)
    if last is not None and last >= asked.last:
        raise ReportFrozen
    return await counted(session, principal.city, asked, today)
