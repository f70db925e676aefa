"""Signing keys in the database: sealed under the installation's secret, shared by all processes.

Why not a file: several processes and hosts sign, and a dump of the database without the secret opens none.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.keys import KeyRing, new_key, seal, unseal
from auth.tokens import MAX_LIFETIME
from services.accounts.tables import SigningKey

INSTALLATION: Final = "000000"
"""Keys belong to no city; the column that every key begins with holds this."""
GRACE: Final = MAX_LIFETIME + timedelta(minutes=5)
"""How long a retired key still verifies: the longest token, and the processes that have not heard yet."""


async def load_keys(session: AsyncSession, secret: str, now: datetime) -> KeyRing:
    """Return the key ring, making the first key where there is none.

    Raises:
        SealError: the stored keys were sealed under another secret.
    """
    rows = await _live(session, now)
    if not any(row.retired_at is None for row in rows):
        # One process makes the first key; the others wait here and then find it.
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('accounts.keys', 0))"))
        rows = await _live(session, now)
        if not any(row.retired_at is None for row in rows):
            rows = [await _add(session, secret, now), *rows]
    current = next(row.kid for row in rows if row.retired_at is None)
    return KeyRing(current=current, keys={row.kid: unseal(row.kid, row.sealed, secret) for row in rows})


async def rotate_keys(session: AsyncSession, secret: str, now: datetime) -> str:
    """Put a new key in use and retire the others; return its id. Nobody is signed out."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('accounts.keys', 0))"))
    await session.execute(
        update(SigningKey)
        .where(col(SigningKey.city) == INSTALLATION, col(SigningKey.retired_at).is_(None))
        .values(retired_at=now)
    )
    return (await _add(session, secret, now)).kid


async def _live(session: AsyncSession, now: datetime) -> list[SigningKey]:
    found = await session.execute(
        select(SigningKey)
        .where(
            col(SigningKey.city) == INSTALLATION,
            col(SigningKey.retired_at).is_(None) | (col(SigningKey.retired_at) > now - GRACE),
        )
        .order_by(col(SigningKey.created_at).desc(), col(SigningKey.kid))
    )
    return list(found.scalars())


async def _add(session: AsyncSession, secret: str, now: datetime) -> SigningKey:
    kid, key = new_key()
    row = SigningKey(city=INSTALLATION, kid=kid, sealed=seal(kid, key, secret), created_at=now)
    session.add(row)
    await session.flush()
    return row
