"""Facts of funds for reports: what was paid in by project and month, and projects as targets see them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.goals import Venture
from services.projects.words import FundKind

_PAID = """
SELECT f.project, p.public_id, f.month, f.fund_kind, p.origin, coalesce(p.host_county, p.origin) AS host,
    p.host_park AS park, coalesce(sum(f.fen), 0)::bigint AS fen,
    count(*) FILTER (WHERE f.fen IS NULL) AS unconverted
FROM funds_counted(:city) AS f JOIN project AS p ON p.city = :city AND p.id = f.project
WHERE f.month BETWEEN :first AND :last
GROUP BY f.project, p.public_id, f.month, f.fund_kind, p.origin, p.host_county, p.host_park
ORDER BY f.month, p.public_id, f.fund_kind
"""
_PROJECTS = """
SELECT p.id, p.public_id, p.origin, p.host_county, p.host_park, p.channel, p.channel_unit, p.investment_fen,
    p.signed_on, CASE WHEN p.state <> 'withdrawn' THEN p.accepted_on END AS accepted_on,
    coalesce(nullif(p.investor_credit_code, ''), p.name_key) AS investor
FROM project AS p WHERE p.city = :city ORDER BY p.public_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRow:
    """What one project paid in of one kind in one month.

    Attributes:
        project: its internal id.
        ref: what it is addressed by.
        month: YYYY-MM.
        fund_kind: where the money came from.
        origin: the region that brought it.
        host: the county that has it; the origin where none is named.
        park: the park that hosts it.
        fen: what counts; negative where a correction outweighs the month's own funds.
        unconverted: rows in dollars whose month has no rate; they are not in `fen`.
    """

    project: UUID
    ref: str
    month: str
    fund_kind: FundKind
    origin: str
    host: str
    park: str | None
    fen: int
    unconverted: int


async def paid_in_by(session: AsyncSession, city: str, year: int, until_month: str) -> list[PaidRow]:
    """Return what counts as paid in from the beginning of a year up to a month (YYYY-MM), both included."""
    asked = {"city": city, "first": f"{year:04}-01", "last": min(until_month, f"{year:04}-12")}
    found = await session.execute(text(_PAID), asked)
    return [_row(row) for row in found.mappings()]


def _row(row: Any) -> PaidRow:
    return PaidRow(
        project=row["project"],
        ref=row["public_id"],
        month=row["month"],
        fund_kind=FundKind(row["fund_kind"]),
        origin=row["origin"],
        host=row["host"],
        park=row["park"],
        fen=row["fen"],
        unconverted=row["unconverted"],
    )


async def ventures(session: AsyncSession, city: str, year: int, until_month: str) -> list[Venture]:
    """Return all projects of a city as targets see them, with what they paid in up to a month of a year."""
    paid: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in await paid_in_by(session, city, year, until_month):
        paid[row.project][row.month] += row.fen
    found = (await session.execute(text(_PROJECTS), {"city": city})).mappings()
    return [
        Venture(
            project=row["public_id"],
            origin=row["origin"],
            host=row["host_county"],
            park=row["host_park"],
            channel=row["channel"],
            channel_unit=row["channel_unit"],
            investor=row["investor"],
            investment_fen=row["investment_fen"],
            accepted_on=row["accepted_on"],
            signed_on=row["signed_on"],
            paid=dict(paid.get(row["id"], {})),
        )
        for row in found
    ]


def signed_in(found: Sequence[Venture], year: int, as_of: date) -> list[Venture]:
    """Return the projects signed in a year up to a day."""
    return [
        one
        for one in found
        if one.signed_on is not None and one.signed_on.year == year and one.signed_on <= as_of
    ]
