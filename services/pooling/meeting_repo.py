"""Reads of joint meetings: only the city's office reads them whole."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth import policy
from auth.errors import NotPermitted
from auth.principal import Principal
from services.pooling.errors import NoSuchMeeting
from services.projects.tables import JointMeeting, MeetingItem, MeetingOpinion, Project


async def meetings_of(session: AsyncSession, principal: Principal) -> Sequence[JointMeeting]:
    """Return all meetings, latest first.

    Raises:
        NotPermitted: only the city's office reads them.
    """
    require_office(principal)
    query = (
        select(JointMeeting)
        .where(col(JointMeeting.city) == principal.city)
        .order_by(col(JointMeeting.held_on).desc(), col(JointMeeting.id).desc())
    )
    return (await session.scalars(query)).all()


async def meeting_of(session: AsyncSession, principal: Principal, meeting: UUID) -> JointMeeting:
    """Return one meeting.

    Raises:
        NotPermitted: only the city's office reads it.
        NoSuchMeeting: there is none.
    """
    require_office(principal)
    query = select(JointMeeting).where(
        col(JointMeeting.city) == principal.city, col(JointMeeting.id) == meeting
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NoSuchMeeting
    return found


async def items_of(session: AsyncSession, city: str, meetings: Sequence[UUID]) -> Sequence[MeetingItem]:
    """Return the items of meetings in the order in which they were put on the agenda."""
    query = (
        select(MeetingItem)
        .where(col(MeetingItem.city) == city, col(MeetingItem.meeting).in_(meetings))
        .order_by(col(MeetingItem.id))
    )
    return (await session.scalars(query)).all()


async def opinions_of(session: AsyncSession, city: str, items: Sequence[UUID]) -> Sequence[MeetingOpinion]:
    """Return the opinions on items, earliest first."""
    query = (
        select(MeetingOpinion)
        .where(col(MeetingOpinion.city) == city, col(MeetingOpinion.item).in_(items))
        .order_by(col(MeetingOpinion.id))
    )
    return (await session.scalars(query)).all()


async def open_item(session: AsyncSession, project: Project) -> MeetingItem | None:
    """Return the item of the latest meeting without minutes that takes a project up."""
    query = (
        select(MeetingItem)
        .join(
            JointMeeting,
            (col(JointMeeting.city) == col(MeetingItem.city))
            & (col(JointMeeting.id) == col(MeetingItem.meeting)),
        )
        .where(
            col(MeetingItem.city) == project.city,
            col(MeetingItem.project) == project.id,
            col(JointMeeting.minutes_no).is_(None),
        )
        .order_by(col(JointMeeting.id).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


def require_office(principal: Principal) -> None:
    """Refuse all but the city's office.

    Raises:
        NotPermitted: somebody else asks.
    """
    if not policy.can_decide(principal):
        raise NotPermitted
