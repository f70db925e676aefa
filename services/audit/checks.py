"""The auditor's ready questions (检查清单): each is one read and one rule, and gives bare findings.

A question says what the data show, never that somebody did wrong: whoever reads it opens the rows it names.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation import near_names
from auth.principal import SYSTEM_ACCOUNT
from services.audit import queries
from services.audit.schemas import Limits
from services.audit.words import Check, Severity

HANDS: Final = ("prepare", "check", "review", "approve")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding before it is written for a reader. `says` names the sentence of `words.FINDINGS`."""

    says: str
    severity: Severity
    county: str
    subject: str
    projects: tuple[UUID, ...] = ()
    statement: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """On whose data, on which business date, by which numbers."""

    city: str
    today: date
    limits: Limits


async def _rows(session: AsyncSession, query: str, asked: Asked, **more: Any) -> list[dict[str, Any]]:
    facts = {
        "city": asked.city,
        "today": asked.today,
        "unpaid_days": asked.limits.unpaid_days,
        "late_days": asked.limits.late_days,
        "idle_months": asked.limits.idle_months,
        **more,
    }
    used = {name: value for name, value in facts.items() if f":{name}" in query}
    return [dict(row) for row in (await session.execute(text(query), used)).mappings()]


async def repeated_signing(session: AsyncSession, asked: Asked) -> list[Found]:
    """Firms that signed twice, in several counties or several years: by credit code, then by name."""
    rows = {row["project"]: row for row in await _rows(session, queries.SIGNED, asked)}
    by_code: dict[str, list[UUID]] = {}
    for number, row in rows.items():
        if row["firm"]:
            by_code.setdefault(row["firm"], []).append(number)
    found = [_repeated("same_code", [rows[one] for one in group]) for group in by_code.values()]
    named = {frozenset(one.projects) for one in found if one}
    found += [
        _repeated("near_name", [rows[one] for one in group])
        for group in near_names.groups({number: row["name"] for number, row in rows.items()})
        if not any(set(group) <= known for known in named)
    ]
    return [one for one in found if one is not None]


def _repeated(says: str, group: list[dict[str, Any]]) -> Found | None:
    counties, years = {row["county"] for row in group}, {row["year"] for row in group}
    if len(group) < 2 or (len(counties) == 1 and len(years) == 1):  # noqa: PLR2004 -- two make a repetition
        return None
    return Found(
        says=says,
        severity=Severity.high if len(counties) > 1 else Severity.medium,
        county=group[-1]["county"],
        subject="+".join(str(row["project"]) for row in group),
        projects=tuple(row["project"] for row in group),
        facts={"count": len(group), "counties": len(counties), "years": len(years)},
    )


async def unpaid_share(session: AsyncSession, asked: Asked) -> list[Found]:
    """Dues of a closed year that were never settled, and payment orders that are not paid in full."""
    years = await _rows(session, queries.UNPAID_YEARS, asked)
    orders = await _rows(session, queries.UNPAID_ORDERS, asked)
    return [_money("unpaid_year", row, str(row["year"]), ("year", "fen", "days")) for row in years] + [
        _money("unpaid_order", row, row["number"], ("number", "fen", "days")) for row in orders
    ]


async def late_payout(session: AsyncSession, asked: Asked) -> list[Found]:
    """Payments long after their order was due."""
    rows = await _rows(session, queries.LATE, asked)
    return [
        _money("late", row, f"{row['number']}/{place}", ("number", "fen", "days"), Severity.medium)
        for place, row in enumerate(rows)
    ]


def _money(
    says: str, row: Row, subject: str, names: tuple[str, ...], severity: Severity = Severity.high
) -> Found:
    return Found(
        says=says,
        severity=severity,
        county=row["county"],
        subject=f"{row['county']}/{subject}",
        facts={name: row[name] for name in names},
    )


