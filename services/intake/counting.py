"""How often somebody without an account may ask: counted by address and in all.

A refused request is counted too, so each count is a transaction of its own. An address is kept as
a digest, and only until its window is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from services.intake.codes import digest
from services.intake.errors import TooManyOffers
from services.intake.words import Counted
from services.kit.database import Database


@dataclass(frozen=True, slots=True)
class Rule:
    """How many times within a window."""

    times: int
    window: timedelta


RULES: Final = {
    Counted.offer: Rule(10, timedelta(hours=1)),
    Counted.all_offers: Rule(300, timedelta(hours=1)),
    Counted.look: Rule(30, timedelta(minutes=1)),
}

NOBODY: Final = "000000"
"""The city of counts made before a city is known: a tracking code may be any text."""

_COUNT: Final = text(
    """
    INSERT INTO intake_count AS c (city, kind, key_sha256, times, since) VALUES (:city, :kind, :key, 1, :now)
    ON CONFLICT (city, kind, key_sha256) DO UPDATE SET
        times = CASE WHEN c.since <= :begun THEN 1 ELSE c.times + 1 END,
        since = CASE WHEN c.since <= :begun THEN :now ELSE c.since END
    RETURNING times, since
    """
)
_FORGET: Final = text("DELETE FROM intake_count WHERE city = :city AND kind = :kind AND since <= :begun")


async def count_offer(database: Database, city: str, address: str, now: datetime) -> None:
    """Count an offer of an address.

    Raises:
        TooManyOffers: too many from the address, or in all.
    """
    await _count(database, city, Counted.offer, address, now)
    await _count(database, city, Counted.all_offers, "", now)


async def count_look(database: Database, address: str, now: datetime) -> None:
    """Count a look-up by a tracking code.

    Raises:
        TooManyOffers: too many from the address.
    """
    await _count(database, NOBODY, Counted.look, address, now)


async def _count(database: Database, city: str, kind: Counted, key: str, now: datetime) -> None:
    rule = RULES[kind]
    names = {"city": city, "kind": kind.value, "begun": now - rule.window}
    async with database.session() as session:
        row = (await session.execute(_COUNT, {**names, "key": digest(key), "now": now})).one()
        if row.times == 1:
            await session.execute(_FORGET, names)
    if row.times > rule.times:
        left = row.since + rule.window - now
        raise TooManyOffers(retry_after=max(1, int(left.total_seconds()) + 1))
