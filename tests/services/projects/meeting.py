"""A joint meeting that assigns a major project: called, heard in writing, concluded by its minutes."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.pooling import meetings
from services.pooling.schemas import AssignmentForm, ItemForm, MeetingForm, MinutesForm, OpinionForm
from services.projects.pool_words import Department, Position
from tests.services.projects import factories as make

MINUTES = "联席会议纪要3号"
HEARD = (Department.reform, Department.natural_resources, Department.ecology)


async def assigned(
    session: AsyncSession, project: UUID, park: str = make.PARK, *, minutes: str = MINUTES
) -> UUID:
    """Hold a meeting with three written opinions and record its minutes; the meeting's id."""
    form = MeetingForm(title="重大项目联席会议", held_on=make.TODAY, agenda="审议重大项目落位")
    called = await meetings.call(session, make.OFFICE, form)
    item = await meetings.put_on_agenda(
        session, make.OFFICE, called.id, ItemForm(project=str(project), question="落位园区")
    )
    for body in HEARD:
        opinion = OpinionForm(body=body, position=Position.support, opinion="同意", document="函〔2027〕1号")
        await meetings.give_opinion(session, make.OFFICE, item.id, opinion)
    assignment = AssignmentForm(item=item.id, park=park, reason="要素最全")
    concluded = MinutesForm(minutes_no=minutes, minutes_on=make.TODAY, assignments=[assignment])
    await meetings.conclude(session, make.OFFICE, called.id, concluded)
    return called.id
