"""Jobs in the database: queued in the caller's transaction, taken by a worker, taken up again if it dies.

PgQueuer keeps its tables in a schema of its own, outside the rule that every key names the city; its dedupe
keys begin with the city instead. An insert on a connection whose transaction is not open yet would commit on
its own and survive
a rollback: `database.raw` opens the transaction first, and the tests hold both ends.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import asyncpg
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.domain.models import Job
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.database import raw

if TYPE_CHECKING:
    from pgqueuer.ports.driver import Driver

SCHEMA: Final = "pgqueuer"
CHANNEL: Final = "yipanqi_jobs"
_LISTENING: Final = 2.0
"""Seconds after which LISTEN has surely reached the database."""
_LOCK: Final = 0x79697061  # "yipa": one installer at a time
_DEDUPE: Final = re.compile(r"[1-9][0-9]{5}:.+", re.DOTALL)
_LOST: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.exceptions.OperatorInterventionError,  # shutting down, starting up
    asyncpg.InternalClientError,  # a connection that was cut amid a statement
    FailingListenerError,
)

log = structlog.get_logger()

Handler = Callable[[bytes], Awaitable[None]]
"""What a job does with its payload. It may run twice (a worker may die), so it must bear that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a worker waits.

    Attributes:
        poll: look for jobs at least so often, also when no notice comes.
        lost_after: a job whose worker gave no sign of life for so long is taken up by another.
        reconnect: wait so long before a lost database is tried again.
    """

    poll: timedelta = timedelta(seconds=5)
    lost_after: timedelta = timedelta(seconds=15)
    reconnect: timedelta = timedelta(seconds=1)


def _queries(driver: "Driver") -> Queries:
    names = DBSettings(db_schema=SCHEMA, channel=Channel(CHANNEL))
    return Queries(
        driver,
        qbe=QueryBuilderEnvironment(settings=names),
        qbq=QueryQueueBuilder(settings=names),
        qbs=QuerySchedulerBuilder(settings=names),
    )


def _plain_url(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def install(database_url: str) -> None:
    """Create the queue's schema, or bring it up to the library's release. May be called again and by many."""
    connection = await asyncpg.connect(_plain_url(database_url))
    try:
        queries = _queries(AsyncpgDriver(connection))
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        if await queries.schema_is_installed():
            await queries.upgrade()
        else:
            async with connection.transaction():
                await queries.install()
    finally:
        await connection.close()  # and with it the lock goes


async def enqueue(session: AsyncSession, entrypoint: str, payload: bytes, dedupe_key: str) -> bool:
    """Queue a job in the session's transaction: it exists if and only if that commits.

    Args:
        session: the caller's session.
        entrypoint: the job's name, such as `matching.run`.
        payload: what its handler gets.
        dedupe_key: begins with the city's code and a colon; while a job with this key waits or runs, no
            second one is queued.

    Returns:
        Whether a job was queued.

    Raises:
        ValueError: the key names no city.
    """
    if not _DEDUPE.fullmatch(dedupe_key):
        raise ValueError(f"a dedupe key begins with the city: {dedupe_key!r}")
    queries = _queries(AsyncpgDriver(await raw(session)))
    found = await queries.enqueue(entrypoint, payload, dedupe_key=dedupe_key, on_conflict="skip")
    return found[0] is not None


async def waiting(session: AsyncSession, dedupe_key: str) -> bool:
    """Tell whether a job with this key waits or runs."""
    connection = await raw(session)
    found = await connection.fetchval(
        f"SELECT true FROM {SCHEMA}.pgqueuer WHERE dedupe_key = $1",  # noqa: S608 -- a constant of this module
        dedupe_key,
    )
    return found is not None


async def work(
    database_url: str,
    handlers: Mapping[str, Handler],
    *,
    stop: asyncio.Event,
    pace: Pace | None = None,
    on_connect: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Take jobs until `stop` is set; survive a database that goes away and comes back.

    A job's handler that fails because the database is gone leaves its job to be taken up again; every other
    failure is the handler's to record, is logged, and ends the job.

    Args:
        database_url: where the queue lies.
        handlers: what to do, by the job's name.
        stop: ends the work after the jobs at hand.
        pace: how to wait.
        on_connect: called whenever the database was (re)connected, before jobs are taken.
    """
    pace = pace or Pace()
    while not stop.is_set():
        try:
            await _work_once(database_url, handlers, stop, pace, on_connect)
        except Exception as error:
            if not _is_lost(error):
                raise
            log.warning("queue.lost", error=type(error).__name__)
            await _pause(stop, pace.reconnect)


def _is_lost(error: BaseException) -> bool:
    """Tell whether an error means that the database went away: also when SQLAlchemy wraps it."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (error.orig is not None and _is_lost(error.orig))
    cause = error.__cause__
    return isinstance(error, _LOST) or (cause is not None and _is_lost(cause))


async def _pause(stop: asyncio.Event, length: timedelta) -> None:
    try:
        await asyncio.wait_for(stop.wait(), length.total_seconds())
    except TimeoutError:
        return


class _Manager(QueueManager):
    """The library's manager, with a first probe of the listener that cannot come too early.

    Listener and probe use two connections. A probe that is sent while LISTEN is still on its way is lost, and
    ten seconds later the library takes the listener for dead: the worker would begin anew amid a job.
    """

    async def _run_periodic_health_check(self, interval: timedelta = timedelta(seconds=10)) -> None:
        await asyncio.sleep(_LISTENING)
        await super()._run_periodic_health_check(interval)


async def _work_once(
    database_url: str,
    handlers: Mapping[str, Handler],
    stop: asyncio.Event,
    pace: Pace,
    on_connect: Callable[[], Awaitable[None]] | None,
) -> None:
    pool = await asyncpg.create_pool(_plain_url(database_url), min_size=2, max_size=4, command_timeout=30)
    try:
        manager = _Manager(_queries(AsyncpgPoolDriver(pool)), Channel(CHANNEL))
        for name, handler in handlers.items():
            manager.entrypoint(name)(_guarded(name, handler))
        if on_connect is not None:
            await on_connect()
        log.info("queue.connected")
        stopping = asyncio.create_task(_forward(stop, manager.shutdown))
        try:
            await manager.run(
                dequeue_timeout=pace.poll,
                batch_size=1,
                max_concurrent_tasks=2,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=pace.lost_after,
            )
        finally:
            stopping.cancel()
    finally:
        pool.terminate()


async def _forward(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    await stop.wait()
    shutdown.set()


def _guarded(name: str, handler: Handler) -> Callable[[Job], Awaitable[None]]:
    async def run(job: Job) -> None:
        try:
            await handler(job.payload or b"")
        except Exception as error:
            if _is_lost(error):
                log.warning("job.interrupted", job=name, error=type(error).__name__)
                raise RetryRequested(timedelta(seconds=1), type(error).__name__) from error
            log.exception("job.failed", job=name)
            raise

    return run
