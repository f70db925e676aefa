"""What the slices above ask of intake."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.offers_repo import offer_by_code


async def investor_of(session: AsyncSession, code: str) -> UUID | None:
    """Return the id of the project that the offer of a tracking code became.

    None for a code that is no offer's, and for an offer that is not a lead (yet): the two are not told apart.
    The caller counts the attempts of an address (`services.intake.counting`).

    Args:
        session: the asker's transaction.
        code: the tracking code as somebody typed it.
    """
    offer = await offer_by_code(session, code)
    return None if offer is None else offer.project
