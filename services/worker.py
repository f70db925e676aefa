"""The worker: takes jobs from the database until it is told to stop, beside the application."""

import asyncio
import signal

import structlog

from services.clocks import jobs as clocks
from services.evidence import jobs as evidence
from services.intake import jobs as intake
from services.kit import queue
from services.kit.clock import Clock
from services.kit.database import Database
from services.matching import jobs as matching
from services.notices import jobs as notices
from services.notices.outgoing import Means
from services.settings import Settings

log = structlog.get_logger()


async def run_worker(
    settings: Settings,
    *,
    stop: asyncio.Event | None = None,
    pace: queue.Pace | None = None,
    clock: Clock | None = None,
) -> None:
    """Take jobs until `stop` is set, or until SIGINT or SIGTERM where no event is given.

    A job at hand is finished first. A database that goes away is waited for.

    Args:
        settings: the process's settings.
        stop: ends the work; without it signals do.
        pace: how to wait.
        clock: another clock than the system's.
    """
    if stop is None:
        stop = asyncio.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    database = Database(
        settings.database_url, pool_size=4, statement_timeout_ms=settings.statement_timeout_ms
    )
    log.info("worker.started")
    clock = clock or Clock()
    secret = settings.secret.get_secret_value()
    beside = [
        asyncio.create_task(matching.warm_up(settings)),
        asyncio.create_task(evidence.keep(database)),
        asyncio.create_task(intake.keep(database, clock)),
        asyncio.create_task(clocks.keep(database, clock)),
        asyncio.create_task(notices.keep(database, clock)),
        asyncio.create_task(notices.keep_sending(database, Means.of(settings, clock))),
    ]
    try:
        await queue.work(
            settings.database_url,
            matching.handlers(database, settings, clock)
            | evidence.handlers(database, secret, clock)
            | clocks.handlers(database, clock),
            stop=stop,
            pace=pace,
        )
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await database.close()
        log.info("worker.stopped")
