"""What a superuser can do to the log with every trigger off; each gives the entry that must be named."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence.entry import leaf_hash, text_bytes
from allocation.evidence.hashing import HashName, hasher
from allocation.evidence.merkle import Frontier
from tests.services.ledger.factories import CITY

TABLES = ("journal", "leg", "statement", "seal", "evidence_log", "checkpoint", "cosignature")


@dataclass(frozen=True)
class Log:
    """The log before the attack: its first checkpoint, its size, and some journals' places."""

    first: int
    size: int
    journals: tuple[int, ...]


async def disarm(session: AsyncSession) -> None:
    """Switch every trigger off, as only a superuser can, and lift what would keep numbers apart."""
    for table in TABLES:
        await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    await session.execute(text("ALTER TABLE seal DROP CONSTRAINT ck_seal_index_range"))


async def _do(session: AsyncSession, statement: str, **values: object) -> None:
    await session.execute(text(statement), values)


async def _entry(session: AsyncSession, index: int) -> str:
    rows = await session.execute(text("SELECT entry FROM seal WHERE index = :index"), {"index": index})
    return str(rows.scalar_one())


async def change(session: AsyncSession, log: Log) -> int:
    """Double what a journal books; the seal stays."""
    index = log.journals[1]
    await _double(session, index)
    return index


async def _double(session: AsyncSession, index: int) -> None:
    await _do(
        session,
        "UPDATE leg SET amount_fen = amount_fen * 2 WHERE journal ="
        " (SELECT source::uuid FROM seal WHERE index = :index)",
        index=index,
    )


async def forge(session: AsyncSession, log: Log) -> int:
    """Change a note in the seal's own words, and its hash with it."""
    index = log.journals[2]
    entry = await _entry(session, index)
    changed = entry.replace('"note":"', '"note":"另')
    leaf = leaf_hash(hasher(HashName.sha256), text_bytes(changed))
    await _do(
        session,
        "UPDATE seal SET entry = :entry, leaf = :leaf WHERE index = :index",
        entry=changed,
        leaf=leaf,
        index=index,
    )
    return index


async def delete(session: AsyncSession, log: Log) -> int:
    """Delete a journal, its legs and its seal."""
    index = log.journals[1]
    for statement in (
        "DELETE FROM leg WHERE journal = (SELECT source::uuid FROM seal WHERE index = :index)",
        "DELETE FROM journal WHERE id = (SELECT source::uuid FROM seal WHERE index = :index)",
        "DELETE FROM seal WHERE index = :index",
    ):
        await _do(session, statement, index=index)
    return index


async def swap(session: AsyncSession, log: Log) -> int:
    """Let two entries change places."""
    one, other = log.journals[0], log.journals[2]
    for old, new in ((one, -1), (other, one), (-1, other)):
        await _do(session, "UPDATE seal SET index = :new WHERE index = :old", old=old, new=new)
    return one


async def add(session: AsyncSession, log: Log) -> int:
    """Put a journal among the old ones, sealed in its place, and number the later ones anew."""
    index = log.journals[1]
    await _do(session, "UPDATE seal SET index = -index - 1 WHERE index >= :index", index=index)
    await _do(session, "UPDATE seal SET index = -index WHERE index < 0")
    entry = await _entry(session, log.journals[0])
    forged = entry.replace('"note":"', '"note":"补')
    await _do(
        session,
        "INSERT INTO seal (city, index, kind, source, entry, leaf)"
        " SELECT city, :index, kind, gen_random_uuid()::text, :entry, :leaf FROM seal WHERE index = :like",
        index=index,
        entry=forged,
        leaf=leaf_hash(hasher(HashName.sha256), text_bytes(forged)),
        like=log.journals[0],
    )
    await _frontier(session)
    return index


async def truncate(session: AsyncSession, log: Log) -> int:
    """Cut off all that came after the first checkpoint: rows, seals and signatures."""
    size = log.first
    journals = "SELECT source::uuid FROM seal WHERE index >= :size AND kind = 'journal'"
    for statement in (
        f"DELETE FROM leg WHERE journal IN ({journals})",
        f"DELETE FROM journal WHERE id IN ({journals})",
        "DELETE FROM seal WHERE index >= :size",
        "DELETE FROM cosignature WHERE size > :size",
        "DELETE FROM checkpoint WHERE size > :size",
    ):
        await _do(session, statement, size=size)
    await _frontier(session)
    return size


async def rewrite(session: AsyncSession, log: Log) -> int:
    """Double a journal and forget the whole log: the program itself then seals and signs another history."""
    index = log.journals[1]
    await _double(session, index)
    for table in ("cosignature", "checkpoint", "seal"):
        await _do(session, f"DELETE FROM {table}")
    await _do(
        session,
        f"UPDATE evidence_log SET size = 0, peaks = '', journal_xact = 0, journal_id = '{UUID(int=0)}'",
    )
    return index


async def _frontier(session: AsyncSession) -> None:
    """Let the log's row say what the seals give."""
    leaves = (await session.execute(text("SELECT leaf FROM seal ORDER BY index"))).scalars()
    made = Frontier(HashName.sha256).extended([bytes(leaf) for leaf in leaves])
    await _do(
        session,
        "UPDATE evidence_log SET size = :size, peaks = :peaks WHERE city = :city",
        size=made.size,
        peaks=b"".join(made.peaks),
        city=CITY,
    )


ATTACKS: dict[str, Callable[[AsyncSession, Log], Awaitable[int]]] = {
    attack.__name__: attack for attack in (change, forge, delete, swap, add, truncate, rewrite)
}
