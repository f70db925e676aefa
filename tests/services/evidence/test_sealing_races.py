"""Trap 3: transactions end out of order: who follows the greatest number loses rows, the sealer none."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.postings import AccountKind, LegFacts
from services.evidence.sealing import seal_pending
from services.kit.database import Database
from services.ledger.posting import JournalEntry, post_batch
from tests.services.evidence.test_sealing import seal_all
from tests.services.ledger.factories import CITY
from tests.services.ledger.story import PEOPLE

HOST, ORIGIN, PERIOD = "611002", "611021", "2026-03"


@pytest.fixture
async def agreement(issued: Database) -> UUID:
    """An agreement to post for, a month to post in, and all that was there sealed."""
    async with issued.session() as session:
        found = await session.scalar(
            text("SELECT id FROM agreement WHERE city = :city LIMIT 1"), {"city": CITY}
        )
        await session.execute(
            text("INSERT INTO period (city, code, state) VALUES (:city, :code, 'open')"),
            {"city": CITY, "code": PERIOD},
        )
    assert found is not None
    async with writing(issued, found, "first: it opens the accounts"):
        pass
    await seal_all(issued)
    return found


def journal(agreement: UUID, key: str) -> JournalEntry:
    legs = (
        LegFacts(HOST, AccountKind.share_expense, ORIGIN, 5),
        LegFacts(HOST, AccountKind.due_to, ORIGIN, -5),
        LegFacts(ORIGIN, AccountKind.due_from, HOST, 5),
        LegFacts(ORIGIN, AccountKind.share_income, HOST, -5),
    )
    return JournalEntry(key=key, period=PERIOD, agreement=agreement, legs=legs, note="")


@asynccontextmanager
async def writing(database: Database, agreement: UUID, key: str) -> AsyncIterator[AsyncSession]:
    """A transaction that has posted and not ended."""
    async with database.session() as session:
        await post_batch(session, PEOPLE.maker, [journal(agreement, key)])
        yield session


class Follower:
    """The naive reader: what is greater than the greatest number that it has seen."""

    def __init__(self) -> None:
        self.last, self.seen = 0, set[str]()

    async def read(self, database: Database) -> None:
        async with database.session() as session:
            rows = await session.execute(
                text("SELECT xact, key FROM journal WHERE city = :city AND xact > :last"),
                {"city": CITY, "last": self.last},
            )
            for xact, key in rows:
                self.last = max(self.last, xact)
                self.seen.add(key)


async def sealed_keys(database: Database) -> set[str]:
    async with database.session() as session:
        rows = await session.execute(
            text("SELECT entry::json->'facts'->>'key' FROM seal WHERE kind = 'journal' AND city = :city"),
            {"city": CITY},
        )
        return set(rows.scalars())


async def test_trap_3_the_follower_of_the_greatest_number_loses_what_the_sealer_keeps(
    issued: Database, agreement: UUID
) -> None:
    follower = Follower()
    await follower.read(issued)
    async with writing(issued, agreement, "early"):
        async with writing(issued, agreement, "late"):
            pass
        await follower.read(issued)
        # An earlier transaction is open, so the later one's journal waits.
        assert await seal_all(issued) == 0
    await follower.read(issued)
    assert await seal_all(issued) == 2
    assert {"early", "late"} <= await sealed_keys(issued)
    assert "late" in follower.seen
    assert "early" not in follower.seen


async def test_trap_3_with_five_writers_and_two_sealers_none_is_lost_and_none_sealed_twice(
    issued: Database, agreement: UUID
) -> None:
    follower, chance = Follower(), random.Random(7)
    writing_on, overtaken = asyncio.Event(), asyncio.Event()
    await follower.read(issued)

    async def write(writer: int) -> None:
        for number in range(12):
            async with writing(issued, agreement, f"{writer}/{number}"):
                if (writer, number) == (0, 0):
                    await overtaken.wait()  # so this one is sure to be lost
                await asyncio.sleep(chance.random() / 20)

    async def seal() -> None:
        while not writing_on.is_set():
            async with issued.session() as session:
                await seal_pending(session, CITY, 5)
            await asyncio.sleep(0.001)

    async def follow() -> None:
        while not writing_on.is_set():
            await follower.read(issued)
            if follower.seen - {"0/0"}:
                overtaken.set()
            await asyncio.sleep(0.001)

    # The pool has eight connections: five writers, two sealers, one follower.
    readers = [asyncio.create_task(work) for work in (seal(), seal(), follow())]
    await asyncio.gather(*(write(writer) for writer in range(5)))
    writing_on.set()
    await asyncio.gather(*readers)
    await follower.read(issued)
    await seal_all(issued)
    written = {f"{writer}/{number}" for writer in range(5) for number in range(12)}
    assert written <= await sealed_keys(issued)
    assert written - follower.seen, "the naive reader lost none: the race did not happen"
    async with issued.session() as session:
        rows = await session.execute(
            text(
                "SELECT count(*), max(index) + 1, (SELECT size FROM evidence_log WHERE city = :city)"
                " FROM seal WHERE city = :city"
            ),
            {"city": CITY},
        )
        assert len(set(rows.one())) == 1


async def test_a_second_sealer_waits_for_the_first(issued: Database, agreement: UUID) -> None:
    async with writing(issued, agreement, "one"):
        pass
    async with issued.session() as first:
        assert await seal_pending(first, CITY, 10) == 1
        async with issued.session() as second:
            await second.execute(text("SET LOCAL lock_timeout = '100ms'"))
            with pytest.raises(asyncpg.LockNotAvailableError):
                await seal_pending(second, CITY, 10)
            await second.rollback()
    assert await seal_all(issued) == 0


async def test_a_sealer_that_dies_leaves_nothing_and_the_next_begins_where_it_began(
    issued: Database, agreement: UUID
) -> None:
    async with writing(issued, agreement, "one"):
        pass
    async with issued.session() as session:
        assert await seal_pending(session, CITY, 10) == 1
        await session.rollback()
    assert await seal_all(issued) == 1


async def test_a_database_restored_into_another_system_loses_none(issued: Database, agreement: UUID) -> None:
    """There transactions are numbered anew: the log's place lies ahead of all that will be written."""
    async with issued.session() as session:
        await session.execute(
            text(
                "UPDATE evidence_log SET journal_xact = journal_xact + 1000000, cluster = 1"
                " WHERE city = :city"
            ),
            {"city": CITY},
        )
    for key in ("one", "two", "three"):
        async with writing(issued, agreement, key):
            pass
    assert await seal_all(issued, limit=2) == 3
    async with writing(issued, agreement, "four"):
        pass
    assert await seal_all(issued) == 1
    assert {"one", "two", "three", "four"} <= await sealed_keys(issued)
