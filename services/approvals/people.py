"""Who may be named on a sheet: to sign before or after, in one's place, or to read a copy."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.approving import Reason
from auth.approvals import LENDABLE
from auth.principal import Principal, Role
from services.accounts.tables import Account
from services.approvals import repo
from services.approvals.errors import ActRefused
from services.approvals.sheets import Found


async def people(session: AsyncSession, principal: Principal, office: str) -> Sequence[Account]:
    """Return who may be named on a sheet of an office: its own people and the city's office."""
    rows = await session.scalars(
        select(Account)
        .where(
            col(Account.city) == principal.city,
            col(Account.county).in_([office, principal.city, principal.county]),
            col(Account.role).in_(
                [Role.county_officer, Role.county_leader, Role.city_office]
                if office != principal.city
                else [Role.city_office]
            ),
            col(Account.disabled_at).is_(None),
            col(Account.id).not_in(list(principal.hands)),
        )
        .order_by(col(Account.county), col(Account.login))
        .limit(repo.MOST)
    )
    return rows.all()


async def named(
    session: AsyncSession, principal: Principal, found: Found, person: UUID | None
) -> Account | None:
    """Return the person named; None where nobody is.

    Raises:
        ActRefused: the person may not be near the matter.
    """
    if person is None:
        return None
    near = await people(session, principal, found.subject.office)
    one = next((row for row in near if row.id == person), None)
    if one is None:
        raise ActRefused((Reason.person_unfit,))
    return one


async def colleagues(session: AsyncSession, principal: Principal) -> Sequence[Account]:
    """Return the other people of one's own county or, for the city, of the city's offices."""
    rows = await session.scalars(
        select(Account)
        .where(
            col(Account.city) == principal.city,
            col(Account.county) == principal.county,
            col(Account.role).in_(LENDABLE),
            col(Account.disabled_at).is_(None),
            col(Account.id).not_in(list(principal.hands)),
        )
        .order_by(col(Account.office), col(Account.login))
        .limit(repo.MOST)
    )
    return rows.all()
