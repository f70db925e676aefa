"""Proof bundles from the database: of a statement, of a county's year, of a whole year or the whole log.

A county gets what concerns its own statements: the statements, their steps, the journals of its agreements
in the periods, and who closed them. Others' entries are in the proofs as hashes alone. A bundle's older
checkpoint is the one that the county co-signed last, so that both its statement's entry and all that came
since are proven; a whole bundle takes the checkpoint that most counties co-signed.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.evidence.bundle import Bundle, ClaimedStatement, HeldKey, Holder, bundle_bytes
from allocation.evidence.entry import Entry
from allocation.evidence.reading import read_entry
from allocation.evidence.sealing import prove
from allocation.sharing.statement import months_of
from auth.money import can_see_statement
from auth.principal import Principal
from services.evidence import repo
from services.evidence.errors import NothingSealed, NotSealed, TooManyEntries
from services.evidence.repo import Cosigned
from services.evidence.states import KeyState, Kind
from services.evidence.tables import SignedCheckpoint
from services.kit.database import raw
from services.ledger.errors import NoSuchBook, NoSuchStatement
from services.ledger.states import StatementKind
from services.ledger.tables import Statement
from services.ledger.views import find
from services.ledger.visibility import visible_to

MOST_ENTRIES: Final = 10_000
"""Entries that a page gives; a bundle of so many takes some 20 MB."""

# A journal is shown to a county that has a leg in it and is a party of its agreement; of one without an
# agreement, only where no other county's legs are in it.
_CONCERNED = """
SELECT s.index, s.entry FROM seal s
JOIN journal j ON j.city = s.city AND j.id::text = s.source
WHERE s.city = $1 AND s.kind = 'journal' AND j.period = ANY($2) AND s.index < $3
  AND ($4::text IS NULL OR (
    EXISTS (SELECT FROM leg l WHERE l.city = j.city AND l.journal = j.id AND l.county = $4)
    AND (j.agreement IS NOT NULL OR NOT EXISTS (
        SELECT FROM leg l WHERE l.city = j.city AND l.journal = j.id AND l.county NOT IN ($4, $1)))
  ))
ORDER BY s.index
"""
_OF_SOURCES = """
SELECT index, entry FROM seal WHERE city = $1 AND kind = $2 AND source = ANY($3) AND index < $4
"""
_EVENTS = """
SELECT s.index, s.entry FROM seal s
JOIN statement_event e ON e.city = s.city AND e.id::text = s.source
WHERE s.city = $1 AND s.kind = 'statement_event' AND e.statement = ANY($2) AND s.index < $3
"""
_CLOSES = """
SELECT index, entry FROM seal
WHERE city = $1 AND index < $3
  AND ((kind = 'period_close' AND split_part(source, '@', 1) = ANY($2))
    OR (kind = 'year_close' AND split_part(source, '@', 1) = ANY($4)))
"""
_ALL = "SELECT index, entry FROM seal WHERE city = $1 AND index < $2 ORDER BY index"


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFile:
    """A bundle's bytes, the name for its file, and how many entries it proves."""

    name: str
    content: bytes
    entries: int


async def statement_bundle(
    session: AsyncSession, principal: Principal, number: UUID, most: int = MOST_ENTRIES
) -> BundleFile:
    """The bundle of one statement, with its content.

    Raises:
        NoSuchStatement: there is none that this person may know of.
        NotSealed: it is not sealed yet, or no checkpoint holds it.
        TooManyEntries: it would prove more than `most`.
    """
    statement = await find(session, principal, number)
    name = f"{statement.number}-v{statement.version}"
    return await _file(session, principal.city, [statement], statement.county, name, most, whole=True)


async def year_bundle(
    session: AsyncSession,
    principal: Principal,
    year: int,
    county: str | None,
    most: int = MOST_ENTRIES,
) -> BundleFile:
    """The bundle of a county's year, or without a county of everybody's.

    Raises:
        NoSuchBook: the person may not read this county's statements, or not all counties'.
        NotSealed: the year has no statement that is sealed.
        TooManyEntries: it would prove more than `most`.
    """
    if not can_see_statement(principal, county or ""):
        raise NoSuchBook
    query = select(Statement).where(
        col(Statement.city) == principal.city, col(Statement.period).startswith(f"{year:04}", autoescape=True)
    )
    if county is not None:
        query = query.where(col(Statement.county) == county)
    statements = (await session.execute(query.order_by(col(Statement.id)))).scalars().all()
    name = f"{county or principal.city}-{year}"
    return await _file(session, principal.city, statements, county, name, most, whole=False)


