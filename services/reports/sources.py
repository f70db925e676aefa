"""Rows of what reports count beside projects: funds, targets, money shared, credit, friction and losses."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.matching.fairness_watch import Verdict
from allocation.statistics import goals
from allocation.statistics.course import Course, Step
from allocation.statistics.periods import Period, PeriodKind, Span, Window
from allocation.statistics.rates import reached
from allocation.statistics.rowsets import Row, Rows
from auth.principal import Principal
from services.audit.alerts import repackaged_pairs
from services.audit.schemas import Limits
from services.credit.service import year_view
from services.funds.goals import standing
from services.funds.queries import PaidRow, paid_in_by
from services.intake.chased import SEVERAL, groups
from services.intake.tables import ContactFiling, TargetFirm
from services.matching.fair_watch import read_watch
from services.matching.fair_words import Series
from services.reports import queries
from services.reports.queries import Paid
from services.reports.specs_projects import GOALS, goal_name

DATED: Final = {
    "money_received": queries.MONEY_RECEIVED,
    "money_given": queries.MONEY_GIVEN,
    "lost": queries.LOST,
    "lost_unshared": queries.LOST_UNSHARED,
    "conflicts_filed": queries.CONFLICTS_FILED,
    "conflicts_ruled": queries.CONFLICTS_RULED,
    "repeated": queries.REPEATED,
    "promises_asked": queries.PROMISES_ASKED,
    "promises_refused": queries.PROMISES_REFUSED,
}
"""What is read by its days: rows of ref, region and amount."""


async def dated(session: AsyncSession, city: str, spans: Mapping[Window, Span]) -> dict[str, Rows]:
    """Return the rows of everything that has a day, for this period and the year so far."""
    found: dict[str, Rows] = {}
    for name, query in DATED.items():
        for window in (Window.now, Window.ytd):
            span = spans[window]
            rows = await session.execute(text(query), {"city": city, "first": span.first, "last": span.last})
            found[f"{name}.{window}"] = tuple(Row(*row) for row in rows)
    return found


async def funds(
    session: AsyncSession, city: str, period: Period, as_of: date, courses: Collection[Course]
) -> tuple[dict[str, Rows], Paid]:
    """Return the rows of funds paid in, by window and kind, and of the projects signed in the year.

    Beside them what each project paid in, by month of the year: targets count it.
    """
    paid = await paid_in_by(session, city, period.year, "9999-12")
    by_project: dict[UUID, dict[str, int]] = {}
    for row in paid:
        months = by_project.setdefault(row.project, {})
        months[row.month] = months.get(row.month, 0) + row.fen
    paid += await paid_in_by(session, city, period.year - 1, "9999-12")
    spans = period.spans(as_of)
    found = {f"funds.{window}": _paid(paid, span) for window, span in spans.items()}
    kinds = {row.fund_kind for row in paid}
    for kind in sorted(kinds):
        mine = [row for row in paid if row.fund_kind is kind]
        found[f"funds_{kind}.ytd"] = _paid(mine, spans[Window.ytd])
    signed = {one.ref for one in reached(courses, Step.signed, period.year, as_of)}
    sums: dict[tuple[str, str], int] = {}
    for ref, region, fen in found["funds.ytd"]:
        if ref in signed:
            sums[ref, region] = sums.get((ref, region), 0) + fen
    found["cohort.funds"] = tuple(Row(*key, max(fen, 0)) for key, fen in sorted(sums.items()))
    return found, by_project


def _paid(rows: Collection[PaidRow], span: Span) -> Rows:
    first, last = f"{span.first:%Y-%m}", f"{span.last:%Y-%m}"
    return tuple(Row(str(row.project), row.host, row.fen) for row in rows if first <= row.month <= last)


async def targets(
    session: AsyncSession, city: str, period: Period, as_of: date, paid: Paid
) -> dict[str, Rows]:
    """Return the rows of the yearly targets and of what was reached, by indicator and kind of unit."""
    span = goals.Span(year=period.year, as_of=as_of)
    asked = [
        (goal, code, indicator)
        for goal in await standing(session, city, period.year, as_of)
        if (code := GOALS.get(goal.indicator)) is not None
        and (indicator := goals.INDICATORS[goal.indicator]).count is not None
        and goal.value_unit in indicator.units
    ]
    if not asked:
        return {}
    found: dict[str, list[Row]] = {}
    whose = goals.by_unit(await queries.ventures(session, city, period.spans(as_of)[Window.ytd], paid))
    for goal, code, indicator in asked:
        name = goal_name(code, goal.actor)
        region = goal.unit if goal.actor is goals.Actor.county else city
        target = Row(f"{goal.unit}/{goal.indicator}", region, goal.value * indicator.units[goal.value_unit])
        found.setdefault(f"goal.{name}", []).append(target)
        mine = found.setdefault(f"reached.{name}", [])
        for one in whose.get((goal.actor, goal.unit, indicator.by_origin), ()):
            amount = indicator.count([one], span) if indicator.count else 0
            if amount:
                mine.append(Row(str(one.project), region, amount))
    return {name: tuple(rows) for name, rows in found.items()}


async def credit(session: AsyncSession, city: str, period: Period, today: date) -> dict[str, Rows]:
    """Return what counts in the year's assessment by doctrine: in each county, and in the city, each once."""
    view = await year_view(session, Principal.system(city), period.year, today)
    found: dict[str, list[Row]] = {}
    for line in view.lines:
        ref, rule = f"{line['agreement']}/{line['indicator']}", line["rule"]
        found.setdefault(f"credit_city_{rule}.ytd", []).append(Row(ref, city, line["value"]))
        found.setdefault(f"credit_counties_{rule}.ytd", []).extend(
            Row(ref, line[side], line[f"{side}_value"])
            for side in ("origin", "host")
            if line[f"{side}_value"]
        )
    return {name: tuple(rows) for name, rows in found.items()}


