"""公开受理 from outside: an idea is left, followed by its tracking code, and taken back."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.clocks import Rule, Unit, deadline
from auth.principal import Principal
from services.intake.codes import code_digest, digest, new_code, read_code
from services.intake.errors import BadIntake, OfferClosed, UnknownCode
from services.intake.offer_tables import IntakeContact, IntakeEvent, IntakeOffer
from services.intake.offers_repo import contact_of, last_number, last_seq, offer_by_code, offer_by_key
from services.intake.schemas import OfferIn, OfferLeft, OfferStatus
from services.intake.words import CONSENT_VERSION, OPEN_OFFERS, OfferAction, OfferState
from services.kit.clock import Clock
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import Locale, gettext, lazy
from services.kit.idempotency import MAX_KEY, KeyMissing, KeyReused
from services.kit.workdays import working_calendar
from services.regions.repo import load_city, unit_names
from services.regions.settings import settings_on

NUMBER_DIGITS = 4
LEAST_KEY = 16
"""Characters of an Idempotency-Key here: people without an account share one space of keys."""


@dataclass(frozen=True, slots=True)
class Days:
    """By when an offer is answered, judged and fed back."""

    respond_by: date
    judge_by: date
    feed_back_by: date


async def days_of(session: AsyncSession, city: str, received_on: date) -> Days:
    """Return an offer's days, by the settings of the day on which it came."""
    settings = await settings_on(session, city, received_on)
    calendar = working_calendar()
    counts = (settings.intake_respond_days, settings.intake_judge_days, settings.intake_feedback_days)
    return Days(*(deadline(received_on, Rule(count, Unit.working_days), calendar).on for count in counts))


async def leave(
    session: AsyncSession, form: OfferIn, today: date, *, secret: str, key: str | None
) -> tuple[OfferLeft, bool]:
    """Keep an idea and its contact.

    Args:
        session: the sender's transaction.
        form: the idea, with consent to use the contact.
        today: the business date.
        secret: the installation's secret.
        key: the sender's Idempotency-Key.

    Returns:
        the tracking code, and whether the very offer had been kept before.

    Raises:
        KeyMissing: no key, or one too short to be one's own.
        KeyReused: the key belongs to another content.
        BadIntake: no such city.
    """
    if key is None or not LEAST_KEY <= len(key) <= MAX_KEY:
        raise KeyMissing
    city = form.city
    if await load_city(session, city) is None:
        raise BadIntake(errors=[FieldError("/city", "unknown", lazy("没有这个市"))])
    code = new_code(secret, city, key, digest(form.model_dump_json()))
    prefix = f"{city[:4]}-GK-{today.year}-"
    # Taken before the look-up: of two that are sent at once the second finds the first.
    last = await last_number(session, city, prefix)
    before = await offer_by_key(session, city, digest(key))
    if before is not None:
        if before.code_sha256 != code_digest(code):
            raise KeyReused
        return await _left(session, before, code), True
    row = IntakeOffer(
        city=city,
        number=f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:0{NUMBER_DIGITS}d}",
        code_sha256=code_digest(code),
        key_sha256=digest(key),
        sender=form.sender,
        firm_name=form.firm_name,
        idea=form.idea,
        land=form.land,
        state=OfferState.received,
        received_on=today,
        reply="",
        revision=1,
    )
    session.add(row)
    await session.flush()
    session.add(
        IntakeContact(
            city=city,
            offer=row.id,
            name=form.contact_name,
            phone=form.contact_phone,
            consent_version=CONSENT_VERSION,
        )
    )
    await write_event(session, Principal.system(city), row, OfferAction.receive, today)
    return await _left(session, row, code), False


async def today_of(session: AsyncSession, clock: Clock, code: str) -> date:
    """Return the business date of the city that a tracking code names; the real one for any other text."""
    read = read_code(code)
    return await clock.today(session, read[0] if read else "")


