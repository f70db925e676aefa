"""Whether a printed statement is ours: what anybody may ask who holds the paper.

The number can be guessed, the check code cannot; so nothing is said of a number whose code does not match.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.ledger.states import StatementKind, StatementState
from services.ledger.tables import Statement

CODE_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Verified:
    """What a paper with a matching check code is.

    its kind, period and version, and whether a later one is.
    """

    number: str
    kind: StatementKind
    period: str
    version: int
    superseded: bool


async def verify(session: AsyncSession, number: str, code: str) -> Verified | None:
    """Find the statement of a number by its check code, the first 16 digits of its content's SHA-256."""
    code = code.strip().lower()
    if len(code) != CODE_LENGTH or not number.isprintable():
        return None
    rows = await session.scalars(select(Statement).where(col(Statement.number) == number.strip().upper()))
    for row in rows:
        if row.body_sha256[:CODE_LENGTH] == code:
            return Verified(
                row.number, row.kind, row.period, row.version, row.state is StatementState.superseded
            )
    return None
