"""Joint meetings (联席会议): called with an agenda, heard in writing, concluded by minutes that assign."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth import policy
from auth.errors import NotPermitted
from auth.principal import Principal
from services.kit.clock import Clock
from services.kit.errors import FieldError, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.pooling.errors import (
    BadPooling,
    MeetingConcluded,
    NoSuchItem,
    NoSuchMeeting,
    NotMajor,
    OpinionGiven,
    TooFewOpinions,
)
from services.pooling.meeting_repo import items_of, open_item, opinions_of, require_office
from services.pooling.schemas import (
    ItemForm,
    MeetingForm,
    MinutesForm,
    OpinionForm,
    OwnOpinionForm,
)
from services.projects import service as projects
from services.projects.dossier import open_dossier
from services.projects.pool_words import Department
from services.projects.steps.common import park_of
from services.projects.tables import JointMeeting, MeetingItem, MeetingOpinion, Project
from services.regions.repo import load_region
from services.regions.settings import settings_on


async def call(session: AsyncSession, principal: Principal, form: MeetingForm) -> JointMeeting:
    """Call a joint meeting.

    Raises:
        NotPermitted: only the city's office calls one.
    """
    require_office(principal)
    made = JointMeeting(
        city=principal.city,
        **form.model_dump(),
        called_by=None if principal.is_system else principal.account,
        called_name=principal.name,
        revision=1,
    )
    session.add(made)
    await session.flush()
    await _record(session, principal, "pooling.meeting_called", made.id, {"held_on": str(form.held_on)})
    return made


async def put_on_agenda(
    session: AsyncSession, principal: Principal, meeting: UUID, form: ItemForm
) -> MeetingItem:
    """Put a major project that is in the pool on the agenda.

    Raises:
        NotPermitted: only the city's office does.
        NoSuchMeeting, NoSuchProject: there is none.
        MeetingConcluded: the minutes are on record.
        NotMajor: hosts apply for it openly.
        BadPooling: it stands on this agenda.
    """
    require_office(principal)
    called = await _open_meeting(session, principal, meeting)
    dossier = await open_dossier(session, principal, form.project)
    if not dossier.is_major:
        raise NotMajor
    known = await items_of(session, principal.city, [called.id])
    if any(row.project == dossier.project.id for row in known):
        raise BadPooling(errors=[FieldError("/project", "known", lazy("该项目已在本次会议议程中"))])
    made = MeetingItem(
        city=principal.city,
        meeting=called.id,
        project=dossier.project.id,
        question=form.question,
        park=None,
        reason="",
    )
    session.add(made)
    called.revision += 1
    await session.flush()
    await _record(session, principal, "pooling.meeting_item", called.id, {"project": str(made.project)})
    return made


async def give_opinion(
    session: AsyncSession, principal: Principal, item: UUID, form: OpinionForm
) -> MeetingOpinion:
    """Record the written opinion of a department, or of a county, under its document's number.

    Raises:
        NotPermitted: only the city's office records others' opinions.
        NoSuchItem: there is none.
        MeetingConcluded: the minutes are on record.
        OpinionGiven: that body has given one.
        BadPooling: no such body.
    """
    require_office(principal)
    found = await _item(session, principal.city, item)
    body = form.body.value if isinstance(form.body, Department) else form.body
    if not isinstance(form.body, Department) and await load_region(session, principal.city, body) is None:
        raise BadPooling(errors=[FieldError("/body", "unknown", lazy("没有这个县区"))])
    own = OwnOpinionForm(position=form.position, opinion=form.opinion, document=form.document)
    return await _write_opinion(session, principal, found, body, own)


async def give_own_opinion(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: OwnOpinionForm,
    *,
    version: int | None = None,
) -> Project:
    """Give a candidate county's opinion on a project that a joint meeting takes up.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        NotPermitted: the asker does not decide for its county.
        NoSuchItem: no open meeting takes it up, or the county is no candidate.
        OpinionGiven: the county has given one.
    """
    dossier = await open_dossier(session, principal, ref, version=version)
    county = principal.county
    if county is None or not policy.can_accept_terms(principal, county, None):
        raise NotPermitted
    found = await open_item(session, dossier.project)
    if found is None or county not in {row.county for row in projects.candidates(dossier)}:
        raise NoSuchItem
    await _write_opinion(session, principal, found, county, form)
    return dossier.project


async def conclude(
    session: AsyncSession,
    principal: Principal,
    meeting: UUID,
    form: MinutesForm,
    *,
    revision: int | None = None,
) -> JointMeeting:
    """Conclude a meeting by its minutes' number and what they assign; the decision then rests on them.

    Raises:
        NotPermitted: only the city's office does.
        NoSuchMeeting, NoSuchItem, NoSuchPark: there is none.
        Stale: somebody changed the meeting since.
        MeetingConcluded: the minutes are on record.
        TooFewOpinions: too few have written about what is assigned.
        BadPooling: minutes of tomorrow or before the meeting, or a number that is used.
    """
    require_office(principal)
    called = await _open_meeting(session, principal, meeting)
    if revision is not None and revision != called.revision:
        raise Stale
    today = await Clock().today(session, principal.city)
    if not called.held_on <= form.minutes_on <= today:
        raise BadPooling(errors=[FieldError("/minutes_on", "range", lazy("纪要日期须在会议之后、今天之前"))])
    used = await session.execute(
        select(col(JointMeeting.id)).where(
            col(JointMeeting.city) == principal.city, col(JointMeeting.minutes_no) == form.minutes_no
        )
    )
    if used.first() is not None:
        raise BadPooling(errors=[FieldError("/minutes_no", "used", lazy("该纪要文号已登记"))])
    items = {row.id: row for row in await items_of(session, principal.city, [called.id])}
    needed = (await settings_on(session, principal.city, today)).major_opinions_least
    for assignment in form.assignments:
        item = items.get(assignment.item)
        if item is None:
            raise NoSuchItem
        given = len(await opinions_of(session, principal.city, [item.id]))
        if given < needed:
            raise TooFewOpinions(given=given, needed=needed)
        park = await park_of(session, principal.city, assignment.park)
        item.park, item.reason = park.code, assignment.reason
    await session.flush()
    called.minutes_no, called.minutes_on = form.minutes_no, form.minutes_on
    called.minutes_by = None if principal.is_system else principal.account
    called.revision += 1
    await session.flush()
    assigned = {str(row.item): row.park for row in form.assignments}
    facts = {"minutes": form.minutes_no, "assigned": assigned}
    await _record(session, principal, "pooling.meeting_concluded", called.id, facts)
    return called


async def _open_meeting(session: AsyncSession, principal: Principal, meeting: UUID) -> JointMeeting:
    query = (
        select(JointMeeting)
        .where(col(JointMeeting.city) == principal.city, col(JointMeeting.id) == meeting)
        .with_for_update()
    )
    found = (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
    if found is None:
        raise NoSuchMeeting
    if found.minutes_no is not None:
        raise MeetingConcluded
    return found


async def _item(session: AsyncSession, city: str, item: UUID) -> MeetingItem:
    query = select(MeetingItem).where(col(MeetingItem.city) == city, col(MeetingItem.id) == item)
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NoSuchItem
    return found


async def _write_opinion(
    session: AsyncSession, principal: Principal, item: MeetingItem, body: str, form: OwnOpinionForm
) -> MeetingOpinion:
    called = await _open_meeting(session, principal, item.meeting)
    made = MeetingOpinion(
        city=principal.city,
        item=item.id,
        body=body,
        **form.model_dump(),
        given_on=await Clock().today(session, principal.city),
        by=None if principal.is_system else principal.account,
        by_name=principal.name,
    )
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise OpinionGiven from None
    called.revision += 1
    await session.flush()
    facts = {"body": body, "position": form.position.value}
    await _record(session, principal, "pooling.opinion_given", called.id, facts)
    return made


async def _record(
    session: AsyncSession, principal: Principal, action: str, meeting: UUID, facts: Mapping[str, object]
) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="joint_meeting",
        entity_id=meeting,
        after=dict(facts),
    )
