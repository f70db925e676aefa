"""How often the city decides for another than the first rank: by period, reason, body, county.

Published to the counties with small counts hidden; by officer for inspection alone, which is logged.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.errors import NotPermitted
from auth.objections import can_see_overrides_by_officer
from auth.principal import Principal, Role
from services.kit.events import record_event
from services.kit.inputs import Strict
from services.matching.schemas import Answer
from services.matching.words import DecidingBody, OverrideReason

FEW: Final = 3
"""Counts below this are hidden from the counties."""
WHOLE_BP: Final = 10_000

_DECIDED: Final = text(
    """
    SELECT coalesce(d.decided_on, (d.decided_at AT TIME ZONE 'Asia/Shanghai')::date) AS on_date,
        d.rank, d.override_reason AS reason, d.body, d.decided_by, d.price,
        gained.owner AS gaining, lost.owner AS losing, a.display_name AS officer
    FROM match_decision AS d
    JOIN park AS gained ON gained.city = d.city AND gained.code = d.park
    LEFT JOIN match_candidate AS c
        ON c.city = d.city AND c.run = d.run AND c.project = d.project AND c.rank = 1
    LEFT JOIN park AS lost ON lost.city = c.city AND lost.code = c.park
    LEFT JOIN account AS a ON a.city = d.city AND a.id = d.decided_by
    WHERE d.city = :city AND d.state = 'final'
        AND coalesce(d.decided_on, (d.decided_at AT TIME ZONE 'Asia/Shanghai')::date)
            BETWEEN :since AND :until
    ORDER BY d.id
    """
)


class Grain(StrEnum):
    """How long a period of the report is."""

    month = "month"
    quarter = "quarter"


class OverridesQuery(Strict):
    """Which days, in periods of what length."""

    since: Annotated[date, Field(strict=False)]
    until: Annotated[date, Field(strict=False)]
    by: Annotated[Grain, Field(strict=False)] = Grain.quarter


class PeriodAnswer(Answer):
    """Decisions of a period and overrides among them; null where too few to show. `rate_bp`: their share."""

    period: str
    decisions: int | None
    overrides: int | None
    rate_bp: int | None


class CountAnswer(Answer):
    """A count by a reason, a body or a county; null where too few to show."""

    key: str
    overrides: int | None


class OverridesAnswer(Answer):
    """The report. `few`: counts below it are null; 0 where all are shown."""

    since: date
    until: date
    few: int
    total: PeriodAnswer
    periods: tuple[PeriodAnswer, ...]
    reasons: tuple[CountAnswer, ...]
    bodies: tuple[CountAnswer, ...]
    gaining: tuple[CountAnswer, ...]
    losing: tuple[CountAnswer, ...]
    price: int | None
    """What all overrides cost the city's value together; the city's eyes alone."""


class OfficerAnswer(Answer):
    """What one officer signed first."""

    name: str
    decisions: int
    overrides: int
    price: int


async def report(session: AsyncSession, principal: Principal, asked: OverridesQuery) -> OverridesAnswer:
    """Return the report on overrides, for counties with small counts hidden.

    A single hidden count could be told from the sum; so where some are hidden their sum and rate are too.
    """
    rows = await _rows(session, principal.city, asked)
    overrides = [row for row in rows if row["rank"] != 1]
    few = 0 if principal.role in {Role.city_office, Role.auditor} else FEW
    named = Counter(period_of(row["on_date"], asked.by) for row in rows)
    over = Counter(period_of(row["on_date"], asked.by) for row in overrides)
    periods = tuple(_period(name, named[name], over[name], few) for name in sorted(named))
    hidden = any(row.decisions is None or row.overrides is None for row in periods)
    total = _period("", len(rows), len(overrides), few)
    if hidden:
        total = PeriodAnswer(period="", decisions=None, overrides=None, rate_bp=None)
    bodies = Counter(row["body"] or DecidingBody.office.value for row in overrides)
    return OverridesAnswer(
        since=asked.since,
        until=asked.until,
        few=few,
        total=total,
        periods=periods,
        reasons=counts(
            Counter(row["reason"] for row in overrides), [item.value for item in OverrideReason], few
        ),
        bodies=counts(bodies, [item.value for item in DecidingBody], few),
        gaining=counts(Counter(row["gaining"] for row in overrides), None, few),
        losing=counts(Counter(row["losing"] for row in overrides if row["losing"]), None, few),
        price=None if few else sum(row["price"] or 0 for row in overrides),
    )


async def by_officer(
    session: AsyncSession, principal: Principal, asked: OverridesQuery
) -> list[OfficerAnswer]:
    """Return what each officer signed, for inspection; the reading itself is recorded.

    Raises:
        NotPermitted: inspection alone reads this.
    """
    if not can_see_overrides_by_officer(principal):
        raise NotPermitted
    rows = await _rows(session, principal.city, asked)
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="matching.overrides_inspected",
        entity="match_decision",
        entity_id=principal.city,
        after={"since": asked.since.isoformat(), "until": asked.until.isoformat()},
    )
    found: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["decided_by"], []).append(row)
    answers = [
        OfficerAnswer(
            name=signed[0]["officer"] or "",
            decisions=len(signed),
            overrides=sum(row["rank"] != 1 for row in signed),
            price=sum(row["price"] or 0 for row in signed if row["rank"] != 1),
        )
        for signed in found.values()
    ]
    return sorted(answers, key=lambda row: (-row.overrides, row.name))


async def _rows(session: AsyncSession, city: str, asked: OverridesQuery) -> list[Mapping[str, Any]]:
    days = {"city": city, "since": asked.since, "until": asked.until}
    return [dict(row) for row in (await session.execute(_DECIDED, days)).mappings()]


def period_of(day: date, grain: Grain) -> str:
    """Name the month (2027-01) or the quarter (2027Q1) of a day."""
    if grain is Grain.month:
        return f"{day:%Y-%m}"
    return f"{day.year}Q{(day.month + 2) // 3}"


def shown(count: int, few: int) -> int | None:
    """Hide a count that is more than none and fewer than `few`."""
    return None if 0 < count < few else count


def _period(name: str, decisions: int, overrides: int, few: int) -> PeriodAnswer:
    """Show a period. A rate tells the count beside a known number of decisions, so it goes with it."""
    known = shown(overrides, few)
    rate = None if known is None or not decisions or shown(decisions, few) is None else overrides
    return PeriodAnswer(
        period=name,
        decisions=shown(decisions, few),
        overrides=known,
        rate_bp=None if rate is None else overrides * WHOLE_BP // decisions,
    )


def counts(counted: Counter[str], keys: list[str] | None, few: int) -> tuple[CountAnswer, ...]:
    """Show counts by key. Where just one is hidden, the smallest shown one is hidden with it."""
    rows = [(key, counted[key]) for key in (sorted(counted) if keys is None else keys)]
    hidden = {key for key, count in rows if shown(count, few) is None}
    others = [(count, key) for key, count in rows if key not in hidden and count]
    if len(hidden) == 1 and others:
        hidden.add(min(others)[1])
    return tuple(CountAnswer(key=key, overrides=None if key in hidden else count) for key, count in rows)
