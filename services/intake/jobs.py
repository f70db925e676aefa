"""What intake does by itself: contacts whose time is over are erased."""

import asyncio
from typing import Final

import structlog

from services.intake.inbox import erase_due
from services.kit.clock import Clock
from services.kit.database import Database
from services.regions.repo import load_cities

log = structlog.get_logger()

EVERY: Final = 3600.0
"""Seconds between two looks."""


async def keep(database: Database, clock: Clock, every: float = EVERY) -> None:
    """Look again and again for contacts to erase, until cancelled. A look that fails is logged."""
    while True:
        try:
            await look(database, clock)
        except Exception as error:  # noqa: BLE001 -- a database that is away is waited for, as the queue does
            log.warning("intake.look_failed", error=type(error).__name__)
        await asyncio.sleep(every)


async def look(database: Database, clock: Clock) -> int:
    """Erase what is due in every city; how many contacts it was."""
    async with database.session() as session:
        cities = [row.city for row in await load_cities(session)]
    done = 0
    for city in cities:
        async with database.session() as session:
            done += await erase_due(session, city, await clock.today(session, city))
    return done
