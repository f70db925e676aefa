"""Posting against closing: `python -m tests.drills.close [--rounds 3] [--posters 6] [--plant]`.

In each round a month is open, posters have their view of the database taken, and then posters and the one
who closes start at once; half of the posters wait until the month is closed and post with their older view.
What lies in the month afterwards must be what the close counted. This runs at READ COMMITTED, REPEATABLE READ
and SERIALIZABLE, and at each level one key is replayed and one journal reversed by all at once. At last
counties confirm and dispute their statements at once. The long form is `--rounds 100 --posters 20`.

`--plant` puts an advisory lock in the place of the month's row lock, which looks as good: postings with an
older view must then be found in closed months.
"""

import asyncio
import random
import time

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.database import Database
from services.kit.errors import DomainError
from services.ledger import service
from services.ledger.imports import write_receipts
from services.ledger.posting import post_batch
from services.ledger.runs import open_period
from tests.drills import races
from tests.drills.stage import QUICK, Findings, finish, migrated, own_server, parser, tell
from tests.services.ledger import factories, story
from tests.services.ledger.factories import CITY
from tests.services.ledger.story import PEOPLE

SLIPPED = "posted_into_a_closed_month"
NUMBER = 611_000
LOCK = f"PERFORM pg_advisory_xact_lock_shared({NUMBER});\n    FOR asked IN"


async def plant_advisory_lock(session: AsyncSession) -> None:
    """Let postings take an advisory lock instead of the month's row."""
    rows = await session.execute(text("SELECT pg_get_functiondef('ledger_journals_entered'::regproc)"))
    body: str = rows.scalar_one()
    changed = body.replace(" FOR SHARE", "").replace("FOR asked IN", LOCK, 1)
    assert "FOR SHARE" in body
    assert changed.count(LOCK) == 1
    await session.execute(text(changed.replace(":", r"\:")))


async def close_round(
    database: Database, level: str, month: str, posters: int, found: Findings, draw: random.Random
) -> None:
    """Post and close at once, and compare what the close counted with what is there in the end."""
    async with database.session() as session:
        await open_period(session, CITY, month)
        number = await races.agreement(session)
    gate, closed = asyncio.Barrier(posters + 1), asyncio.Event()
    pauses = [draw.random() / 50 for _ in range(posters + 1)]

    async def post(which: int) -> str:
        try:
            async with races.transaction(database, level) as session:
                await session.execute(text("SELECT count(*) FROM journal"))
                await gate.wait()
                if which % 2:
                    await closed.wait()
                await asyncio.sleep(pauses[which])
                await post_batch(session, PEOPLE.maker, [races.share(number, f"{month}/{which}", month)])
        except DomainError:
            return "refused"
        except DBAPIError as error:
            if races.state_of(error) not in races.RETRIED:
                raise
            return "not_serializable"
        return "posted"

    async def close() -> int:
        async with database.session() as session:
            await gate.wait()
            await asyncio.sleep(pauses[posters])
            await session.execute(text(f"SELECT pg_advisory_xact_lock({NUMBER})"))
            await session.execute(
                text(
                    "UPDATE period SET state = 'closed', watermark = 1, closed_at = clock_timestamp()"
                    " WHERE code = :month"
                ),
                {"month": month},
            )
            counted = len(await races.journals(session, "period = :month", month=month))
        closed.set()
        return counted

    counted, *told = await asyncio.gather(close(), *(post(which) for which in range(posters)))
    async with database.session() as session:
        there = len(await races.journals(session, "period = :month", month=month))
    found.counts.update(told)
    found.counts["postings"] += posters
    found.counts["closes"] += 1
    found.facts.setdefault("slipped", dict.fromkeys(races.LEVELS, 0))[level] += there - counted
    found.check(there == counted, SLIPPED, f"{level}: {there} in {month}, the close counted {counted}")
    found.check(there == told.count("posted"), "answers_differ", f"{there} journals, told {told}")


