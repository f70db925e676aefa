"""Payments of orders: recorded by one, checked by another, posted; taken back by reversal only, once."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.figures import yuan
from allocation.sharing.netting import Transfer, legs_of_payment
from allocation.sharing.postings import LegFacts
from allocation.sharing.years import month_of
from auth.money import can_check, can_issue_statement
from auth.principal import Principal
from services.kit.errors import FieldError, SamePerson, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.ledger.errors import PostingConflict
from services.ledger.posting import JournalEntry, Outcome, post_batch
from services.ledger.runs import open_period
from services.ledger.states import JournalKind
from services.settlement.errors import (
    BadPayment,
    NotYours,
    Overpaid,
    PaymentMoved,
    ReasonNeeded,
    VoucherUsed,
)
from services.settlement.orders import taken_fen
from services.settlement.steps import MAX_REASON
from services.settlement.tables import Payment, PaymentOrder, Settlement
from services.settlement.visibility import find_order, find_payment
from services.settlement.words import PaymentState

MAX_VOUCHER: Final = 40


async def record_payment(
    session: AsyncSession,
    principal: Principal,
    order_id: UUID,
    *,
    paid_on: date,
    voucher_no: str,
    fen: int,
    today: date,
) -> Payment:
    """Record what was paid of an order; another of the city's finance checks it.

    Raises:
        NoSuchOrder: there is none that this person may know of.
        NotYours: the principal is not the city's finance.
        BadPayment: amount, date or voucher cannot be; `errors` names the places.
        VoucherUsed: a live payment has this voucher number.
        Overpaid: more than is open of the order, all recorded payments counted.
        PeriodClosed: the month of the payment is closed.
    """
    order = await find_order(session, principal, order_id)
    if not can_issue_statement(principal):
        raise NotYours
    held = select(PaymentOrder).where(col(PaymentOrder.city) == order.city, col(PaymentOrder.id) == order.id)
    await session.execute(held.with_for_update())
    voucher = voucher_no.strip()
    posted = await session.get(Settlement, {"city": order.city, "id": order.settlement})
    earliest = posted.posted_on if posted else None
    errors = _faults(paid_on, voucher, fen, today, earliest)
    if errors:
        raise BadPayment(errors=errors)
    left = order.fen - await taken_fen(session, order)
    if fen > left:
        raise Overpaid(open_fen=left, fen=fen, open_yuan=yuan(left), asked_yuan=yuan(fen))
    await open_period(session, order.city, month_of(paid_on))
    payment = Payment(
        city=order.city,
        id=uuid7(),
        payment_order=order.id,
        state=PaymentState.recorded,
        revision=1,
        paid_on=paid_on,
        voucher_no=voucher,
        fen=fen,
        made_by=principal.account,
        made_name=principal.name,
    )
    try:
        async with session.begin_nested():
            session.add(payment)
            await session.flush()
    except IntegrityError as error:
        if "uq_payment_voucher" not in str(error.orig):
            raise
        raise VoucherUsed(voucher_no=voucher) from error
    await _record(session, principal, payment, "settlement.payment_recorded")
    return payment


def _faults(paid_on: date, voucher: str, fen: int, today: date, earliest: date | None) -> list[FieldError]:
    found = []
    if fen <= 0:
        found.append(FieldError("/fen", "range", lazy("金额须大于零")))
    if not voucher or len(voucher) > MAX_VOUCHER or not voucher.isprintable():
        found.append(FieldError("/voucher_no", "missing", lazy("请填写凭证号，不超过 40 字")))
    if paid_on > today or (earliest is not None and paid_on < earliest):
        found.append(FieldError("/paid_on", "range", lazy("拨款日期不能早于轧差入账日，也不能晚于今天")))
    return found


async def check_payment(session: AsyncSession, principal: Principal, number: UUID, seen: int) -> Payment:
    """Check a recorded payment, which posts it in the month it was paid in.

    Raises:
        NoSuchPayment, NotYours, Stale: as for every step.
        PaymentMoved: it is not waiting for that.
        SamePerson: the one who recorded it cannot check it.
        PeriodClosed: the month of the payment is closed; nothing is stored.
    """
    payment = await _take(session, principal, number, seen, PaymentState.recorded)
    if not can_check(principal, payment.made_by):
        raise SamePerson
    order = await find_order(session, principal, payment.payment_order)
    await _post(
        session,
        principal,
        JournalEntry(
            key=_key(payment),
            period=month_of(payment.paid_on),
            agreement=None,
            legs=legs_of_payment(Transfer(order.payer, order.payee, payment.fen)),
            note=f"{order.number} {payment.voucher_no}",
            kind=JournalKind.payment,
        ),
    )
    payment.checked_by, payment.checked_name = principal.account, principal.name
    await _move(session, principal, payment, PaymentState.posted, "settlement.payment_posted")
    return payment


async def reject_payment(session: AsyncSession, principal: Principal, number: UUID, seen: int) -> Payment:
    """Send a recorded payment back: it never counts, its voucher is free. Raises as `check_payment`."""
    payment = await _take(session, principal, number, seen, PaymentState.recorded)
    if not can_check(principal, payment.made_by):
        raise SamePerson
    payment.checked_by, payment.checked_name = principal.account, principal.name
    await _move(session, principal, payment, PaymentState.rejected, "settlement.payment_rejected")
    return payment


async def ask_reversal(
    session: AsyncSession, principal: Principal, number: UUID, reason: str, seen: int
) -> Payment:
    """Ask to reverse a payment that was wrongly recorded and posted.

    Raises:
        NoSuchPayment, NotYours, Stale: as for every step.
        PaymentMoved: it is not posted, or was reversed.
        ReasonNeeded: no reason is given.
    """
    payment = await _take(session, principal, number, seen, PaymentState.posted)
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise ReasonNeeded
    payment.reverse_by, payment.reverse_name = principal.account, principal.name
    payment.reverse_reason = words
    await _move(session, principal, payment, PaymentState.reversing, "settlement.reversal_asked")
    return payment


async def check_reversal(
    session: AsyncSession, principal: Principal, number: UUID, today: date, seen: int
) -> Payment:
    """Check a reversal, which posts it in the month of the business date.

    Raises:
        NoSuchPayment, NotYours, Stale: as for every step.
        PaymentMoved: no reversal is asked for.
        SamePerson: the one who asked cannot check it.
        PeriodClosed: the month is closed; nothing is stored.
    """
    payment = await _take(session, principal, number, seen, PaymentState.reversing)
    if not can_check(principal, payment.reverse_by):
        raise SamePerson
    order = await find_order(session, principal, payment.payment_order)
    legs = legs_of_payment(Transfer(order.payer, order.payee, payment.fen))
    journal = await session.execute(
        text("SELECT id FROM journal WHERE city = :city AND key = :key"),
        {"city": payment.city, "key": _key(payment)},
    )
    await _post(
        session,
        principal,
        JournalEntry(
            key=f"{_key(payment)}/reversal",
            period=month_of(today),
            agreement=None,
            legs=tuple(LegFacts(leg.county, leg.kind, leg.counterparty, -leg.fen) for leg in legs),
            note=f"{order.number} {payment.voucher_no} {payment.reverse_reason}",
            kind=JournalKind.reversal,
            reverses=journal.scalar_one(),
        ),
    )
    payment.reversed_by, payment.reversed_name = principal.account, principal.name
    await _move(session, principal, payment, PaymentState.reversed, "settlement.payment_reversed")
    return payment


async def refuse_reversal(session: AsyncSession, principal: Principal, number: UUID, seen: int) -> Payment:
    """Refuse a reversal: the payment stays posted. Raises as `check_reversal`."""
    payment = await _take(session, principal, number, seen, PaymentState.reversing)
    if not can_check(principal, payment.reverse_by):
        raise SamePerson
    payment.reverse_by = payment.reverse_name = payment.reverse_reason = None
    await _move(session, principal, payment, PaymentState.posted, "settlement.reversal_refused")
    return payment


def _key(payment: Payment) -> str:
    return f"payment/{payment.id}"


async def _take(
    session: AsyncSession, principal: Principal, number: UUID, seen: int, state: PaymentState
) -> Payment:
    payment = await find_payment(session, principal, number)
    if not can_issue_statement(principal):
        raise NotYours
    if payment.revision != seen:
        raise Stale
    if payment.state is not state:
        raise PaymentMoved(state=payment.state.value)
    return payment


async def _post(session: AsyncSession, principal: Principal, entry: JournalEntry) -> None:
    await open_period(session, principal.city, entry.period)
    if await post_batch(session, principal, [entry]) != [Outcome.created]:
        raise PostingConflict(key=entry.key)


async def _move(
    session: AsyncSession, principal: Principal, payment: Payment, state: PaymentState, action: str
) -> None:
    payment.state = state
    payment.revision += 1
    await session.flush()
    await _record(session, principal, payment, action)


async def _record(session: AsyncSession, principal: Principal, payment: Payment, action: str) -> None:
    await record_event(
        session,
        payment.city,
        actor=principal,
        action=action,
        entity="payment",
        entity_id=payment.id,
        after={"state": payment.state.value, "voucher_no": payment.voucher_no, "fen": payment.fen},
    )
