"""What the worker does for the clocks: once a business day it brings late ones to who stands above.

The keeper looks every few minutes whether a city's business date has changed, and queues the job; a job that
is queued or runs is not queued twice, and one that runs again records nothing twice.
"""

import asyncio
from datetime import date
from typing import Final

import structlog
from sqlalchemy import select
from sqlmodel import col

from services.clocks.escalation import escalate
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.queue import Handler, enqueue
from services.regions.tables import City

ENTRYPOINT: Final = "clocks.escalate"
EVERY: Final = 300.0
"""Seconds between two looks of the keeper."""

log = structlog.get_logger()


def handlers(database: Database, clock: Clock) -> dict[str, Handler]:
    """Give the jobs of this slice by name."""

    async def run(payload: bytes) -> None:
        city = payload.decode()
        async with database.session() as session:
            today = await clock.today(session, city)
            count = await escalate(session, city, today)
        log.info("clocks.escalated", city=city, count=count)

    return {ENTRYPOINT: run}


async def keep(database: Database, clock: Clock, every: float = EVERY) -> None:
    """Look again and again whether a day has begun, until cancelled. A look that fails is logged."""
    done: dict[str, date] = {}
    while True:
        try:
            await look(database, clock, done)
        except Exception as error:  # noqa: BLE001 -- a database that is away is waited for, as the queue does
            log.warning("clocks.look_failed", error=type(error).__name__)
        await asyncio.sleep(every)


async def look(database: Database, clock: Clock, done: dict[str, date]) -> list[str]:
    """Queue the job for every city whose business date is another than at the last look; which these are.

    Args:
        database: the database.
        clock: tells the business date, by the database's clock.
        done: the business date for which each city's job was queued last; changed here.
    """
    async with database.session() as session:
        cities = (await session.execute(select(col(City.city)))).scalars().all()
    asked = []
    for city in cities:
        async with database.session() as session:
            today = await clock.today(session, city)
            if done.get(city) == today:
                continue
            await enqueue(session, ENTRYPOINT, city.encode(), f"{city}:{ENTRYPOINT}")
        done[city] = today
        asked.append(city)
    return asked
