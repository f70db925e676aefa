"""Failed sign-ins: five for a login lock it for fifteen minutes, ten a minute lock an address for one.

An attempt is counted *before* the password is looked at, in a transaction of its own, and given back when the
password was right. So fifty tries at once are fifty counted tries: five of them get an answer. An unknown
login is counted like a known one, or the lock would tell which is which.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.opaque import digest
from services.accounts.tables import Guarded


@dataclass(frozen=True, slots=True)
class Rule:
    """How many failures within `window` lock for how long."""

    failures: int
    window: timedelta
    lock: timedelta


RULES: Final = {
    Guarded.address: Rule(10, timedelta(minutes=1), timedelta(minutes=1)),
    Guarded.login: Rule(5, timedelta(minutes=15), timedelta(minutes=15)),
}

_COUNT: Final = text(
    """
    INSERT INTO sign_in_attempt AS a (city, kind, key_sha256, failures, since, locked_until)
    VALUES (:city, :kind, :key, 1, :now, NULL)
    ON CONFLICT (city, kind, key_sha256) DO UPDATE SET
        failures = CASE WHEN a.since <= :since OR a.locked_until <= :now THEN 1 ELSE a.failures + 1 END,
        since = CASE WHEN a.since <= :since OR a.locked_until <= :now THEN :now ELSE a.since END,
        locked_until = CASE WHEN a.since > :since AND a.locked_until IS NULL AND a.failures + 1 >= :most
            THEN CAST(:until AS timestamptz) END
    WHERE a.locked_until IS NULL OR a.locked_until <= :now
    RETURNING failures
    """
)
_GIVE_BACK: Final = text(
    """
    UPDATE sign_in_attempt SET
        failures = CASE WHEN kind = 'login' THEN 0 ELSE greatest(failures - 1, 0) END,
        locked_until = NULL
    WHERE city = :city AND kind = :kind AND key_sha256 = :key
    """
)


async def count_attempt(
    session: AsyncSession, city: str, kind: Guarded, key: str, now: datetime
) -> int | None:
    """Count one attempt; return None when it may go on, else the seconds after which to come back."""
    rule = RULES[kind]
    names = {"city": city, "kind": kind.value, "key": digest(key)}
    counted = await session.execute(
        _COUNT,
        {
            **names,
            "now": now,
            "since": now - rule.window,
            "until": now + rule.lock,
            "most": rule.failures,
        },
    )
    if counted.first() is not None:
        return None
    held = await session.execute(
        text(
            "SELECT locked_until FROM sign_in_attempt"
            " WHERE city = :city AND kind = :kind AND key_sha256 = :key"
        ),
        names,
    )
    until = held.scalar_one_or_none()
    return 1 if until is None else max(1, int((until - now).total_seconds()) + 1)


async def give_back(session: AsyncSession, city: str, kind: Guarded, key: str) -> None:
    """Take an attempt off the count: the password was right."""
    await session.execute(_GIVE_BACK, {"city": city, "kind": kind.value, "key": digest(key)})
