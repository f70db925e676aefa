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

from allocation.evidence.entry import ENTRY_DOMAIN, leaf_hash, text_bytes
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
_LEAF_PREFIX: Final = b"\x00" + ENTRY_DOMAIN
"""What stands before an entry's text where its leaf is hashed (RFC 6962, 2.1)."""

_HELD = """
SELECT algorithm, size, peaks, journal_xact, journal_id, cluster FROM evidence_log WHERE city = $1 FOR UPDATE
"""
_NEW_LOG = """
INSERT INTO evidence_log (city, origin, algorithm, size, peaks, journal_xact, journal_id, cluster)
VALUES ($1, $2, $3, 0, '', 0, $4, (SELECT system_identifier FROM pg_control_system()))
ON CONFLICT (city) DO NOTHING
"""
# Looked up one by one, by key, and never made into a join: a plan from when the log was empty would compare
# each row with all that are sealed.
_UNSEALED = (
    "(SELECT s.index FROM seal AS s WHERE s.city = $1 AND s.kind = '{kind}' AND s.source = {key}) IS NULL"
)
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
_IN_PLACE = f"""
WITH put AS (
    INSERT INTO seal (city, index, kind, source, entry, leaf)
    SELECT $1, $3 + e.place - 1, '{JOURNALS.kind}', e.source, e.entry,
           sha256($4 || convert_to(e.entry, 'UTF8'))
    FROM ({MANY_JOURNALS}) AS e RETURNING index, leaf
)
SELECT string_agg(leaf, ''::bytea ORDER BY index) FROM put
"""  # noqa: S608 -- constants of this program
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
    grown = frontier_of(held)
    left, place, cluster = limit, (held["journal_xact"], held["journal_id"]), held["cluster"]
    for source in SOURCES:
        if left == 0:
            break
        if source is JOURNALS and cluster == mark["cluster"]:
            new = await connection.fetch(_JOURNAL_ROWS, city, *place, left)
            leaves = await _sealed_in_place(connection, city, grown, [row["id"] for row in new])
            if new:
                place = (new[-1]["xact"], new[-1]["id"])
        else:
            rows = await connection.fetch(_few(source), city, left)
            leaves = await _sealed(connection, city, grown, source, rows)
            if source is JOURNALS and len(rows) < left:
                place, cluster = (mark["horizon"] - 1, _LAST), mark["cluster"]
        left -= len(leaves)
        grown = grown.extended(leaves)
    if left < limit or cluster != held["cluster"]:
        await connection.execute(_MOVE, city, grown.size, b"".join(grown.peaks), *place, cluster)
    return limit - left


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


async def _sealed_in_place(
    connection: Any, city: str, frontier: Frontier, journals: list[UUID]
) -> Sequence[bytes]:
    """Seal many journals, in the order in which they were asked for; their leaves.

    The database writes the entries, and hashes them where it knows the log's hash: carrying them to the
    program and back would cost a quarter of the whole. The planner is told to look at how many they are, and
    never to go through one list for each of another: that is what it does with tables that it does not know
    yet, and then a thousand journals take a minute.
    """
    if not journals:
        return ()
    await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_nestloop = off")
    leaves: Sequence[bytes]
    if frontier.algorithm is HashName.sha256:
        leaves = _parted(await connection.fetchval(_IN_PLACE, city, journals, frontier.size, _LEAF_PREFIX))
    else:
        rows = await connection.fetch(MANY_JOURNALS, city, journals)
        leaves = await _sealed(connection, city, frontier, JOURNALS, rows)
    await connection.execute("SET LOCAL plan_cache_mode = auto; SET LOCAL enable_nestloop = on")
    return leaves


async def _sealed(
    connection: Any, city: str, frontier: Frontier, source: Source, rows: Sequence[asyncpg.Record]
) -> Sequence[bytes]:
    """Number, hash and write the entries of rows; their leaves."""
    digest = hasher(frontier.algorithm)
    leaves = [leaf_hash(digest, text_bytes(row["entry"])) for row in rows]
    if leaves:
        await connection.copy_records_to_table(
            "seal",
            columns=("city", "index", "kind", "source", "entry", "leaf"),
            records=[
                (city, index, source.kind.value, row["source"], row["entry"], leaf)
                for index, (row, leaf) in enumerate(zip(rows, leaves, strict=True), start=frontier.size)
            ],
        )
    return leaves


def frontier_of(row: Any) -> Frontier:
    """The frontier that a log's row keeps."""
    return Frontier(HashName(row["algorithm"]), row["size"], _parted(row["peaks"]))


def _parted(digests: bytes) -> tuple[bytes, ...]:
    """Hashes that were kept or sent as one string of bytes."""
    return tuple(digests[start : start + _DIGEST] for start in range(0, len(digests), _DIGEST))


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
