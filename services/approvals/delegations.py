"""甲代乙: lending a seat for some days and kinds of matters; never lent on, never to who made what waits."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.approvals import LENDABLE, can_speak_for
from auth.principal import Principal
from services.accounts import repo as accounts
from services.accounts.seat_tables import Delegation
from services.accounts.seating import Seat, seats_of
from services.approvals.errors import (
    BadDelegation,
    DelegateIsMaker,
    DelegationOver,
    LentOn,
    NoSuchDelegation,
    NotForOffice,
    SeatLent,
)
from services.approvals.matters import MATTERS
from services.approvals.schemas import DelegationForm, DelegationView
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.regions.settings import settings_on


async def delegate(
    session: AsyncSession, principal: Principal, form: DelegationForm, today: date
) -> Delegation:
    """Lend a seat: one's own, or as the head of its office.

    Raises:
        LentOn: who acts in another's stead lends nothing.
        NotForOffice: the seat is another office's.
        BadDelegation: days, kinds or people that cannot be.
        SeatLent: it is lent on one of these days.
        DelegateIsMaker: the delegate made what waits for this seat.
    """
    if principal.on_behalf_of is not None:
        raise LentOn
    giver = form.delegator or principal.account
    people = {}
    for place, one in (("/delegate", form.delegate), ("/delegator", giver)):
        person = await accounts.account_by_id(session, principal.city, one, lock=place == "/delegator")
        if person is None or person.disabled_at is not None:
            raise BadDelegation(errors=[FieldError(place, "unknown", lazy("没有这个人员"))])
        people[one] = person.display_name
    seat = _seat(await seats_of(session, principal.city, giver, today), form.post)
    if giver != principal.account and not can_speak_for(principal, seat.role, seat.county):
        raise NotForOffice
    settings = await settings_on(session, principal.city, today)
    lent_to = await seats_of(session, principal.city, form.delegate, today)
    errors = _faults(form, giver, seat, lent_to, today, settings.delegation_max_days)
    if principal.account == form.delegate and giver != principal.account:
        errors.append(FieldError("/delegate", "oneself", lazy("不能安排由自己代他人办理")))
    if errors:
        raise BadDelegation(errors=errors)
    await _check_free(session, principal.city, form.post or giver, form)
    await _check_not_maker(session, principal, giver, seat, form, today)
    row = Delegation(
        city=principal.city,
        delegator=giver,
        delegator_name=people[giver],
        delegate=form.delegate,
        delegate_name=people[form.delegate],
        post=form.post,
        seat=form.post or giver,
        office=seat.office,
        kinds=sorted(set(form.kinds)),
        reason=form.reason,
        from_on=form.from_on,
        until_on=form.until_on,
        linked_until=form.until_on + timedelta(days=settings.delegation_link_days),
        given_by=principal.account,
        given_name=principal.name,
    )
    session.add(row)
    await session.flush()
    await _record(session, principal, "approvals.delegated", row)
    return row


def _seat(seats: Sequence[Seat], post: UUID | None) -> Seat:
    found = next((one for one in seats if one.post == post and one.delegation is None), None)
    if found is None:
        raise BadDelegation(errors=[FieldError("/post", "unknown", lazy("没有这个岗位"))])
    return found


def _faults(
    form: DelegationForm, giver: UUID, seat: Seat, lent_to: Sequence[Seat], today: date, most: int
) -> list[FieldError]:
    faults = []
    if form.delegate == giver:
        faults.append(FieldError("/delegate", "oneself", lazy("不能委托给本人")))
    if seat.role not in LENDABLE or not LENDABLE & {one.role for one in lent_to}:
        faults.append(FieldError("/delegate", "role", lazy("管理员和审计不能委托或受托")))
    if not any(one.county == seat.county for one in lent_to if one.delegation is None):
        faults.append(FieldError("/delegate", "other-office", lazy("只能委托给同一县区或同为市级单位的人员")))
    if form.from_on < today or form.until_on < form.from_on:
        faults.append(FieldError("/from_on", "order", lazy("委托期间须从今天或以后开始，且先开始后结束")))
    elif (form.until_on - form.from_on).days >= most:
        faults.append(FieldError("/until_on", "too-long", lazy("委托期间超过本市规定的最长天数")))
    if set(form.kinds) - set(MATTERS):
        faults.append(FieldError("/kinds", "unknown", lazy("没有这类审批事项")))
    return faults


async def _check_free(session: AsyncSession, city: str, seat: UUID, form: DelegationForm) -> None:
    taken = await session.scalar(
        select(col(Delegation.id))
        .where(
            col(Delegation.city) == city,
            col(Delegation.seat) == seat,
            col(Delegation.ended_on).is_(None),
            col(Delegation.from_on) <= form.until_on,
            col(Delegation.until_on) >= form.from_on,
        )
        .limit(1)
    )
    if taken is not None:
        raise SeatLent


async def _check_not_maker(
    session: AsyncSession, principal: Principal, giver: UUID, seat: Seat, form: DelegationForm, today: date
) -> None:
    """Refuse a delegate who made what waits for the seat: one hand would make and check it."""
    lent = Principal(
        account=giver,
        city=principal.city,
        role=seat.role,
        office=seat.office,
        county=seat.county,
        name="",
    )
    made = 0
    for kind in set(form.kinds):
        waiting = await MATTERS[kind].waiting(session, lent, today)
        made += sum(subject.maker == form.delegate for subject in waiting)
    if made:
        raise DelegateIsMaker(count=made)


async def end(session: AsyncSession, principal: Principal, delegation: UUID, today: date) -> Delegation:
    """End a delegation before its time: either of the two, who gave it, or the head of the office.

    Raises:
        NoSuchDelegation: none, or none that this person may know of.
        LentOn: who acts in another's stead arranges nothing.
        DelegationOver: it has ended.
    """
    row = await session.get(Delegation, (principal.city, delegation), with_for_update=True)
    if row is None or not await _concerns(session, principal, row):
        raise NoSuchDelegation
    if principal.on_behalf_of is not None:
        raise LentOn
    if row.ended_on is not None or row.until_on < today:
        raise DelegationOver
    row.ended_on, row.ended_by = today, principal.account
    await session.flush()
    await _record(session, principal, "approvals.delegation_ended", row)
    return row


async def _concerns(session: AsyncSession, principal: Principal, row: Delegation) -> bool:
    if {row.delegator, row.delegate, row.given_by} & principal.hands:
        return True
    giver = await accounts.account_by_id(session, row.city, row.delegator)
    return giver is not None and can_speak_for(principal, giver.role, giver.county)


async def delegations(session: AsyncSession, principal: Principal) -> list[Delegation]:
    """List the delegations that concern somebody, the latest first: their own and those of their office."""
    rows = await session.scalars(
        select(Delegation)
        .where(
            col(Delegation.city) == principal.city,
            or_(
                col(Delegation.delegator).in_(principal.hands),
                col(Delegation.delegate).in_(principal.hands),
                col(Delegation.given_by).in_(principal.hands),
                col(Delegation.office) == principal.office,
            ),
        )
        .order_by(col(Delegation.id).desc())
        .limit(200)
    )
    return [row for row in rows if await _concerns(session, principal, row)]


def view(row: Delegation, principal: Principal, today: date) -> DelegationView:
    """Return a delegation as the API and the pages show it."""
    standing = row.ended_on is None and row.from_on <= today <= row.until_on
    return DelegationView(
        id=row.id,
        delegator_name=row.delegator_name,
        delegate_name=row.delegate_name,
        office=row.office,
        kinds=row.kinds,
        reason=row.reason,
        from_on=row.from_on,
        until_on=row.until_on,
        given_name=row.given_name,
        ended_on=row.ended_on,
        standing=standing,
        may_end=row.ended_on is None and row.until_on >= today and principal.on_behalf_of is None,
    )


async def _record(session: AsyncSession, principal: Principal, action: str, row: Delegation) -> None:
    await record_event(
        session,
        row.city,
        actor=principal,
        action=action,
        entity="delegation",
        entity_id=row.id,
        after={
            "delegator": str(row.delegator),
            "delegate": str(row.delegate),
            "kinds": row.kinds,
            "from_on": row.from_on.isoformat(),
            "until_on": row.until_on.isoformat(),
        },
    )
