"""Joint meetings: heard in writing before they assign, concluded once, and kept so by the database."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from auth.errors import NotPermitted
from auth.principal import Role
from services.kit.errors import Stale
from services.pooling import meeting_repo, meetings, service
from services.pooling.errors import (
    BadPooling,
    MeetingConcluded,
    NoSuchItem,
    NoSuchMeeting,
    NotMajor,
    OpinionGiven,
    TooFewOpinions,
)
from services.pooling.schemas import (
    AssignmentForm,
    ItemForm,
    MeetingForm,
    MinutesForm,
    OpinionForm,
    OwnOpinionForm,
)
from services.projects import service as projects
from services.projects.pool_words import Department, Position
from services.projects.tables import Project
from tests.services.projects import factories as make
from tests.services.projects.meeting import HEARD
from tests.services.projects.road import HOST, HOST_LEADER, RIVAL_LEADER

LATE = """
INSERT INTO meeting_opinion
SELECT city, gen_random_uuid(), item, 'water', position, opinion, document, given_on, by, by_name, at
FROM meeting_opinion LIMIT 1
"""
OWN = OwnOpinionForm(position=Position.conditional, opinion="需增加用地指标", document="商州函1号")


def opinion(body: Department | str) -> OpinionForm:
    return OpinionForm(body=body, position=Position.support, opinion="同意", document="函1号")


def minutes(item, *, park: str = make.PARK, on: date = make.TODAY, number: str = "纪要1号") -> MinutesForm:
    assigned = AssignmentForm(item=item, park=park, reason="要素最全")
    return MinutesForm(minutes_no=number, minutes_on=on, assignments=[assigned])


async def test_a_meeting_hears_in_writing_and_then_assigns(session: AsyncSession):
    await make.make_pool(session, make.project_input(investment_fen=10**11))
    lead = (await session.scalars(select(Project))).one()
    await projects.propose(session, make.OFFICE, lead.id, [make.PARK])
    form = MeetingForm(title="联席会议", held_on=date(2027, 1, 14), agenda="审议")
    for stranger in (HOST, make.principal(Role.city_finance, make.CITY)):
        with pytest.raises(NotPermitted):
            await meetings.call(session, stranger, form)
        with pytest.raises(NotPermitted):
            await meeting_repo.meetings_of(session, stranger)
    called = await meetings.call(session, make.OFFICE, form)
    with pytest.raises(NoSuchItem):  # nothing is asked of the county yet
        await meetings.give_own_opinion(session, HOST_LEADER, lead.public_id, OWN)
    ask = ItemForm(project=lead.public_id, question="落位园区")
    item = await meetings.put_on_agenda(session, make.OFFICE, called.id, ask)
    with pytest.raises(BadPooling):
        await meetings.put_on_agenda(session, make.OFFICE, called.id, ask)
    with pytest.raises(NoSuchMeeting):
        await meetings.put_on_agenda(session, make.OFFICE, uuid4(), ask)
    await meetings.give_own_opinion(session, HOST_LEADER, lead.public_id, OWN)
    with pytest.raises(OpinionGiven):
        await meetings.give_own_opinion(session, HOST_LEADER, lead.public_id, OWN)
    with pytest.raises(NotPermitted):
        await meetings.give_own_opinion(session, HOST, lead.public_id, OWN)
    with pytest.raises(NoSuchItem):  # no candidate
        await meetings.give_own_opinion(session, RIVAL_LEADER, lead.public_id, OWN)
    await meetings.give_opinion(session, make.OFFICE, item.id, opinion(HEARD[0]))
    with pytest.raises(TooFewOpinions) as few:
        await meetings.conclude(session, make.OFFICE, called.id, minutes(item.id))
    assert few.value.facts == {"given": 2, "needed": 3}
    with pytest.raises(BadPooling):
        await meetings.give_opinion(session, make.OFFICE, item.id, opinion("611099"))
    with pytest.raises(NoSuchItem):
        await meetings.give_opinion(session, make.OFFICE, uuid4(), opinion(HEARD[0]))
    await meetings.give_opinion(session, make.OFFICE, item.id, opinion(make.LUONAN))
    for on in (date(2027, 1, 13), date(2027, 1, 16)):
        with pytest.raises(BadPooling):
            await meetings.conclude(session, make.OFFICE, called.id, minutes(item.id, on=on))
    with pytest.raises(NoSuchItem):
        await meetings.conclude(session, make.OFFICE, called.id, minutes(uuid4()))
    with pytest.raises(Stale):
        await meetings.conclude(session, make.OFFICE, called.id, minutes(item.id), revision=1)
    done = await meetings.conclude(
        session, make.OFFICE, called.id, minutes(item.id), revision=called.revision
    )
    shown = await service.meeting_answer(session, make.OFFICE, done)
    assert (shown.minutes_no, shown.items[0].park, len(shown.items[0].opinions)) == ("纪要1号", make.PARK, 3)
    assert shown.items[0].candidates == [make.PARK]
    with pytest.raises(MeetingConcluded):
        await meetings.give_opinion(session, make.OFFICE, item.id, opinion(HEARD[1]))
    await _used_number(session, form, ask)
    await _what_is_kept(session)


async def test_the_joint_meeting_takes_up_major_projects_alone(session: AsyncSession):
    await make.make_pool(session)
    lead = (await session.scalars(select(Project))).one()
    called = await meetings.call(
        session, make.OFFICE, MeetingForm(title="会", held_on=make.TODAY, agenda="议")
    )
    with pytest.raises(NotMajor):
        await meetings.put_on_agenda(
            session, make.OFFICE, called.id, ItemForm(project=lead.public_id, question="落位")
        )


async def _what_is_kept(session: AsyncSession) -> None:
    """Try to rewrite what a concluded meeting holds."""
    for statement in (
        "UPDATE joint_meeting SET minutes_no = '纪要2号' WHERE minutes_no IS NOT NULL",
        "UPDATE meeting_item SET park = '6110P03' WHERE park IS NOT NULL",
        "UPDATE meeting_opinion SET position = 'oppose'",
        "DELETE FROM meeting_item",
        "TRUNCATE meeting_opinion",
        LATE,
    ):
        with pytest.raises(DBAPIError):
            async with session.begin_nested():
                await session.execute(text(statement))


async def _used_number(session: AsyncSession, form: MeetingForm, ask: ItemForm) -> None:
    """Hold a second meeting, whose minutes may not have the number of the first."""
    second = await meetings.call(session, make.OFFICE, form)
    again = await meetings.put_on_agenda(session, make.OFFICE, second.id, ask)
    with pytest.raises(BadPooling):  # the number is used
        await meetings.conclude(session, make.OFFICE, second.id, minutes(again.id))
    assert len(await meeting_repo.meetings_of(session, make.OFFICE)) == 2
    with pytest.raises(NoSuchMeeting):
        await meeting_repo.meeting_of(session, make.OFFICE, uuid4())
