"""Accounts of the small city that notices go to, by role and office."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.accounts import repo
from services.notices.fanout import fan_out
from tests.services.accounts.factories import make_account
from tests.services.projects import factories as make

OFFICES = (
    (Role.county_officer, make.DANFENG),
    (Role.county_officer, make.SHANGZHOU),
    (Role.county_officer, make.LUONAN),
    (Role.park_officer, make.PARK),
    (Role.county_finance, make.DANFENG),
    (Role.city_office, make.CITY),
    (Role.city_finance, make.CITY),
    (Role.auditor, make.CITY),
)

People = Mapping[tuple[Role, str], Principal]


async def people(session: AsyncSession) -> People:
    """Make one account of each office that notices may go to."""
    found = {}
    for role, office in OFFICES:
        county = make.SHANGZHOU if role is Role.park_officer else None
        found[role, office] = repo.principal_of(await make_account(session, role, office, county=county))
    return found


async def tell(session: AsyncSession) -> int:
    """Empty the outbox; how many notices came of it."""
    written = 0
    while True:
        taken, more = await fan_out(session, make.CITY)
        if not taken:
            return written
        written += more


async def told_of(session: AsyncSession, action: str) -> set[tuple[str, str]]:
    """The roles and offices that were told of an event."""
    rows = await session.execute(
        text(
            "SELECT a.role, a.office FROM notice n JOIN account a ON a.city = n.city AND a.id = n.account"
            " WHERE n.action = :action"
        ),
        {"action": action},
    )
    return {(role, office) for role, office in rows}