async def log_bundle(session: AsyncSession, principal: Principal, most: int = MOST_ENTRIES) -> BundleFile:
    """The bundle of the whole log, for those who see all.

    Raises:
        NoSuchBook: the person may not read all counties' statements.
        NothingSealed: there is no checkpoint yet.
        TooManyEntries: it would prove more than `most`.
    """
    if not can_see_statement(principal, ""):
        raise NoSuchBook
    city = principal.city
    newest = await _newest(session, city)
    connection = await raw(session)
    rows = await connection.fetch(_ALL, city, newest.size)
    entries = {row["index"]: row["entry"] for row in rows}
    statements = (await session.execute(select(Statement).where(col(Statement.city) == city))).scalars().all()
    claims = await _claims(session, city, statements, newest.size, whole=False)
    made = await _made(session, city, None, newest, entries, claims, most)
    return BundleFile(name=f"evidence-{city}-{newest.size}.json", content=made, entries=len(entries))


async def newest_of_number(session: AsyncSession, principal: Principal, number: str) -> UUID:
    """The newest version of the statement with a number.

    Raises:
        NoSuchStatement: there is none that this person may know of.
    """
    found: UUID | None = await session.scalar(
        visible_to(principal, select(col(Statement.id)))
        .where(col(Statement.number) == number.strip().upper())
        .order_by(col(Statement.version).desc())
        .limit(1)
    )
    if found is None:
        raise NoSuchStatement
    return found


async def _newest(session: AsyncSession, city: str) -> SignedCheckpoint:
    newest = await repo.latest_checkpoint(session, city)
    if newest is None:
        raise NothingSealed
    return newest


async def _file(
    session: AsyncSession,
    city: str,
    statements: Sequence[Statement],
    county: str | None,
    name: str,
    most: int,
    *,
    whole: bool,
) -> BundleFile:
    newest = await _newest(session, city)
    size = newest.size
    claims = await _claims(session, city, statements, size, whole=whole)
    if not claims or (whole and len(claims) < len(statements)):
        raise NotSealed
    months = sorted({month for one in statements for month in months_of(one.period)})
    years = sorted({one.period for one in statements if one.kind is StatementKind.year})
    ids = [one.id for one in statements]
    connection = await raw(session)
    rows = [
        *await connection.fetch(_CONCERNED, city, months, size, county),
        *await connection.fetch(_EVENTS, city, ids, size),
        *await connection.fetch(_OF_SOURCES, city, Kind.statement.value, [str(one) for one in ids], size),
        *await connection.fetch(_CLOSES, city, months, size, years),
    ]
    entries = {row["index"]: row["entry"] for row in rows}
    content = await _made(session, city, county, newest, entries, claims, most)
    return BundleFile(name=f"evidence-{name}.json", content=content, entries=len(entries))


async def _claims(
    session: AsyncSession, city: str, statements: Sequence[Statement], size: int, *, whole: bool
) -> list[ClaimedStatement]:
    """What the statements' papers say, of those that are sealed; with the content where it is asked for."""
    connection = await raw(session)
    rows = await connection.fetch(
        "SELECT source, index FROM seal WHERE city = $1 AND kind = $2 AND source = ANY($3) AND index < $4",
        city,
        Kind.statement.value,
        [str(one.id) for one in statements],
        size,
    )
    places = {row["source"]: row["index"] for row in rows}
    return [
        ClaimedStatement(
            number=one.number,
            version=one.version,
            sha256=one.body_sha256,
            entry=places[str(one.id)],
            body=one.body if whole else None,
        )
        for one in statements
        if str(one.id) in places
    ]


async def _made(
    session: AsyncSession,
    city: str,
    county: str | None,
    newest: SignedCheckpoint,
    texts: Mapping[int, str],
    claims: Sequence[ClaimedStatement],
    most: int,
) -> bytes:
    if len(texts) > most:
        raise TooManyEntries(entries=len(texts), most=most)
    log = await repo.log_of(session, city)
    assert log is not None  # noqa: S101 -- a checkpoint belongs to a log
    signed = await repo.cosigned(session, city, county)
    old = await repo.checkpoint_at(session, city, _older(signed)) or await repo.first_checkpoint(
        session, city
    )
    tree = await repo.tree_of(session, city, log.algorithm, newest.size)
    keys = [
        HeldKey(key.vkey, None if key.county is None else key.held_by)
        for key in await repo.keys_of(session, city)
        if key.state is not KeyState.proposed and (key.county is None or county in {None, key.county})
    ]
    first, last = repo.note_of(old or newest, signed), repo.note_of(newest, signed)

    def write() -> bytes:
        entries: dict[int, Entry] = {index: read_entry(text) for index, text in texts.items()}
        bundle: Bundle = prove(tree, log.algorithm, first, last, entries, keys=keys, statements=claims)
        return bundle_bytes(bundle)

    return await asyncio.to_thread(write)


def _older(signed: Sequence[Cosigned]) -> int:
    """The size of the checkpoint that most counties co-signed by keys of their own; of equals the newest.

    Of one county that is the last it co-signed. 0 where there is none.
    """
    own = [one for one in signed if one.held_by is Holder.county] or signed
    by_size = Counter(one.size for one in own)
    return max(by_size, key=lambda size: (by_size[size], size), default=0)
