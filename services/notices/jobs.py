"""What the worker does for notices: empty the outbox, make digests, send what goes out, remove what is old.

Two keepers look every few seconds, so that a receiver that hangs keeps nobody's inbox waiting. Several
workers may look at once: each takes what no other holds.
"""

import asyncio
import time
from typing import Final

import structlog

from services.kit.clock import Clock
from services.kit.database import Database
from services.notices.digests import database_now, make_digests
from services.notices.fanout import fan_out
from services.notices.outgoing import Means
from services.notices.retention import remove_old
from services.notices.sending import deliver
from services.regions.repo import load_cities

EVERY: Final = 2.0
"""Seconds between two looks of the keeper."""
_RETENTION_EVERY: Final = 3_600.0

log = structlog.get_logger()


async def keep(database: Database, clock: Clock, every: float = EVERY) -> None:
    """Look again and again until cancelled. A look that fails is logged."""
    removed_at = None
    while True:
        try:
            await look(database)
            await digest(database)
            if removed_at is None or time.monotonic() - removed_at >= _RETENTION_EVERY:
                removed_at = time.monotonic()
                await clean(database, clock)
        except Exception as error:  # noqa: BLE001 -- a database that is away is waited for, as the queue does
            log.warning("notices.look_failed", error=type(error).__name__)
        await asyncio.sleep(every)


async def keep_sending(database: Database, means: Means, every: float = EVERY) -> None:
    """Send again and again until cancelled. A round that fails is logged."""
    while True:
        try:
            await send(database, means)
        except Exception as error:  # noqa: BLE001 -- as above; what was taken is due again after its lease
            log.warning("notices.sending_failed", error=type(error).__name__)
        await asyncio.sleep(every)


async def look(database: Database) -> int:
    """Tell all that waits in the outbox of every city; how many events were told."""
    done = 0
    for city in await _cities(database):
        while True:
            async with database.session() as session:
                taken, _written = await fan_out(session, city)
            if not taken:
                break
            done += taken
    return done


async def digest(database: Database) -> int:
    """Make the digests that are due in every city; how many."""
    done = 0
    for city in await _cities(database):
        async with database.session() as session:
            done += await make_digests(session, city, await database_now(session))
    return done


async def send(database: Database, means: Means) -> int:
    """Send all that is due in every city; how many deliveries that was."""
    done = 0
    for city in await _cities(database):
        while sent := await deliver(database, means, city):
            done += sent
    return done


async def clean(database: Database, clock: Clock) -> int:
    """Remove what is old in every city; how many notices that was."""
    done = 0
    for city in await _cities(database):
        async with database.session() as session:
            done += await remove_old(session, city, await clock.today(session, city))
    return done


async def _cities(database: Database) -> list[str]:
    async with database.session() as session:
        return [row.city for row in await load_cities(session)]