async def alarms(session: AsyncSession, city: str, period: Period, as_of: date) -> dict[str, Rows]:
    """Return what stands as an alarm on the day. Names are compared for quarter and year alone.

    To compare all names of a large city takes longer than a month's report may; the alarms' page shows them.
    """
    asked = {"city": city, "last": as_of, "months": Limits().idle_months}
    found = {
        "idle_land": tuple(Row(*row) for row in await session.execute(text(queries.IDLE_LAND), asked)),
    }
    if period.kind is not PeriodKind.month:
        pairs = await repackaged_pairs(session, city)
        days = period.spans(as_of)[Window.ytd]
        found["repackaged"] = tuple(
            Row(str(pair.later.key), city, pair.later.investment_fen)
            for pair in pairs
            if pair.later.registered_on in days
        )
    return found


async def fairness(session: AsyncSession, city: str, as_of: date) -> dict[str, Rows]:
    """Return what the runs of the last months gave each county, and whom the watch flags."""
    seen = await read_watch(session, Principal.system(city), until=as_of)
    lines = [line for series in seen.series if series.kind is Series.all for line in series.counties]
    if not lines:
        return {}
    return {
        "fair_given": tuple(Row(line.county, city, line.leads) for line in lines),
        "fair_flagged": tuple(
            Row(line.county, city, line.leads)
            for line in lines
            if line.verdict in {Verdict.LESS, Verdict.MORE}
        ),
    }


async def chased(session: AsyncSession, city: str, span: Span) -> dict[str, Rows]:
    """Return the firms that several counties listed or called on in the year so far."""
    asked = {"city": city, "first": span.first, "last": span.last}
    entries: list[Any] = [
        *(await queries.rows_as(session, TargetFirm, queries.LISTED, asked)),
        *(await queries.rows_as(session, ContactFiling, queries.CALLED, asked)),
    ]
    found = []
    for group in groups(entries):
        counties = {entry.owner if isinstance(entry, TargetFirm) else entry.county for entry in group}
        counties.discard(city)
        if len(counties) >= SEVERAL:
            found.append(Row(str(min(entry.id for entry in group)), city, len(counties)))
    return {"chased.ytd": tuple(sorted(found))}
