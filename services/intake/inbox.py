"""公开受理 inside: the city's office judges and gives to a county, which says what lead came of it.

The contact is shown to the city's office alone, one offer at a time, and every look is written down.
"""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.intake import can_file_offer, can_judge_offers
from auth.principal import Principal
from services.intake.errors import BadIntake, NoSuchOffer, NotYourRegion, OfferClosed
from services.intake.offer_tables import IntakeContact, IntakeOffer
from services.intake.offers import days_of, erase, write_event
from services.intake.offers_repo import contact_of, events_of, offer_by_id, offers
from services.intake.schemas import (
    AssignIn,
    ContactRead,
    OfferAnswer,
    OfferDone,
    OffersAnswer,
    RefuseIn,
)
from services.intake.words import OPEN_OFFERS, OfferAction, OfferState
from services.kit.errors import FieldError, Stale
from services.kit.i18n import lazy
from services.projects.channels import PUBLIC
from services.projects.service import open_dossier
from services.projects.tables import Project
from services.regions.repo import load_region
from services.regions.settings import settings_on


async def inbox(session: AsyncSession, principal: Principal, today: date) -> OffersAnswer:
    """Return all offers for the city's office, for others those given to their county; newest first."""
    county = None if can_judge_offers(principal) else principal.county or ""
    rows = await offers(session, principal.city, county)
    return OffersAnswer(items=[await _answer(session, principal, row, today) for row in rows])


async def offer(session: AsyncSession, principal: Principal, ref: UUID, today: date) -> OfferAnswer:
    """Return one offer.

    Raises:
        NoSuchOffer: none that this person may see.
    """
    return await _answer(session, principal, await _seen(session, principal, ref), today)


async def respond(
    session: AsyncSession, principal: Principal, ref: UUID, today: date, revision: int
) -> OfferAnswer:
    """Tell the sender that somebody has begun to look at it.

    Raises:
        NoSuchOffer, NotYourRegion, Stale: none, not the city's office, changed since.
        OfferClosed: it was responded to before.
    """
    row = await _judged(session, principal, ref, revision)
    if row.state is not OfferState.received:
        raise OfferClosed
    row.state, row.responded_on = OfferState.responded, today
    return await _changed(session, principal, row, OfferAction.respond, today)


async def assign(
    session: AsyncSession, principal: Principal, ref: UUID, form: AssignIn, today: date, revision: int
) -> OfferAnswer:
    """Give an offer to a county, which takes up contact through the city's office and registers a lead.

    Raises:
        NoSuchOffer, NotYourRegion, Stale: none, not the city's office, changed since.
        OfferClosed: it is judged already.
        BadIntake: there is no such county.
    """
    row = await _judged(session, principal, ref, revision)
    if row.state not in OPEN_OFFERS:
        raise OfferClosed
    if await load_region(session, principal.city, form.county) is None:
        raise BadIntake(errors=[FieldError("/county", "unknown", lazy("没有这个县区"))])
    _judge(row, OfferState.assigned, form.reply, today)
    row.county = form.county
    return await _changed(session, principal, row, OfferAction.assign, today, county=form.county)


async def refuse(
    session: AsyncSession, principal: Principal, ref: UUID, form: RefuseIn, today: date, revision: int
) -> OfferAnswer:
    """Tell the sender that the offer is not taken up, and why.

    Raises:
        NoSuchOffer, NotYourRegion, Stale: none, not the city's office, changed since.
        OfferClosed: it is a lead, refused or withdrawn.
    """
    row = await _judged(session, principal, ref, revision)
    if row.state not in OPEN_OFFERS | {OfferState.assigned}:
        raise OfferClosed
    _judge(row, OfferState.refused, form.reply, today)
    row.reason = form.reason
    return await _changed(session, principal, row, OfferAction.refuse, today, reason=form.reason.value)


async def file(
    session: AsyncSession, principal: Principal, ref: UUID, project: str, today: date, revision: int
) -> OfferAnswer:
    """Say which lead an offer became: one of the county's, registered under this offer's number.

    Raises:
        NoSuchOffer, NotYourRegion, Stale: none, another county's, changed since.
        OfferClosed: it was not given to a county, or is a lead already.
        NoSuchProject: no lead that this person may see.
        BadIntake: the lead is another county's, or was not registered under this number.
    """
    row = await _seen(session, principal, ref, lock=True)
    if not can_file_offer(principal, row.county):
        raise NotYourRegion
    if row.revision != revision:
        raise Stale
    if row.state is not OfferState.assigned:
        raise OfferClosed
    lead = (await open_dossier(session, principal, project)).project
    if (lead.origin, lead.channel, lead.channel_reference) != (row.county, PUBLIC, row.number):
        raise BadIntake(
            errors=[FieldError("/project", "not_this_offer", lazy("该线索不是按本件公开受理编号登记的"))]
        )
    row.state, row.project = OfferState.filed, lead.id
    return await _changed(session, principal, row, OfferAction.file, today, project=lead.public_id)


