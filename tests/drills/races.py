"""Races at a barrier: replays of one key, reversals of one journal, an objection against a confirmation."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.postings import legs_of_share
from services.kit.database import Database
from services.kit.errors import DomainError
from services.ledger import service
from services.ledger.posting import JournalEntry, Outcome, post_batch
from services.ledger.states import JournalKind, StatementState
from services.ledger.tables import Statement
from tests.drills.stage import Findings
from tests.services.ledger.factories import TODAY, People
from tests.services.ledger.story import PEOPLE

ORIGIN, HOST = "611024", "611002"
LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
RETRIED = {"40001", "40P01", "23505"}
"""What a client at a higher isolation tries again: not serializable, a deadlock, a key just taken."""
TRIES = 20


@asynccontextmanager
async def transaction(database: Database, level: str):
    """A session at a level of isolation; commits at the end."""
    engine = database.engine.execution_options(isolation_level=level)
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        yield session


def state_of(error: DBAPIError) -> str:
    """PostgreSQL's code of an error."""
    return str(getattr(error.orig, "sqlstate", ""))


async def agreement(session: AsyncSession) -> UUID:
    """The agreement that is booked under."""
    return (await session.execute(text("SELECT id FROM agreement WHERE code = '6110-XY-006'"))).scalar_one()


def share(number: UUID, key: str, period: str, fen: int = 100) -> JournalEntry:
    """A share of tax to post."""
    legs = legs_of_share(ORIGIN, HOST, fen)
    return JournalEntry(key=key, period=period, agreement=number, legs=legs, note="drill")


def back(number: UUID, key: str, period: str, journal: UUID) -> JournalEntry:
    """Its reversal."""
    legs = legs_of_share(ORIGIN, HOST, -100)
    kind = JournalKind.reversal
    return JournalEntry(
        key=key, period=period, agreement=number, legs=legs, note="drill", kind=kind, reverses=journal
    )


async def journals(session: AsyncSession, where: str, **values: object) -> list[UUID]:
    """The journals of a condition."""
    return list((await session.execute(text(f"SELECT id FROM journal WHERE {where}"), values)).scalars())


async def at_once(count: int, act: Callable[[int, asyncio.Barrier], Awaitable[str]]) -> list[str]:
    """Let so many act at once and return what each was told."""
    gate = asyncio.Barrier(count)
    return list(await asyncio.gather(*(act(number, gate) for number in range(count))))


async def replays(database: Database, level: str, key: str, period: str, many: int, found: Findings) -> None:
    """Post one key many times at once: one journal, one `created`, the rest `exists`."""
    async with database.session() as session:
        entry = share(await agreement(session), key, period)

    async def act(_number: int, gate: asyncio.Barrier) -> str:
        for attempt in range(TRIES):
            try:
                async with transaction(database, level) as session:
                    await session.execute(text("SELECT count(*) FROM journal"))
                    if attempt == 0:
                        await gate.wait()
                    return (await post_batch(session, PEOPLE.maker, [entry]))[0].value
            except DBAPIError as error:
                if state_of(error) not in RETRIED:
                    raise
                found.counts["retries"] += 1
        return "gave up"

    told = await at_once(many, act)
    async with database.session() as session:
        stored = await journals(session, "key = :key", key=key)
    expected = sorted([Outcome.created.value, *[Outcome.exists.value] * (many - 1)])
    found.check(sorted(told) == expected and len(stored) == 1, "replay", f"{level}: {told} {len(stored)}")
    found.counts["replays"] += many


async def reversals(
    database: Database, level: str, key: str, period: str, many: int, found: Findings
) -> None:
    """Reverse one journal many times at once, each under a key of its own: one reversal."""
    async with database.session() as session:
        number = await agreement(session)
        await post_batch(session, PEOPLE.maker, [share(number, key, period)])
        [first] = await journals(session, "key = :key", key=key)

    async def act(which: int, gate: asyncio.Barrier) -> str:
        try:
            async with transaction(database, level) as session:
                await session.execute(text("SELECT count(*) FROM journal"))
                await gate.wait()
                entry = back(number, f"{key}/{which}", period, first)
                return (await post_batch(session, PEOPLE.maker, [entry]))[0].value
        except DBAPIError as error:
            return state_of(error)

    told = await at_once(many, act)
    async with database.session() as session:
        stored = await journals(session, "reverses = :first", first=first)
    won = told.count(Outcome.created.value)
    refused = all(code in {"23505", "40001"} for code in told if code != Outcome.created.value)
    found.check(won == len(stored) == 1 and refused, "reversal", f"{level}: {told} {len(stored)}")
    found.counts["reversals"] += many


async def answers(database: Database, statement: Statement, found: Findings, *, first: str) -> str:
    """Confirm a statement and object to it at once: one of the two wins, and the paper says which."""
    finance = People.county(statement.county)
    seen = statement.revision
    words = service.Objection(reason="金额有出入")

    async def confirm(session: AsyncSession) -> None:
        await service.confirm(session, finance, statement.id, statement.body_sha256, TODAY, seen)

    async def dispute(session: AsyncSession) -> None:
        await service.object_to(session, finance, statement.id, words, TODAY, seen)

    steps = [("confirm", confirm), ("object", dispute)]
    if first == "object":
        steps.reverse()

    async def act(which: int, gate: asyncio.Barrier) -> str:
        name, step = steps[which]
        try:
            async with database.session() as session:
                await gate.wait()
                await step(session)
        except DomainError as error:
            return error.slug
        return name

    told = await at_once(2, act)
    async with database.session() as session:
        stored = await session.get_one(Statement, {"city": statement.city, "id": statement.id})
        events = await service.events_of(session, statement.city, statement.id)
    done = [event.action.value for event in events if event.seq > seen]
    won = [name for name in told if name in {"confirm", "object"}]
    state = {"confirm": StatementState.confirmed, "object": StatementState.disputed}
    one = len(won) == 1 and done == won and stored.state is state[won[0]]
    found.check(one, "answer", f"{told} {done} {stored.state}")
    found.counts["answers"] += 1
    for name in won:
        found.counts[f"won_by_{name}"] += 1
    return "/".join(won)
