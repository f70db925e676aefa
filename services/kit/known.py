"""The second time axis: a gap-free number a city, taken under one row lock.

Imports of receipts, changes of terms and calculations each take one; wall time is a label only. A number
that is rolled back is taken again by the next, so there are no gaps.
"""

from sqlalchemy import BigInteger, Column, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from services.kit.tables import Base


class KnownClock(Base, table=True):
    """The last number taken in a city."""

    __tablename__ = "known_clock"

    value: int = Field(sa_column=Column(BigInteger, nullable=False, server_default="0"))


async def next_known(session: AsyncSession, city: str) -> int:
    """Take the next number; whoever asks meanwhile waits for this transaction to end."""
    row = await session.execute(
        text(
            "INSERT INTO known_clock (city, value) VALUES (:city, 1) "
            "ON CONFLICT (city) DO UPDATE SET value = known_clock.value + 1 RETURNING value"
        ),
        {"city": city},
    )
    return int(row.scalar_one())


async def last_known(session: AsyncSession, city: str) -> int:
    """Tell the last number taken; 0 before the first."""
    row = await session.execute(text("SELECT value FROM known_clock WHERE city = :city"), {"city": city})
    return int(row.scalar_one_or_none() or 0)