async def leads_for(session: AsyncSession, principal: Principal, found: OfferAnswer) -> list[tuple[str, str]]:
    """Return the leads that were registered under an offer's number, as (public id, code and name)."""
    rows = await session.scalars(
        select(Project)
        .where(
            col(Project.city) == principal.city,
            col(Project.origin) == found.county,
            col(Project.channel) == PUBLIC,
            col(Project.channel_reference) == found.number,
        )
        .order_by(col(Project.code))
    )
    return [(row.public_id, f"{row.code} {row.name}") for row in rows]


async def read_contact(session: AsyncSession, principal: Principal, ref: UUID, today: date) -> ContactRead:
    """Show whom to call about an offer; the look is written down.

    Raises:
        NoSuchOffer: none that this person may see.
        NotYourRegion: the reader is not the city's office.
    """
    row = await _seen(session, principal, ref, lock=True)
    if not can_judge_offers(principal):
        raise NotYourRegion
    contact = await contact_of(session, row)
    await write_event(session, principal, row, OfferAction.read_contact, today)
    return ContactRead(name=contact.name, phone=contact.phone, erased_on=contact.erased_on)


async def erase_due(session: AsyncSession, city: str, today: date) -> int:
    """Erase the contacts of a city whose time is over; how many they were."""
    kept = timedelta(days=(await settings_on(session, city, today)).intake_contact_days)
    rows = await session.execute(
        select(IntakeOffer, IntakeContact)
        .join(
            IntakeContact,
            (col(IntakeContact.city) == col(IntakeOffer.city))
            & (col(IntakeContact.offer) == col(IntakeOffer.id)),
        )
        .where(col(IntakeOffer.city) == city, col(IntakeContact.erased_on).is_(None))
        .with_for_update()
    )
    done = 0
    for row, contact in rows.all():
        if (row.judged_on or row.received_on) + kept < today:
            erase(contact, today)
            await write_event(session, Principal.system(city), row, OfferAction.erase_contact, today)
            done += 1
    return done


async def _seen(session: AsyncSession, principal: Principal, ref: UUID, *, lock: bool = False) -> IntakeOffer:
    row = await offer_by_id(session, principal.city, ref, lock=lock)
    if row is None or not (can_judge_offers(principal) or can_file_offer(principal, row.county)):
        raise NoSuchOffer
    return row


async def _judged(session: AsyncSession, principal: Principal, ref: UUID, revision: int) -> IntakeOffer:
    row = await _seen(session, principal, ref, lock=True)
    if not can_judge_offers(principal):
        raise NotYourRegion
    if row.revision != revision:
        raise Stale
    return row


def _judge(row: IntakeOffer, state: OfferState, reply: str, today: date) -> None:
    row.state, row.reply, row.judged_on = state, reply, today
    row.responded_on = row.responded_on or today


async def _changed(
    session: AsyncSession,
    principal: Principal,
    row: IntakeOffer,
    action: OfferAction,
    today: date,
    **facts: str,
) -> OfferAnswer:
    row.revision += 1
    await write_event(session, principal, row, action, today, **facts)
    return await _answer(session, principal, row, today)


async def _answer(session: AsyncSession, principal: Principal, row: IntakeOffer, today: date) -> OfferAnswer:
    days = await days_of(session, row.city, row.received_on)
    office = can_judge_offers(principal)
    due = {
        OfferState.received: days.respond_by,
        OfferState.responded: days.judge_by,
        OfferState.assigned: days.feed_back_by,
    }.get(row.state)
    events = [event for event in await events_of(session, row) if office or _told(event.action)]
    given = ("id", "number", "sender", "firm_name", "idea", "land", "state", "received_on", "county")
    return OfferAnswer(
        **{name: getattr(row, name) for name in given},
        reason=row.reason,
        reply=row.reply,
        respond_by=days.respond_by,
        judge_by=days.judge_by,
        feed_back_by=days.feed_back_by,
        overdue=due is not None and due < today,
        project=await _public_id(session, row),
        contact_erased=(await contact_of(session, row)).erased_on is not None if office else None,
        done=[
            OfferDone(action=event.action, office=event.office, on_date=event.on_date, at=event.at)
            for event in events
        ],
        may_judge=office,
        may_file=row.state is OfferState.assigned and can_file_offer(principal, row.county),
        revision=row.revision,
    )


def _told(action: OfferAction) -> bool:
    return action not in {OfferAction.read_contact, OfferAction.erase_contact}


async def _public_id(session: AsyncSession, row: IntakeOffer) -> str | None:
    if row.project is None:
        return None
    return await session.scalar(
        select(col(Project.public_id)).where(col(Project.city) == row.city, col(Project.id) == row.project)
    )
