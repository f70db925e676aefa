"""Reads of the log: its row, its tree, checkpoints, keys, co-signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.evidence.bundle import Holder
from allocation.evidence.cosigning import parse_line
from allocation.evidence.hashing import HashName
from allocation.evidence.merkle import Tree
from allocation.evidence.note import Note, parse_note
from services.evidence.states import KeyState
from services.evidence.tables import Cosignature, EvidenceKey, EvidenceLog, SignedCheckpoint
from services.kit.database import raw


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A co-signature and who holds its key."""

    size: int
    county: str
    held_by: Holder
    line: str
    time: int


async def log_of(session: AsyncSession, city: str) -> EvidenceLog | None:
    """The city's log, as it stands."""
    found: EvidenceLog | None = await session.get(EvidenceLog, city, populate_existing=True)
    return found


async def tree_of(session: AsyncSession, city: str, algorithm: HashName, size: int) -> Tree:
    """The tree of that size. It is made anew from the leaves: some 2 µs each."""
    connection = await raw(session)
    rows = await connection.fetch(
        "SELECT leaf FROM seal WHERE city = $1 AND index < $2 ORDER BY index", city, size
    )
    return Tree(algorithm, (row["leaf"] for row in rows))


async def checkpoint_at(session: AsyncSession, city: str, size: int) -> SignedCheckpoint | None:
    """The checkpoint of that size."""
    found: SignedCheckpoint | None = await session.get(SignedCheckpoint, (city, size))
    return found


async def latest_checkpoint(session: AsyncSession, city: str) -> SignedCheckpoint | None:
    """The newest checkpoint."""
    return await _edge(session, city, col(SignedCheckpoint.size).desc())


async def first_checkpoint(session: AsyncSession, city: str) -> SignedCheckpoint | None:
    """The oldest checkpoint."""
    return await _edge(session, city, col(SignedCheckpoint.size))


async def _edge(session: AsyncSession, city: str, order: Any) -> SignedCheckpoint | None:
    rows = await session.execute(
        select(SignedCheckpoint).where(col(SignedCheckpoint.city) == city).order_by(order).limit(1)
    )
    return rows.scalar_one_or_none()


async def checkpoints(
    session: AsyncSession, city: str, before: int | None, limit: int
) -> Sequence[SignedCheckpoint]:
    """Checkpoints, the newest first; those with fewer entries than `before` where it is given."""
    query = select(SignedCheckpoint).where(col(SignedCheckpoint.city) == city)
    if before is not None:
        query = query.where(col(SignedCheckpoint.size) < before)
    rows = await session.execute(query.order_by(col(SignedCheckpoint.size).desc()).limit(limit))
    return rows.scalars().all()


async def keys_of(session: AsyncSession, city: str) -> Sequence[EvidenceKey]:
    """All keys: the log's first, then the counties', the newest first."""
    rows = await session.execute(
        select(EvidenceKey)
        .where(col(EvidenceKey.city) == city)
        .order_by(col(EvidenceKey.county).nulls_first(), col(EvidenceKey.id).desc())
    )
    return rows.scalars().all()


async def active_key(session: AsyncSession, city: str, county: str | None) -> EvidenceKey | None:
    """The key of a county that is in force; without a county the log's."""
    rows = await session.execute(
        select(EvidenceKey).where(
            col(EvidenceKey.city) == city,
            col(EvidenceKey.county).is_not_distinct_from(county),
            col(EvidenceKey.state) == KeyState.active,
        )
    )
    return rows.scalar_one_or_none()


async def key_of(session: AsyncSession, city: str, key: UUID) -> EvidenceKey | None:
    """A key, held for a change."""
    rows = await session.execute(
        select(EvidenceKey).where(col(EvidenceKey.city) == city, col(EvidenceKey.id) == key).with_for_update()
    )
    return rows.scalar_one_or_none()


async def cosigned(session: AsyncSession, city: str, county: str | None = None) -> list[Cosigned]:
    """Co-signatures in the order of their checkpoints, of one county or of all."""
    query = (
        select(Cosignature, col(EvidenceKey.held_by))
        .join(
            EvidenceKey,
            (col(EvidenceKey.city) == col(Cosignature.city)) & (col(EvidenceKey.id) == col(Cosignature.key)),
        )
        .where(col(Cosignature.city) == city)
    )
    if county is not None:
        query = query.where(col(Cosignature.county) == county)
    rows = await session.execute(query.order_by(col(Cosignature.size), col(Cosignature.county)))
    return [Cosigned(row.size, row.county, holder, row.line, row.time) for row, holder in rows]


async def last_cosigned(session: AsyncSession, city: str, county: str) -> int:
    """How many entries the last checkpoint has that a county co-signed; 0 before the first."""
    found = await session.scalar(
        select(func.max(col(Cosignature.size))).where(
            col(Cosignature.city) == city, col(Cosignature.county) == county
        )
    )
    return int(found or 0)


async def sealed_at(session: AsyncSession, city: str, kind: str, source: str) -> int | None:
    """The number of the entry that seals a row; None where it is not sealed."""
    found = await session.scalar(
        text("SELECT index FROM seal WHERE city = :city AND kind = :kind AND source = :source"),
        {"city": city, "kind": kind, "source": source},
    )
    return None if found is None else int(found)


def note_of(checkpoint: SignedCheckpoint, lines: Sequence[Cosigned] = ()) -> Note:
    """A checkpoint's note with those of the co-signatures that are on it."""
    note = parse_note(checkpoint.note)
    return note.signed_by(*(parse_line(one.line) for one in lines if one.size == checkpoint.size))