async def idle_land(session: AsyncSession, asked: Asked) -> list[Found]:
    """Projects that hold land and have not started; twice the rule's time weighs more."""
    rows = await _rows(session, queries.IDLE, asked)
    return [
        _of_project(
            "idle",
            row,
            "",
            {"land": row["land"], "since": row["since"].isoformat(), "months": row["months"]},
            Severity.high if row["months"] >= 2 * asked.limits.idle_months else Severity.medium,
        )
        for row in rows
    ]


async def early_incentive(session: AsyncSession, asked: Asked) -> list[Found]:
    """Incentives before the condition, above the year's county-retained tax, or without a document."""
    return [one for row in await _rows(session, queries.INCENTIVES, asked) for one in _incentive_faults(row)]


def _incentive_faults(row: Row) -> Iterator[Found]:
    paid = {"document": row["document"], "paid_on": row["paid_on"].isoformat(), "fen": row["fen"]}
    if row["early"]:
        yield _of_project("before_tax", row, row["document"], paid)
    elif row["year_fen"] > row["retained"]:
        sums = {"year": row["year"], "fen": row["year_fen"], "retained": row["retained"]}
        yield _of_project("above_retained", row, f"{row['year']}/{row['document']}", sums)
    if not row["document"].strip():
        yield _of_project("no_document", row, paid["paid_on"], paid)


async def unsealed(session: AsyncSession, asked: Asked) -> list[Found]:
    """Statements that a county confirmed without a checked sealed scan."""
    rows = await _rows(session, queries.UNSEALED, asked)
    return [
        _of_statement(
            "unsealed",
            row,
            {"number": row["number"], "by_name": row["by_name"], "on": row["on"].isoformat()},
            Severity.medium,
        )
        for row in rows
    ]


async def override_without_minutes(session: AsyncSession, asked: Asked) -> list[Found]:
    """Decisions for another than the first rank without minutes; an unranked park weighs more."""
    rows = await _rows(session, queries.OVERRIDES, asked)
    return [
        _of_project(
            "override" if row["rank"] else "override_unranked",
            row,
            "",
            {"rank": row["rank"], "reason": row["reason"]},
            Severity.medium if row["rank"] else Severity.high,
        )
        for row in rows
    ]


async def two_hands(session: AsyncSession, asked: Asked) -> list[Found]:
    """Steps of one paper or project that take two people and were one person's."""
    papers = await _rows(session, queries.STATEMENT_HANDS, asked, hands=list(HANDS))
    projects = await _rows(session, queries.PROJECT_HANDS, asked, system=SYSTEM_ACCOUNT)
    return [
        _of_statement("statement_hands", row, {"number": row["number"], "steps": row["steps"]})
        for row in papers
    ] + [
        _of_project("project_hands", row, "-".join(row["steps"]), {"steps": row["steps"]}) for row in projects
    ]


def _of_project(
    says: str, row: Row, subject: str, facts: Mapping[str, Any], severity: Severity = Severity.high
) -> Found:
    number = row["project"]
    return Found(
        says=says,
        severity=severity,
        county=row["county"],
        subject=f"{number or row['county']}/{subject}".rstrip("/"),
        projects=(number,) if number else (),
        facts=facts,
    )


def _of_statement(says: str, row: Row, facts: Mapping[str, Any], severity: Severity = Severity.high) -> Found:
    return Found(
        says=says,
        severity=severity,
        county=row["county"],
        subject=f"{row['statement']}/{'-'.join(facts.get('steps', []))}".rstrip("/"),
        statement=row["statement"],
        facts=facts,
    )


CHECKS: Final[Mapping[Check, Callable[[AsyncSession, Asked], Awaitable[list[Found]]]]] = MappingProxyType(
    {
        Check.repeated_signing: repeated_signing,
        Check.unpaid_share: unpaid_share,
        Check.late_payout: late_payout,
        Check.idle_land: idle_land,
        Check.early_incentive: early_incentive,
        Check.unsealed: unsealed,
        Check.override_without_minutes: override_without_minutes,
        Check.two_hands: two_hands,
    }
)
