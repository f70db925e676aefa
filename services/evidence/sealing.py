"""Sealing: rows that were written since are put into the log, in batches, by one sealer at a time.

Journals are many, so a sealer remembers how far it came. To follow the greatest number would lose rows: a
transaction that began earlier may commit later. So only journals of transactions before
`pg_snapshot_xmin(pg_current_snapshot())` are taken; all of these have ended, and none comes behind the
reader's back. Rows of the other kinds are few; each pass looks for those that the log does not have.

Transactions are numbered within one database system. A database that was restored from a dump into another
begins anew, which the log notices by the system's identifier: once it then looks through all journals.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence.entry import leaf_hash, text_bytes
from allocation.evidence.hashing import HashName, hasher
from allocation.evidence.merkle import Frontier
from services.evidence.sources import JOURNALS, MANY_JOURNALS, SOURCES, Source
from services.kit.database import raw

PLACE: Final = "yipanqi"
"""Stands before the city's code in the log's name."""
BATCH: Final = 20_000
"""Entries a transaction seals at most, so that no lock is held for long."""
_NOBODY: Final = UUID(int=0)
_DIGEST: Final = 32

_HELD = """
SELECT algorithm, size, peaks, journal_xact, journal_id, cluster FROM evidence_log WHERE city = $1 FOR UPDATE
"""
_NEW_LOG = """
INSERT INTO evidence_log (city, origin, algorithm, size, peaks, journal_xact, journal_id, cluster)
VALUES ($1, $2, $3, 0, '', 0, $4, (SELECT system_identifier FROM pg_control_system()))
ON CONFLICT (city) DO NOTHING
"""
_UNSEALED = "NOT EXISTS (SELECT FROM seal AS s WHERE s.city = $1 AND s.kind = '{kind}' AND s.source = {key})"
_JOURNALS = """
SELECT t.id, t.xact FROM journal AS t WHERE t.city = $1
AND t.xact >= $2 AND (t.xact, t.id) > ($2, $3)
AND t.xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
AND {unsealed} ORDER BY t.xact, t.id LIMIT $4
"""
_HORIZON = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon,
       (SELECT system_identifier FROM pg_control_system()) AS cluster
"""
_MOVE = """
UPDATE evidence_log SET size = $2, peaks = $3, journal_xact = $4, journal_id = $5, cluster = $6
WHERE city = $1
"""


async def seal_pending(session: AsyncSession, city: str, limit: int = BATCH) -> int:
    """Seal what is not sealed yet, at most so many rows; how many were.

    Takes the log's row, so that there is one sealer at a time; what it seals is there when the session
    commits. 0 means that there is nothing that can be sealed now.
    """
    connection = await raw(session)
    held = await _held(connection, city)
    mark = await connection.fetchrow(_HORIZON)
    found: list[tuple[Source, Sequence[asyncpg.Record]]] = []
    left, place, cluster = limit, (held["journal_xact"], held["journal_id"]), held["cluster"]
    for source in SOURCES:
        if left == 0:
            break
        if source is not JOURNALS:
            rows = await connection.fetch(_few(source), city, left)
        elif cluster != mark["cluster"]:
            rows = await connection.fetch(_few(source), city, left)
            if len(rows) < left:
                place, cluster = (mark["horizon"] - 1, _LAST), mark["cluster"]
        else:
            new = await connection.fetch(_JOURNAL_ROWS, city, *place, left)
            rows = await _entries(connection, city, [row["id"] for row in new])
            if new:
                place = (new[-1]["xact"], new[-1]["id"])
        left -= len(rows)
        found.append((source, rows))
    sealed = limit - left
    if sealed or cluster != held["cluster"]:
        await _append(connection, city, held, found, (*place, cluster))
    return sealed


async def anything_new(session: AsyncSession, city: str) -> bool:
    """Whether something can be sealed now: a look that costs little, also where there are many journals."""
    connection = await raw(session)
    held = await connection.fetchrow(_HELD.replace("FOR UPDATE", ""), city)
    mark = await connection.fetchrow(_HORIZON)
    for source in SOURCES:
        if source is JOURNALS and held is not None and held["cluster"] == mark["cluster"]:
            place = (held["journal_xact"], held["journal_id"])
            rows = await connection.fetch(_JOURNAL_ROWS, city, *place, 1)
        else:
            rows = await connection.fetch(_few(source), city, 1)
        if rows:
            return True
    return False


def origin_of(city: str) -> str:
    """The name that a city's log gets."""
    return f"{PLACE}/{city}"


async def ensure_log(session: AsyncSession, city: str, algorithm: HashName = HashName.sha256) -> None:
    """Make a city's log where there is none."""
    connection = await raw(session)
    await connection.execute(_NEW_LOG, city, origin_of(city), algorithm.value, _NOBODY)


async def _held(connection: Any, city: str) -> asyncpg.Record:
    """The log's row, held until the transaction ends; made where it is missing."""
    row = await connection.fetchrow(_HELD, city)
    if row is None:
        await connection.execute(_NEW_LOG, city, origin_of(city), HashName.sha256.value, _NOBODY)
        row = await connection.fetchrow(_HELD, city)
    return row


async def _entries(connection: Any, city: str, journals: list[UUID]) -> Sequence[asyncpg.Record]:
    """The entries of many journals, in the order in which they were asked for.

    The planner is told to look at how many they are: for a few it would read all accounts for each.
    """
    if not journals:
        return []
    await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    found: Sequence[asyncpg.Record] = await connection.fetch(MANY_JOURNALS, city, journals)
    await connection.execute("SET LOCAL plan_cache_mode = auto")
    return found


async def _append(
    connection: Any,
    city: str,
    held: asyncpg.Record,
    found: Sequence[tuple[Source, Sequence[asyncpg.Record]]],
    mark: tuple[int, UUID, int],
) -> None:
    """Number, hash and write the entries, and move the log's row on."""
    frontier = frontier_of(held)
    digest = hasher(frontier.algorithm)
    entries = [(source.kind.value, row["source"], row["entry"]) for source, rows in found for row in rows]
    leaves = [leaf_hash(digest, text_bytes(entry)) for _kind, _source, entry in entries]
    await connection.copy_records_to_table(
        "seal",
        columns=("city", "index", "kind", "source", "entry", "leaf"),
        records=[
            (city, index, *entry, leaf)
            for index, (entry, leaf) in enumerate(zip(entries, leaves, strict=True), start=frontier.size)
        ],
    )
    grown = frontier.extended(leaves)
    await connection.execute(_MOVE, city, grown.size, b"".join(grown.peaks), *mark)


def frontier_of(row: Any) -> Frontier:
    """The frontier that a log's row keeps."""
    peaks = bytes(row["peaks"])
    return Frontier(
        HashName(row["algorithm"]),
        row["size"],
        tuple(peaks[start : start + _DIGEST] for start in range(0, len(peaks), _DIGEST)),
    )


def _few(source: Source) -> str:
    unsealed = _UNSEALED.format(kind=source.kind, key=source.key)
    return (
        f"SELECT {source.key} AS source, {source.entry} AS entry {source.rows}"
        f" AND {unsealed} ORDER BY {source.order} LIMIT $2"
    )


_LAST: Final = UUID(int=2**128 - 1)
_JOURNAL_ROWS: Final = _JOURNALS.format(
    unsealed=_UNSEALED.format(kind=JOURNALS.kind, key=JOURNALS.key),
)
