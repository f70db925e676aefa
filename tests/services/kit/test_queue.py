"""Jobs live and die with the caller's transaction; a job of a dead worker is taken up again."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import text

from services.kit import queue
from services.kit.database import Database

FAST = queue.Pace(
    poll=timedelta(milliseconds=200), lost_after=timedelta(seconds=1), reconnect=timedelta(milliseconds=50)
)


async def _jobs(database: Database) -> int:
    async with database.session() as session:
        found = await session.execute(text("SELECT count(*) FROM pgqueuer.pgqueuer"))
        return int(found.scalar_one())


async def test_commit_keeps_the_job(database: Database) -> None:
    async with database.session() as session:
        assert await queue.enqueue(session, "job", b"x", "611000:job:1")
    assert await _jobs(database) == 1


async def test_rollback_drops_the_job_also_as_the_first_statement(database: Database) -> None:
    async def fail() -> None:
        async with database.session() as session:
            await queue.enqueue(session, "job", b"x", "611000:job:1")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await _jobs(database) == 0


async def test_rollback_to_a_savepoint_drops_the_job(database: Database) -> None:
    async with database.session() as session:
        savepoint = await session.begin_nested()
        await queue.enqueue(session, "job", b"x", "611000:job:1")
        await savepoint.rollback()
    assert await _jobs(database) == 0


async def test_the_job_is_unseen_before_the_commit(database: Database) -> None:
    async with database.session() as session:
        await queue.enqueue(session, "job", b"x", "611000:job:1")
        assert await _jobs(database) == 0
        assert await queue.waiting(session, "611000:job:1")
        assert not await queue.waiting(session, "611000:job:2")


async def test_one_job_a_key_and_the_transaction_goes_on(database: Database) -> None:
    async with database.session() as session:
        assert await queue.enqueue(session, "job", b"x", "611000:job:1")
        assert not await queue.enqueue(session, "job", b"y", "611000:job:1")
        assert await queue.enqueue(session, "job", b"z", "611000:job:2")
    assert await _jobs(database) == 2


@pytest.mark.parametrize("key", ["job:1", "61100:job", "611000", "611000:", "x611000:job"])
async def test_a_key_begins_with_the_city(database: Database, key: str) -> None:
    async with database.session() as session:
        with pytest.raises(ValueError, match="city"):
            await queue.enqueue(session, "job", b"", key)


async def test_install_may_be_called_again_and_by_many(database: Database) -> None:
    await asyncio.gather(queue.install(database.url), queue.install(database.url))
    assert await _jobs(database) == 0


async def test_install_from_nothing_by_many(database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("DROP SCHEMA pgqueuer CASCADE"))
    await asyncio.gather(*(queue.install(database.url) for _ in range(3)))
    assert await _jobs(database) == 0


async def _enqueue(database: Database, key: str, payload: bytes = b"x") -> None:
    async with database.session() as session:
        await queue.enqueue(session, "job", payload, key)


async def test_a_worker_takes_each_job_once(database: Database) -> None:
    taken: list[bytes] = []
    stop = asyncio.Event()

    async def handle(payload: bytes) -> None:
        taken.append(payload)
        if len(taken) == 3:
            stop.set()

    await _enqueue(database, "611000:1", b"a")
    working = asyncio.create_task(queue.work(database.url, {"job": handle}, stop=stop, pace=FAST))
    await _enqueue(database, "611000:2", b"b")
    await _enqueue(database, "611000:3", b"c")
    await asyncio.wait_for(working, 15)
    assert sorted(taken) == [b"a", b"b", b"c"]
    assert await _jobs(database) == 0


async def test_a_failing_job_does_not_stop_the_worker(database: Database) -> None:
    stop = asyncio.Event()

    async def handle(payload: bytes) -> None:
        if payload == b"bad":
            raise LookupError("a fault of the handler")
        stop.set()

    await _enqueue(database, "611000:1", b"bad")
    await _enqueue(database, "611000:2", b"good")
    await asyncio.wait_for(queue.work(database.url, {"job": handle}, stop=stop, pace=FAST), 15)
    assert await _jobs(database) == 0


async def test_the_job_of_a_dead_worker_is_taken_up_again(database: Database) -> None:
    await _enqueue(database, "611000:1")
    started, stop, release = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hang(payload: bytes) -> None:
        started.set()
        await release.wait()

    async def finish(payload: bytes) -> None:
        stop.set()

    dead = asyncio.create_task(queue.work(database.url, {"job": hang}, stop=stop, pace=FAST))
    await asyncio.wait_for(started.wait(), 10)
    async with database.session() as session:  # a killed process says nothing more, and gives no sign of life
        await session.execute(text("UPDATE pgqueuer.pgqueuer SET heartbeat = now() - interval '1 hour'"))
    await asyncio.wait_for(queue.work(database.url, {"job": finish}, stop=stop, pace=FAST), 15)
    release.set()
    await asyncio.wait_for(dead, 10)


async def test_a_worker_survives_that_its_connections_are_cut(database: Database) -> None:
    stop, connected = asyncio.Event(), asyncio.Event()
    taken: list[bytes] = []

    async def handle(payload: bytes) -> None:
        taken.append(payload)
        stop.set()

    async def on_connect() -> None:
        connected.set()

    working = asyncio.create_task(
        queue.work(database.url, {"job": handle}, stop=stop, pace=FAST, on_connect=on_connect)
    )
    await asyncio.wait_for(connected.wait(), 10)
    connected.clear()
    async with database.session() as session:
        await session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await _enqueue(database, "611000:1", b"after")
    await asyncio.wait_for(working, 30)
    assert taken == [b"after"]


async def test_a_job_that_meets_a_lost_database_is_tried_again(database: Database) -> None:
    stop = asyncio.Event()
    tries: list[int] = []

    async def handle(payload: bytes) -> None:
        tries.append(len(tries))
        if len(tries) == 1:
            raise asyncpg.ConnectionDoesNotExistError("gone")
        stop.set()

    await _enqueue(database, "611000:1")
    await asyncio.wait_for(queue.work(database.url, {"job": handle}, stop=stop, pace=FAST), 15)
    assert tries == [0, 1]


async def test_a_fault_of_the_queue_itself_is_not_swallowed(database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("DROP SCHEMA pgqueuer CASCADE"))
    with pytest.raises(RuntimeError, match="missing"):
        await asyncio.wait_for(queue.work(database.url, {}, stop=asyncio.Event(), pace=FAST), 10)
