"""The worker's part: it sees what is new, queues the job once, and seals, signs and co-signs."""

import asyncio

import pytest
from sqlalchemy import text

from services.evidence import jobs
from services.evidence.repo import latest_checkpoint, log_of
from services.kit import queue
from services.kit.clock import Clock
from services.kit.database import Database
from tests.conftest import SECRET
from tests.services.evidence.parts import NOW, confirmed, counties, hold, seal
from tests.services.ledger.factories import CITY


async def test_the_keeper_queues_one_job_and_the_worker_seals_and_signs(issued: Database) -> None:
    await queue.install(issued.url)
    assert await jobs.look(issued) == [CITY]
    await jobs.look(issued)
    async with issued.session() as session:
        assert await queue.waiting(session, f"{CITY}:{jobs.ENTRYPOINT}")
        assert await session.scalar(text("SELECT count(*) FROM pgqueuer.pgqueuer")) == 1
    stop = asyncio.Event()
    handlers = jobs.handlers(issued, SECRET, Clock(NOW))

    async def run(payload: bytes) -> None:
        await handlers[jobs.ENTRYPOINT](payload)
        stop.set()

    await asyncio.wait_for(queue.work(issued.url, {jobs.ENTRYPOINT: run}, stop=stop), 60)
    async with issued.session() as session:
        log, point = await log_of(session, CITY), await latest_checkpoint(session, CITY)
    assert log is not None
    assert point is not None
    assert log.size == point.size > 50
    assert await jobs.look(issued) == []


async def test_what_is_sealed_and_not_signed_is_seen_too(issued: Database) -> None:
    from services.evidence.sealing import seal_pending

    await queue.install(issued.url)
    async with issued.session() as session:
        await seal_pending(session, CITY)
    assert await jobs.look(issued) == [CITY]


async def test_the_keeper_goes_on_after_a_failure(issued: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []

    async def look(_database: Database) -> list[str]:
        looked.append(1)
        if len(looked) < 3:
            raise OSError
        raise asyncio.CancelledError

    monkeypatch.setattr(jobs, "look", look)
    with pytest.raises(asyncio.CancelledError):
        await jobs.keep(issued, every=0.001)
    assert len(looked) == 3


async def test_a_held_key_signs_once_for_each_confirmation_and_only_then(issued: Database) -> None:
    async with issued.session() as session:
        county, other = (await counties(session))[:2]
        await hold(session, county)
    await seal(issued)

    async def signed() -> int:
        async with issued.session() as session:
            return int(await session.scalar(text("SELECT count(*) FROM cosignature")) or 0)

    assert await signed() == 0
    async with issued.session() as session:
        await confirmed(session, county)
    await seal(issued)
    assert await signed() == 1
    await seal(issued)
    async with issued.session() as session:
        await confirmed(session, other)
    await seal(issued)
    assert await signed() == 1, "another county's confirmation is not this one's"


async def test_a_held_key_does_not_sign_a_rewritten_history(issued: Database) -> None:
    async with issued.session() as session:
        county, other = (await counties(session))[:2]
        await hold(session, county)
        await confirmed(session, county)
    await seal(issued)
    async with issued.session() as session:
        await session.execute(text("ALTER TABLE checkpoint DISABLE TRIGGER ALL"))
        await session.execute(text("UPDATE checkpoint SET root = set_byte(root, 0, get_byte(root, 0) # 1)"))
        await session.execute(text("ALTER TABLE checkpoint ENABLE TRIGGER ALL"))
        await session.execute(
            text(
                "INSERT INTO statement_event (city, id, statement, seq, action, by, by_name, office, on_date,"
                " body_sha256, facts) SELECT city, gen_random_uuid(), statement, seq + 100, 'confirm', by,"
                " by_name, office, on_date, body_sha256, '{}' FROM statement_event e WHERE action = 'confirm'"
            )
        )
    assert other
    with pytest.raises(RuntimeError, match="does not begin with what was co-signed"):
        await seal(issued)
