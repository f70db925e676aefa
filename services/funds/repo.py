"""Reads of funds, rates, closed months and targets. Every query names the city."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.funds import sees_all_funds
from auth.principal import Principal, Role
from services.funds.schemas import FundFilter
from services.funds.tables import ExchangeRate, FundClose, FundEntry, Goal

FRESH = {"populate_existing": True}

WALL = """(
    :all OR (:park <> '' AND p.host_park = :park) OR (:county <> '' AND :county IN (p.origin, p.host_county))
)"""
"""The projects whose funds somebody sees, as `auth.funds.can_see_funds` says; `p` is the project."""

_ROWS = f"""
WITH found AS (
    SELECT c.*, 'confirmed' AS state FROM funds_counted(:city) AS c
    UNION ALL
    SELECT e.project, e.month, e.fund_kind, e.currency, e.amount, e.rate_e4, e.fen, e.id, NULL, e.evidence,
        e.corrects_month, e.state
    FROM fund_entry AS e WHERE e.city = :city AND e.state <> 'confirmed'
), shown AS (
    SELECT f.*, p.public_id, p.name, p.code_name, coalesce(p.host_county, p.origin) AS host, p.host_park,
        p.code || '/' || f.fund_kind || '/' || coalesce(f.entry::text, lpad(f.seq::text, 9, '0')) AS place
    FROM found AS f JOIN project AS p ON p.city = :city AND p.id = f.project
    WHERE {WALL} AND (:year = '' OR left(f.month, 4) = :year)
        AND (:month = '' OR f.month = :month) AND (:kind = '' OR f.fund_kind = :kind)
        AND (:host = '' OR coalesce(p.host_county, p.origin) = :host)
        AND (:in_park = '' OR p.host_park = :in_park)
        AND (:project = '' OR p.public_id = :project) AND (:state = '' OR f.state = :state)
)
"""  # noqa: S608 -- our own text
_PAGE = (
    _ROWS
    + """
SELECT * FROM shown
WHERE :before = '' OR month < :before OR (month = :before AND place > :after)
ORDER BY month DESC, place LIMIT :limit
"""
)
_TOTAL = (
    _ROWS
    + """
SELECT count(*) AS total, coalesce(sum(fen) FILTER (WHERE state = 'confirmed'), 0)::bigint AS fen,
    count(*) FILTER (WHERE fen IS NULL) AS unconverted
FROM shown
"""
)


def wall(principal: Principal) -> dict[str, Any]:
    """Return what `WALL` asks of a principal."""
    park = principal.office if principal.role is Role.park_officer else ""
    whole = sees_all_funds(principal)
    own = principal.role in {Role.county_officer, Role.county_leader, Role.county_finance}
    return {"all": whole, "park": park, "county": (principal.county or "") if own else ""}


def _asked(principal: Principal, filters: FundFilter) -> dict[str, Any]:
    return {
        **wall(principal),
        "city": principal.city,
        "year": "" if filters.year is None else f"{filters.year:04}",
        "month": filters.month or "",
        "kind": filters.fund_kind or "",
        "host": filters.county or "",
        "in_park": filters.park or "",
        "project": filters.project or "",
        "state": filters.state or "",
    }


async def rows(
    session: AsyncSession,
    principal: Principal,
    filters: FundFilter,
    *,
    after: Sequence[str] = ("", ""),
    limit: int | None = None,
) -> Sequence[Any]:
    """Return the rows that somebody sees under a filter, latest month first, after a place."""
    asked = _asked(principal, filters) | {"before": after[0], "after": after[1], "limit": limit}
    return (await session.execute(text(_PAGE), asked)).mappings().all()


async def totals(session: AsyncSession, principal: Principal, filters: FundFilter) -> Any:
    """Return how many rows there are, what counts of them in fen, and how many no rate converts."""
    return (await session.execute(text(_TOTAL), _asked(principal, filters))).mappings().one()


async def entry(session: AsyncSession, city: str, key: UUID, *, hold: bool = False) -> FundEntry | None:
    """Return one entry, locked until the transaction ends if asked."""
    query = select(FundEntry).where(col(FundEntry.city) == city, col(FundEntry.id) == key)
    if hold:
        query = query.with_for_update()
    return (await session.scalars(query, execution_options=FRESH)).one_or_none()


async def replaced_by(session: AsyncSession, city: str, key: UUID) -> UUID | None:
    """Return the entry that revises one, waiting or counting."""
    query = select(col(FundEntry.id)).where(
        col(FundEntry.city) == city,
        col(FundEntry.replaces) == key,
        col(FundEntry.state).in_(["pending", "confirmed", "replaced"]),
    )
    return (await session.scalars(query)).one_or_none()


async def closed_through(session: AsyncSession, city: str) -> str | None:
    """Return the last closed month. Until the transaction ends nobody closes another."""
    found = await session.scalar(text("SELECT funds_closed_through(:city)"), {"city": city})
    return None if found is None else str(found)


async def closes(session: AsyncSession, city: str) -> Sequence[FundClose]:
    """Return the closed months, latest first."""
    query = select(FundClose).where(col(FundClose.city) == city).order_by(col(FundClose.month).desc())
    return (await session.scalars(query)).all()


async def stands(session: AsyncSession, entry: FundEntry) -> int:
    """Return what counts of the month that an entry corrects, corrections of it included."""
    found = await session.scalar(
        text(
            "SELECT coalesce(sum(fen), 0)::bigint FROM funds_counted(:city) WHERE project = :project"
            " AND fund_kind = :kind AND coalesce(corrects_month, month) = :month"
        ),
        {
            "city": entry.city,
            "project": entry.project,
            "kind": entry.fund_kind.value,
            "month": entry.corrects_month,
        },
    )
    return int(found or 0)


async def exchange_rates(session: AsyncSession, city: str) -> Sequence[ExchangeRate]:
    """Return all rates, latest month and highest version first."""
    query = (
        select(ExchangeRate)
        .where(col(ExchangeRate.city) == city)
        .order_by(col(ExchangeRate.month).desc(), col(ExchangeRate.version).desc())
    )
    return (await session.scalars(query)).all()


async def exchange_rate(session: AsyncSession, city: str, month: str) -> ExchangeRate | None:
    """Return a month's rate that counts."""
    query = (
        select(ExchangeRate)
        .where(col(ExchangeRate.city) == city, col(ExchangeRate.month) == month)
        .order_by(col(ExchangeRate.version).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def goals(session: AsyncSession, city: str, year: int) -> Sequence[Goal]:
    """Return all versions of a year's targets, oldest first."""
    query = (
        select(Goal)
        .where(col(Goal.city) == city, col(Goal.year) == year)
        .order_by(col(Goal.actor), col(Goal.unit), col(Goal.indicator), col(Goal.version))
    )
    return (await session.scalars(query)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many entries of a county wait to be confirmed, by who made them."""

    host: str
    made_by: UUID
    n: int


async def waiting(session: AsyncSession, city: str) -> list[Waiting]:
    """Return the entries that wait, by host and maker."""
    found = await session.execute(
        text(
            "SELECT p.host_county AS host, e.made_by, count(*) AS n FROM fund_entry AS e"
            " JOIN project AS p ON p.city = e.city AND p.id = e.project"
            " WHERE e.city = :city AND e.state = 'pending' GROUP BY p.host_county, e.made_by"
        ),
        {"city": city},
    )
    return [Waiting(host=row["host"], made_by=row["made_by"], n=row["n"]) for row in found.mappings()]