def months():
    """Months in their order, long before the example's."""
    for year in range(1900, 2020):
        for month in range(1, 13):
            yield f"{year}-{month:02}"


async def post_against_close(database: Database, rounds: int, posters: int, found: Findings) -> None:
    """All rounds at all levels."""
    draw, month = random.Random(1), months()
    for number in range(rounds):
        for level in races.LEVELS:
            await close_round(database, level, next(month), posters, found, draw)
        if (number + 1) % max(1, rounds // 4) == 0:
            tell(f"close: {number + 1} of {rounds} rounds, {dict(found.counts)}")


async def replay_and_reverse(database: Database, rounds: int, many: int, found: Findings) -> None:
    """One key and one journal at all levels."""
    async with database.session() as session:
        await open_period(session, CITY, "2025-01")
    for number in range(rounds):
        for level in races.LEVELS:
            await races.replays(database, level, f"replay/{number}/{level}", "2025-01", many, found)
            await races.reversals(database, level, f"reverse/{number}/{level}", "2025-01", many, found)
    tell(f"close: {found.counts['replays']} replays, {found.counts['reversals']} reversals")


async def ready(url: str, posters: int) -> Database:
    """A city with agreements, and every account open that is booked on."""
    database = Database(url, pool_size=posters + 2)
    async with database.session() as session:
        await factories.load_ground(session)
        await factories.load_agreements(session)
        await open_period(session, CITY, "1899-12")
        await post_batch(session, PEOPLE.maker, [races.share(await races.agreement(session), "0", "1899-12")])
        await session.execute(text("UPDATE period SET state = 'closed', watermark = 1"))
    return database


async def issued(url: str) -> Database:
    """A city whose year statements are issued."""
    database = Database(url, pool_size=4)
    async with database.session() as session:
        await factories.load_ground(session)
        await factories.load_agreements(session)
        receipts = [row for row in factories.receipt_inputs() if row.paid_on.year == 2025]
        await write_receipts(session, factories.SYSTEM, receipts)
        await service.compute_month(session, PEOPLE.maker, "2025-12", factories.TODAY)
        await story.issue(session, "2025")
    return database


async def confirm_against_dispute(database: Database, found: Findings) -> None:
    """Each county's statement: the two answers at once, until it is confirmed."""
    async with database.session() as session:
        statements = await story.live(session, "2025")
    for place, statement in enumerate(statements):
        current = statement
        for first in ("object", "confirm") if place % 2 else ("confirm", "object"):
            if await races.answers(database, current, found, first=first) != "object":
                break
            async with database.session() as session:
                current = (await story.live(session, "2025"))[place]
                await service.uphold(
                    session, PEOPLE.maker, current.id, "核对无误", factories.TODAY, current.revision
                )
    tell(f"close: {found.counts['answers']} statements confirmed and disputed at once")


async def drill(empty: str, other: str, rounds: int, posters: int, *, plant: bool) -> Findings:
    """All parts, on two migrated databases that are empty."""
    found = Findings()
    database = await ready(empty, posters)
    try:
        if plant:
            async with database.session() as session:
                await plant_advisory_lock(session)
        await post_against_close(database, rounds, posters, found)
        await replay_and_reverse(database, rounds, posters, found)
    finally:
        await database.close()
    database = await issued(other)
    try:
        await confirm_against_dispute(database, found)
    finally:
        await database.close()
    found.check(found.counts["refused"] + found.counts["not_serializable"] > 0, "no_race", "nobody was late")
    return found


def main() -> None:
    """Run the drill."""
    options = parser("close", __doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--posters", type=int, default=6)
    options.add_argument("--plant", action="store_true", help="an advisory lock instead of the row's")
    asked = options.parse_args()
    started = time.monotonic()
    with own_server(QUICK) as server:
        empty, other = migrated(server), server.url("statements")
        server.create_database("statements", template="drill")
        found = asyncio.run(drill(empty, other, asked.rounds, asked.posters, plant=asked.plant))
    finish("close", found, SLIPPED if asked.plant else None, started)


if __name__ == "__main__":
    main()
