"""What a joint meeting did with a project: the facts that a major project's decision asks for."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import Facts
from services.projects.dossier import Dossier
from services.projects.tables import JointMeeting, MeetingItem, MeetingOpinion


async def with_meeting(
    session: AsyncSession, dossier: Dossier, facts: Facts, park: str, minutes: str
) -> Facts:
    """Add what the joint meeting with these minutes decided: on its agenda, heard enough, assigned here."""
    project = dossier.project
    opinions = (
        select(func.count())
        .select_from(MeetingOpinion)
        .where(
            col(MeetingOpinion.city) == col(MeetingItem.city), col(MeetingOpinion.item) == col(MeetingItem.id)
        )
        .scalar_subquery()
    )
    row = await session.execute(
        select(col(MeetingItem.park), opinions)
        .join(
            JointMeeting,
            (col(JointMeeting.city) == col(MeetingItem.city))
            & (col(JointMeeting.id) == col(MeetingItem.meeting)),
        )
        .where(
            col(MeetingItem.city) == project.city,
            col(MeetingItem.project) == project.id,
            col(JointMeeting.minutes_no) == minutes.strip(),
        )
    )
    found = row.one_or_none()
    return replace(
        facts,
        on_agenda=found is not None,
        opinions_enough=found is not None and found[1] >= dossier.settings.major_opinions_least,
        assigned_here=found is not None and found[0] == park,
    )
