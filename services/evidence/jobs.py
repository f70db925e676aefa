"""What the worker does for the log: seals what is new, signs a checkpoint, co-signs with the keys it holds.

Nothing in the ledger knows of the log. The keeper looks every few seconds whether there is something to seal
in a city, and queues the job; a job that is queued or runs is not queued twice. So a transaction that ends
late is sealed a little later, and none is forgotten.
"""

import asyncio
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.evidence.checkpoints import cosign_held, sign_latest
from services.evidence.repo import latest_checkpoint, log_of
from services.evidence.sealing import BATCH, anything_new, seal_pending
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.queue import Handler, enqueue
from services.regions.tables import City

ENTRYPOINT: Final = "evidence.seal"
EVERY: Final = 5.0
"""Seconds between two looks of the keeper."""

log = structlog.get_logger()


async def seal_city(database: Database, city: str, secret: str, clock: Clock, limit: int = BATCH) -> int:
    """Seal all that can be sealed now, batch by batch, then sign and co-sign; how many entries were sealed.

    May be stopped anywhere and started again.
    """
    total = 0
    while True:
        async with database.session() as session:
            done = await seal_pending(session, city, limit)
        total += done
        if done < limit:
            break
    async with database.session() as session:
        await sign_latest(session, city, secret, clock.now())
    async with database.session() as session:
        await cosign_held(session, city, secret, clock.now())
    return total


def handlers(database: Database, secret: str, clock: Clock) -> dict[str, Handler]:
    """Give the jobs of this slice by name."""

    async def run(payload: bytes) -> None:
        city = payload.decode()
        sealed = await seal_city(database, city, secret, clock)
        log.info("evidence.sealed", city=city, entries=sealed)

    return {ENTRYPOINT: run}


async def ask_for_sealing(session: AsyncSession, city: str) -> bool:
    """Queue the job for a city, in the session's transaction; False where it waits or runs already."""
    return await enqueue(session, ENTRYPOINT, city.encode(), f"{city}:{ENTRYPOINT}")


async def keep(database: Database, every: float = EVERY) -> None:
    """Look again and again for what is to be sealed, until cancelled. A look that fails is logged."""
    while True:
        try:
            await look(database)
        except Exception as error:  # noqa: BLE001 -- a database that is away is waited for, as the queue does
            log.warning("evidence.look_failed", error=type(error).__name__)
        await asyncio.sleep(every)


async def look(database: Database) -> list[str]:
    """Queue the job for every city that has something to seal or to sign; which cities these are."""
    async with database.session() as session:
        cities = (await session.execute(select(col(City.city)))).scalars().all()
    asked = []
    for city in cities:
        async with database.session() as session:
            if await _waits(session, city):
                await ask_for_sealing(session, city)
                asked.append(city)
    return asked


async def _waits(session: AsyncSession, city: str) -> bool:
    if await anything_new(session, city):
        return True
    found, newest = await log_of(session, city), await latest_checkpoint(session, city)
    return found is not None and found.size > (newest.size if newest else 0)
