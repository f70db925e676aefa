"""Numbers of papers, gap-free for each city, kind and year: 6110-XY-2027-001.

A number is taken with the paper's first draft, in its transaction; a draft that comes to nothing keeps it and
is ended, so that no number is missing. Numbers of imported agreements (6110-XY-024) carry no year and cannot
meet these.
"""

from typing import Final

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.agreements.tables import PaperNumber
from services.agreements.words import NUMBER_MARKS, PaperKind

PREFECTURE_DIGITS: Final = 4


async def next_number(session: AsyncSession, city: str, kind: PaperKind, year: int) -> str:
    """Take the next number of a kind of paper; whoever asks meanwhile waits for this transaction to end."""
    statement = insert(PaperNumber).values(city=city, kind=kind, year=year, last=1)
    taken = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["city", "kind", "year"], set_={"last": col(PaperNumber.last) + 1}
        ).returning(col(PaperNumber.last))
    )
    return f"{city[:PREFECTURE_DIGITS]}-{NUMBER_MARKS[kind]}-{year}-{taken.scalar_one():03d}"
