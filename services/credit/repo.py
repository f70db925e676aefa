"""Reads of assessment credit: what was paid in, how projects went, what was booked, which years are final."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.credit import Credit
from allocation.sharing.crediting import Course
from services.credit.tables import CreditEvent, CreditSheet
from services.credit.words import CountedIndicator, SheetState
from services.ledger.agreed import Agreed

FUNDS = """
SELECT project, month, sum(fen)::bigint AS fen FROM funds_counted(:city)
WHERE currency = 'CNY' AND project = ANY (:projects) GROUP BY project, month
"""
FOREIGN = """
SELECT count(*) FROM funds_counted(:city) WHERE currency <> 'CNY' AND project = ANY (:projects)
    AND left(month, 4)::int = :year
"""

COURSES = """
SELECT id, started_on, host_county FROM project WHERE city = :city AND id = ANY (:projects)
"""

BOOKED = """
SELECT agreement, indicator, month, sum(origin_value)::bigint AS origin, sum(host_value)::bigint AS host,
       sum(value)::bigint AS value
FROM credit_line WHERE city = :city GROUP BY agreement, indicator, month
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What was booked of an agreement, by month."""

    agreement: UUID
    indicator: CountedIndicator
    months: dict[str, Credit]


async def funds_of(session: AsyncSession, city: str, agreed: Sequence[Agreed]) -> dict[UUID, dict[str, int]]:
    """The funds paid in, in fen, by project and month; in yuan only."""
    asked = {"city": city, "projects": [one.project for one in agreed]}
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for project, month, fen in await session.execute(text(FUNDS), asked):
        found[project][month] = fen
    return found


async def foreign_rows(session: AsyncSession, city: str, agreed: Sequence[Agreed], year: int) -> int:
    """How many rows of a year are in foreign currency, which is not counted."""
    asked = {"city": city, "year": year, "projects": [one.project for one in agreed]}
    return int((await session.execute(text(FOREIGN), asked)).scalar_one())


async def courses_of(session: AsyncSession, city: str, agreed: Sequence[Agreed]) -> dict[str, Course]:
    """How the projects went, by the agreement's code."""
    asked = {"city": city, "projects": [one.project for one in agreed]}
    rows = {row["id"]: row for row in (await session.execute(text(COURSES), asked)).mappings()}
    return {
        one.code: Course(
            started_on=rows[one.project]["started_on"],
            ended_on=one.ended_on,
            undone=one.ended_on is not None and rows[one.project]["host_county"] != one.host,
        )
        for one in agreed
    }


async def booked_of(
    session: AsyncSession, city: str
) -> dict[tuple[UUID, CountedIndicator], dict[str, Credit]]:
    """What was booked, by agreement and indicator, then month."""
    found: dict[tuple[UUID, CountedIndicator], dict[str, Credit]] = defaultdict(dict)
    for row in (await session.execute(text(BOOKED), {"city": city})).mappings():
        key = (row["agreement"], CountedIndicator(row["indicator"]))
        found[key][row["month"]] = Credit(row["origin"], row["host"], row["value"])
    return found


async def confirmed_years(session: AsyncSession, city: str) -> frozenset[int]:
    """The years that are final."""
    rows = await session.execute(
        select(col(CreditSheet.year)).where(
            col(CreditSheet.city) == city, col(CreditSheet.state) == SheetState.confirmed
        )
    )
    return frozenset(rows.scalars())


async def live_sheet(
    session: AsyncSession, city: str, year: int, *, hold: bool = False
) -> CreditSheet | None:
    """A year's sheet that no other has replaced; held for this transaction where asked."""
    query = select(CreditSheet).where(
        col(CreditSheet.city) == city,
        col(CreditSheet.year) == year,
        col(CreditSheet.state) != SheetState.superseded,
    )
    found: CreditSheet | None = (
        await session.execute(query.with_for_update() if hold else query)
    ).scalar_one_or_none()
    return found


async def sheet_by_id(
    session: AsyncSession, city: str, sheet: UUID, *, hold: bool = False
) -> CreditSheet | None:
    """One sheet, held for this transaction where asked."""
    query = select(CreditSheet).where(col(CreditSheet.city) == city, col(CreditSheet.id) == sheet)
    found: CreditSheet | None = (
        await session.execute(query.with_for_update() if hold else query)
    ).scalar_one_or_none()
    return found


async def sheets(session: AsyncSession, city: str) -> Sequence[CreditSheet]:
    """All sheets, newest first."""
    rows = await session.execute(
        select(CreditSheet)
        .where(col(CreditSheet.city) == city)
        .order_by(col(CreditSheet.year).desc(), col(CreditSheet.version).desc())
    )
    return rows.scalars().all()


async def events_of(session: AsyncSession, city: str, sheet: UUID) -> Sequence[CreditEvent]:
    """A sheet's steps, in order."""
    rows = await session.execute(
        select(CreditEvent)
        .where(col(CreditEvent.city) == city, col(CreditEvent.sheet) == sheet)
        .order_by(col(CreditEvent.seq))
    )
    return rows.scalars().all()


def opinions_of(events: Sequence[CreditEvent]) -> dict[str, dict[str, Any]]:
    """The newest opinion of each bureau, by its word."""
    return {event.facts["bureau"]: event.facts for event in events if "bureau" in event.facts}
