"""Whose eyes a channel has: somebody of its office, with no account and no right to act."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.policy import COUNTY_HANDS
from auth.principal import SYSTEM_ACCOUNT, Principal, Role
from services.notices.schemas import OfficeChannel
from services.notices.tables import NoticeChannel


def eyes_of(city: str, office: str) -> Principal:
    """Return who a message to an office's group is made for: a county's officer, or the city's office."""
    role = Role.city_office if office == city else Role.county_officer
    return Principal(account=SYSTEM_ACCOUNT, city=city, role=role, office=office, county=office, name="")


def office_of(city: str, role: Role, county: str | None) -> str:
    """Return the office whose channels speak for somebody; "" for those who have none."""
    if role is Role.city_office:
        return city
    return county or "" if role in COUNTY_HANDS else ""


async def channels_of(session: AsyncSession, principal: Principal) -> list[OfficeChannel]:
    """Return the active channels of one's own office."""
    rows = await session.scalars(
        select(NoticeChannel)
        .where(
            col(NoticeChannel.city) == principal.city,
            col(NoticeChannel.office) == office_of(principal.city, principal.role, principal.county),
            col(NoticeChannel.active),
        )
        .order_by(col(NoticeChannel.name), col(NoticeChannel.id))
    )
    return [OfficeChannel(name=row.name, kind=row.kind, urgent_only=row.urgent_only) for row in rows]
