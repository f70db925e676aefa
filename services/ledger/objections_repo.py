"""Objections as they are kept: read over all versions of a statement, and ended.

A reservation holds for the line whatever the version, so that a new version does not lose it; an objection
without reservation belongs to the version it was raised against.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.ledger.objections_words import CHANGES, Outcome, ScanState
from services.ledger.tables import ObjectionAnswer, ObjectionRecord, SealedScan, Statement

WHOLE = 0
"""The line of an objection to the whole statement."""


@dataclass(frozen=True, slots=True)
class Case:
    """An objection with its answer, none while it is open, and the version it was raised against."""

    record: ObjectionRecord
    answer: ObjectionAnswer | None
    version: int

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer is None

    def holds(self, statement: Statement) -> bool:
        """Whether a reservation keeps its line out of what is settled.

        It does while it is open, and after it was accepted until a new version says another figure.
        """
        if not self.record.reserved:
            return False
        if self.answer is None:
            return True
        return self.answer.outcome in CHANGES and self.record.statement == statement.id

    def line_in(self, body: Mapping[str, Any]) -> int | None:
        """The number of its line in a version's body, 0 for the whole, None where the line is gone."""
        if self.record.line == WHOLE:
            return WHOLE
        return next((row["line"] for row in body["lines"] if line_key(row) == self.record.line_key), None)


def line_key(line: Mapping[str, Any]) -> str:
    """Say which line it is, whatever its number in a version."""
    parts = ("direction", "agreement", "tax", "year", "agreement_year", "counterparty")
    return "|".join(str(line[part]) for part in parts)


async def cases_of(session: AsyncSession, statements: Iterable[Statement]) -> dict[UUID, list[Case]]:
    """The objections that concern each statement, oldest first.

    Its own, and the reservations raised against its earlier versions. All statements are one city's.
    """
    wanted = list(statements)
    if not wanted:
        return {}
    rows = await session.execute(
        select(ObjectionRecord, ObjectionAnswer, Statement)
        .join(
            Statement,
            (col(Statement.city) == col(ObjectionRecord.city))
            & (col(Statement.id) == col(ObjectionRecord.statement)),
        )
        .outerjoin(
            ObjectionAnswer,
            (col(ObjectionAnswer.city) == col(ObjectionRecord.city))
            & (col(ObjectionAnswer.objection) == col(ObjectionRecord.id)),
        )
        .where(
            col(ObjectionRecord.city) == wanted[0].city,
            col(Statement.county).in_({one.county for one in wanted}),
            col(Statement.period).in_({one.period for one in wanted}),
        )
        .order_by(col(ObjectionRecord.at), col(ObjectionRecord.id))
    )
    found: dict[UUID, list[Case]] = {one.id: [] for one in wanted}
    for record, answer, raised in rows:
        for one in wanted:
            same = (one.county, one.period) == (raised.county, raised.period)
            earlier = record.reserved and same and raised.version < one.version
            if record.statement == one.id or earlier:
                found[one.id].append(Case(record, answer, raised.version))
    return found


async def end(
    session: AsyncSession,
    principal: Principal,
    cases: Iterable[Case],
    outcome: Outcome,
    reason: str,
    today: date,
    *,
    agreed_fen: int | None = None,
    successor: UUID | None = None,
) -> None:
    """End objections, before the statement's state moves: the database looks for open ones then."""
    for case in cases:
        session.add(
            ObjectionAnswer(
                city=case.record.city,
                objection=case.record.id,
                objected_by=case.record.by,
                outcome=outcome,
                reason=reason,
                agreed_fen=agreed_fen,
                successor=successor,
                by=principal.account,
                by_name=principal.name,
                office=principal.office,
                on_date=today,
            )
        )
    await session.flush()


def blocking(cases: Iterable[Case]) -> list[Case]:
    """Those that are open and without reservation."""
    return [case for case in cases if case.open and not case.record.reserved]


async def standing_scan(session: AsyncSession, statement: Statement) -> SealedScan | None:
    """The sealed scan of a statement that was not sent back, if there is one."""
    rows = await session.execute(
        select(SealedScan).where(
            col(SealedScan.city) == statement.city,
            col(SealedScan.statement) == statement.id,
            col(SealedScan.state) != ScanState.rejected,
        )
    )
    found: SealedScan | None = rows.scalar_one_or_none()
    return found
