"""Reads and writes of frozen reports."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.statistics.corrections import Key, known_rows, name_of
from allocation.statistics.course import Step
from allocation.statistics.periods import PeriodKind
from allocation.statistics.rowsets import Row, Rows
from services.reports.tables import FrozenReport, FrozenRows, ReportRequest

STATED: Final = """
SELECT f.period, r.name, r.refs, r.regions, r.amounts
FROM report_frozen AS f JOIN report_rows AS r ON r.city = f.city AND r.report = f.id
WHERE f.city = :city AND f.kind = :kind AND f.last_on < :first AND f.last_on >= :since
    AND (r.name LIKE '%.now' OR r.name LIKE 'correction.%')
"""
"""What the frozen periods of a kind stated of steps, and of each other's corrections."""


async def frozen(session: AsyncSession, city: str, period: str) -> FrozenReport | None:
    """Return a period's frozen report, if it is frozen."""
    query = select(FrozenReport).where(col(FrozenReport.city) == city, col(FrozenReport.period) == period)
    return (await session.scalars(query)).one_or_none()


async def frozen_list(session: AsyncSession, city: str) -> Sequence[FrozenReport]:
    """Return all frozen reports, the latest period first."""
    query = (
        select(FrozenReport)
        .where(col(FrozenReport.city) == city)
        .order_by(col(FrozenReport.last_on).desc(), col(FrozenReport.period))
    )
    return (await session.scalars(query)).all()


async def last_frozen(session: AsyncSession, city: str, kind: PeriodKind) -> date | None:
    """Return the last day of the latest frozen period of a kind."""
    query = (
        select(col(FrozenReport.last_on))
        .where(col(FrozenReport.city) == city, col(FrozenReport.kind) == kind)
        .order_by(col(FrozenReport.last_on).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def request(session: AsyncSession, city: str, period: str) -> ReportRequest | None:
    """Return the latest request to freeze a period."""
    query = (
        select(ReportRequest)
        .where(col(ReportRequest.city) == city, col(ReportRequest.period) == period)
        .order_by(col(ReportRequest.id).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def rows_of(
    session: AsyncSession, city: str, report: UUID, names: Iterable[str] | None = None
) -> dict[str, Rows]:
    """Return the rows that a frozen report keeps, all or those of some names."""
    query = select(FrozenRows).where(col(FrozenRows.city) == city, col(FrozenRows.report) == report)
    if names is not None:
        query = query.where(col(FrozenRows.name).in_(list(names)))
    return {
        one.name: tuple(Row(*parts) for parts in zip(one.refs, one.regions, one.amounts, strict=True))
        for one in await session.scalars(query.order_by(col(FrozenRows.name)))
    }


def keep_rows(session: AsyncSession, city: str, report: UUID, rows: Mapping[str, Rows]) -> None:
    """Store the rows of a report that is being frozen."""
    session.add_all(
        FrozenRows(
            city=city,
            report=report,
            name=name,
            refs=[row.ref for row in mine],
            regions=[row.region for row in mine],
            amounts=[row.amount for row in mine],
        )
        for name, mine in sorted(rows.items())
    )


async def known(
    session: AsyncSession, city: str, kind: PeriodKind, since: date, first: date
) -> dict[Key, Counter[Row]]:
    """Return what the frozen periods from a day on count by what was stated of them before `first`."""
    kept: dict[str, dict[str, Rows]] = {}
    asked = {"city": city, "kind": kind.value, "since": since, "first": first}
    for period, name, *parts in await session.execute(text(STATED), asked):
        kept.setdefault(period, {})[name] = tuple(Row(*row) for row in zip(*parts, strict=True))
    return {
        (period, step): known_rows(
            rows.get(f"{step}.now", ()),
            _corrected(kept, period, step, came=True),
            _corrected(kept, period, step, came=False),
        )
        for period, rows in kept.items()
        for step in Step
    }


def _corrected(kept: Mapping[str, Mapping[str, Rows]], period: str, step: Step, *, came: bool) -> list[Row]:
    name = name_of(period, step, came=came)
    return [row for rows in kept.values() for row in rows.get(name, ())]
