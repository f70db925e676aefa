"""Reading offers of the public."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.intake.codes import read_code
from services.intake.offer_tables import IntakeContact, IntakeEvent, IntakeOffer


async def offer_by_code(session: AsyncSession, code: str, *, lock: bool = False) -> IntakeOffer | None:
    """Return the offer of a tracking code as somebody typed it; none for a code that is no offer's."""
    read = read_code(code)
    if read is None:
        return None
    city, sha256 = read
    query = select(IntakeOffer).where(col(IntakeOffer.city) == city, col(IntakeOffer.code_sha256) == sha256)
    return await session.scalar(query.with_for_update() if lock else query)


async def offer_by_key(session: AsyncSession, city: str, key_sha256: str) -> IntakeOffer | None:
    """Return the offer that was sent under an Idempotency-Key."""
    return await session.scalar(
        select(IntakeOffer).where(col(IntakeOffer.city) == city, col(IntakeOffer.key_sha256) == key_sha256)
    )


async def offer_by_id(
    session: AsyncSession, city: str, offer: UUID, *, lock: bool = False
) -> IntakeOffer | None:
    """Return an offer."""
    query = select(IntakeOffer).where(col(IntakeOffer.city) == city, col(IntakeOffer.id) == offer)
    return await session.scalar(query.with_for_update() if lock else query)


async def offers(session: AsyncSession, city: str, county: str | None = None) -> Sequence[IntakeOffer]:
    """Return a city's offers, newest first; those given to one county where it is named."""
    query = select(IntakeOffer).where(col(IntakeOffer.city) == city)
    if county is not None:
        query = query.where(col(IntakeOffer.county) == county)
    return (await session.scalars(query.order_by(col(IntakeOffer.number).desc()).limit(MOST))).all()


MOST = 200
"""Offers that a list shows."""


async def contact_of(session: AsyncSession, offer: IntakeOffer) -> IntakeContact:
    """Return the contact's row, erased or not."""
    found = await session.execute(
        select(IntakeContact).where(
            col(IntakeContact.city) == offer.city, col(IntakeContact.offer) == offer.id
        )
    )
    return found.scalar_one()


async def events_of(session: AsyncSession, offer: IntakeOffer) -> Sequence[IntakeEvent]:
    """Return what was done with an offer, in order."""
    rows = await session.scalars(
        select(IntakeEvent)
        .where(col(IntakeEvent.city) == offer.city, col(IntakeEvent.offer) == offer.id)
        .order_by(col(IntakeEvent.seq))
    )
    return rows.all()


async def last_seq(session: AsyncSession, offer: IntakeOffer) -> int:
    """Return the number of the last thing done with an offer."""
    found = await session.execute(
        select(func.coalesce(func.max(col(IntakeEvent.seq)), 0)).where(
            col(IntakeEvent.city) == offer.city, col(IntakeEvent.offer) == offer.id
        )
    )
    return int(found.scalar_one())


async def last_number(session: AsyncSession, city: str, prefix: str) -> str | None:
    """Return the highest number of the offers that begins so; others who ask wait for this transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"offer {prefix}", 0))))
    found = await session.execute(
        select(func.max(col(IntakeOffer.number))).where(
            col(IntakeOffer.city) == city, col(IntakeOffer.number).like(f"{prefix}%")
        )
    )
    return found.scalar_one()