async def status(session: AsyncSession, code: str, today: date, locale: Locale) -> OfferStatus:
    """Return what a tracking code shows.

    Raises:
        UnknownCode: it is no offer's.
    """
    row = await offer_by_code(session, code)
    if row is None:
        raise UnknownCode
    return await _status(session, row, today, locale)


async def withdraw(session: AsyncSession, code: str, today: date, locale: Locale) -> OfferStatus:
    """Take an offer back by its code; the contact is erased at once. Doing it twice does no more.

    Raises:
        UnknownCode: it is no offer's.
        OfferClosed: it was refused, or is a lead already.
    """
    row = await offer_by_code(session, code, lock=True)
    if row is None:
        raise UnknownCode
    if row.state is not OfferState.withdrawn:
        if row.state not in OPEN_OFFERS | {OfferState.assigned}:
            raise OfferClosed
        row.state = OfferState.withdrawn
        row.revision += 1
        contact = await contact_of(session, row)
        erase(contact, today)
        await write_event(session, Principal.system(row.city), row, OfferAction.withdraw, today)
    return await _status(session, row, today, locale)


def erase(contact: IntakeContact, today: date) -> None:
    """Erase a contact, once."""
    if contact.erased_on is None:
        contact.name = contact.phone = None
        contact.erased_on = today


async def write_event(
    session: AsyncSession,
    principal: Principal,
    row: IntakeOffer,
    action: OfferAction,
    today: date,
    **facts: str,
) -> None:
    """Write what was done with an offer, with its audit row."""
    by: UUID | None = None if principal.is_system else principal.account
    await session.flush()
    session.add(
        IntakeEvent(
            city=row.city,
            offer=row.id,
            seq=await last_seq(session, row) + 1,
            action=action,
            by=by,
            office=principal.office,
            on_date=today,
            facts=facts,
        )
    )
    await record_event(
        session,
        row.city,
        actor=principal,
        action=f"intake.offer_{action.value}",
        entity="intake_offer",
        entity_id=row.id,
        after={"number": row.number, "state": row.state.value, **facts},
    )


async def _left(session: AsyncSession, row: IntakeOffer, code: str) -> OfferLeft:
    days = await days_of(session, row.city, row.received_on)
    return OfferLeft(
        code=code,
        number=row.number,
        respond_by=days.respond_by,
        judge_by=days.judge_by,
        feed_back_by=days.feed_back_by,
    )


_WORDS = {
    OfferState.received: lazy("已收到您提交的内容，将在 {by} 前响应。"),
    OfferState.responded: lazy("已开始研判，将在 {by} 前告诉您是否采纳。"),
    OfferState.assigned: lazy("已交 {who} 与您对接，将在 {by} 前反馈。"),
    OfferState.filed: lazy("已登记为项目线索。可用同一查询码查看后续安排并作出选择。"),
    OfferState.refused: lazy("未采纳，原因见答复。"),
    OfferState.withdrawn: lazy("您已撤回，联系方式已删除。"),
}
_OFFICE = lazy("市级招商主管部门")


async def _status(session: AsyncSession, row: IntakeOffer, today: date, locale: Locale) -> OfferStatus:
    days = await days_of(session, row.city, row.received_on)
    by = {
        OfferState.received: days.respond_by,
        OfferState.responded: days.judge_by,
        OfferState.assigned: days.feed_back_by,
    }.get(row.state)
    who = gettext(_OFFICE, locale)
    if row.county is not None:
        who = (await unit_names(session, row.city)).get(row.county, row.county)
    return OfferStatus(
        number=row.number,
        state=row.state,
        words=gettext(_WORDS[row.state], locale, who=who, by=by.isoformat() if by else ""),
        answers=who,
        answer_by=by,
        late=by is not None and by < today,
        received_on=row.received_on,
        reply=row.reply,
        may_withdraw=row.state in OPEN_OFFERS | {OfferState.assigned},
        is_lead=row.project is not None,
    )
