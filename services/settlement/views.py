"""Settlements, orders and payments as people read them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_check, can_issue_statement
from auth.principal import Principal
from services.kit.pagination import Page, decode_cursor, encode_cursor, page_of
from services.ledger import repo
from services.settlement.orders import sums_of
from services.settlement.schemas import (
    OrderView,
    PartView,
    PaymentView,
    SettlementSummary,
    SettlementView,
    StepView,
)
from services.settlement.steps import county_for
from services.settlement.tables import Payment, PaymentOrder, Settlement, SettlementEvent, SettlementPart
from services.settlement.visibility import county_of, visible_orders, visible_to
from services.settlement.words import (
    LIVE_STATES,
    OPEN_STATES,
    PAID_STATES,
    PaymentState,
    SettlementAction,
    SettlementState,
)


async def settlement_page(
    session: AsyncSession,
    principal: Principal,
    secret: str,
    today: date,
    *,
    year: int | None,
    limit: int,
    cursor: str | None,
) -> Page[SettlementSummary]:
    """One page of the settlements that a person may know of, newest year first."""
    query = visible_to(principal, select(Settlement))
    if year is not None:
        query = query.where(col(Settlement.year) == year)
    place = tuple_(col(Settlement.year), col(Settlement.seq))
    bound = f"settlements:{principal.city}:{principal.account}:{year}"
    if cursor is not None:
        query = query.where(place < tuple(decode_cursor(secret, bound, cursor)))
    query = query.order_by(col(Settlement.year).desc(), col(Settlement.seq).desc())
    rows = (await session.execute(query.limit(limit + 1))).scalars().all()
    waiting = await _waiting(session, principal.city, [row.id for row in rows])
    return page_of(
        rows,
        limit,
        item=lambda row: _summary(row, waiting.get(row.id, 0), today),
        cursor=lambda row: encode_cursor(secret, bound, [row.year, row.seq]),
    )


def _summary(one: Settlement, waiting: int, today: date) -> SettlementSummary:
    return SettlementSummary(
        id=one.id,
        number=one.number,
        year=one.year,
        seq=one.seq,
        state=one.state,
        revision=one.revision,
        made_on=one.made_on,
        due_on=one.due_on,
        expires_on=one.expires_on,
        overdue=one.state in OPEN_STATES and today > one.expires_on,
        posted_on=one.posted_on,
        waiting=waiting,
    )


async def _waiting(session: AsyncSession, city: str, settlements: Sequence[UUID]) -> dict[UUID, int]:
    """How many parts are not confirmed yet."""
    rows = await session.execute(
        select(col(SettlementPart.settlement)).where(
            col(SettlementPart.city) == city,
            col(SettlementPart.settlement).in_(settlements),
            col(SettlementPart.confirmed_by).is_(None),
        )
    )
    found: dict[UUID, int] = {}
    for settlement in rows.scalars():
        found[settlement] = found.get(settlement, 0) + 1
    return found


async def view(
    session: AsyncSession, principal: Principal, settlement: Settlement, today: date
) -> SettlementView:
    """One settlement with its parts, steps and orders, as far as the person may see them."""
    own = county_of(principal)
    parts = await _parts(session, settlement)
    shown = [part for part in parts if own in (None, part.county)]
    waiting = sum(part.confirmed_by is None for part in parts)
    confirms = county_for(principal, settlement.city)
    mine = next((part for part in parts if part.county == confirms), None)
    return SettlementView(
        **_summary(settlement, waiting, today).model_dump(),
        body=settlement.body if own is None else None,
        body_sha256=settlement.body_sha256 if own is None else None,
        parts=[_part(part) for part in shown],
        events=await _steps(session, settlement, own),
        orders=await orders_of(session, principal, settlement=settlement.id),
        actions=_actions(principal, settlement, mine, today),
        own=mine.county if mine else None,
    )


async def _parts(session: AsyncSession, settlement: Settlement) -> list[SettlementPart]:
    rows = await session.execute(
        select(SettlementPart)
        .where(col(SettlementPart.city) == settlement.city, col(SettlementPart.settlement) == settlement.id)
        .order_by(col(SettlementPart.county))
    )
    return list(rows.scalars())


def _part(part: SettlementPart) -> PartView:
    return PartView(
        county=part.county,
        county_name=part.body["county_name"],
        up_fen=part.up_fen,
        down_fen=part.down_fen,
        net_fen=part.net_fen,
        sha256=part.sha256,
        confirmed_name=part.confirmed_name,
        confirmed_on=part.confirmed_on,
        body=part.body,
    )


async def _steps(session: AsyncSession, settlement: Settlement, own: str | None) -> list[StepView]:
    """The steps; a county does not see who confirms for others."""
    rows = await session.execute(
        select(SettlementEvent)
        .where(col(SettlementEvent.city) == settlement.city, col(SettlementEvent.settlement) == settlement.id)
        .order_by(col(SettlementEvent.seq))
    )
    return [
        StepView(
            action=event.action,
            county=event.county,
            by_name=event.by_name if own is None or event.action is not SettlementAction.post else "",
            on=event.on_date,
            at=event.at,
            facts=event.facts,
        )
        for event in rows.scalars()
        if own is None or event.county in (None, own)
    ]


def _actions(
    principal: Principal, settlement: Settlement, mine: SettlementPart | None, today: date
) -> list[SettlementAction]:
    """What this person may do now: what pages and the API both offer."""
    found = []
    if settlement.state is SettlementState.proposed and can_check(principal, settlement.made_by):
        found.append(SettlementAction.check)
    if settlement.state is SettlementState.pending and mine is not None and mine.confirmed_by is None:
        found.append(SettlementAction.confirm)
    if settlement.state in OPEN_STATES and can_issue_statement(principal):
        found.append(SettlementAction.void)
        if today > settlement.expires_on:
            found.append(SettlementAction.expire)
    return found


async def orders_of(
    session: AsyncSession, principal: Principal, *, settlement: UUID | None = None, order: UUID | None = None
) -> list[OrderView]:
    """Payment orders that a person may know of, with their payments, by number."""
    query = visible_orders(principal, select(PaymentOrder))
    if settlement is not None:
        query = query.where(col(PaymentOrder.settlement) == settlement)
    if order is not None:
        query = query.where(col(PaymentOrder.id) == order)
    orders = (await session.execute(query.order_by(col(PaymentOrder.number)))).scalars().all()
    paid = await sums_of(session, principal.city, orders, PAID_STATES)
    taken = await sums_of(session, principal.city, orders, LIVE_STATES)
    names = await repo.region_names(session, principal.city)
    rows = await session.execute(
        select(Payment)
        .where(
            col(Payment.city) == principal.city,
            col(Payment.payment_order).in_([one.id for one in orders]),
        )
        .order_by(col(Payment.paid_on), col(Payment.id))
    )
    payments: dict[UUID, list[PaymentView]] = {}
    for payment in rows.scalars():
        payments.setdefault(payment.payment_order, []).append(payment_view(principal, payment))
    return [
        OrderView(
            id=one.id,
            settlement=one.settlement,
            settlement_number=one.facts["settlement"],
            number=one.number,
            payer=one.payer,
            payer_name=names[one.payer],
            payee=one.payee,
            payee_name=names[one.payee],
            fen=one.fen,
            paid_fen=paid.get(one.id, 0),
            open_fen=one.fen - paid.get(one.id, 0),
            recordable_fen=one.fen - taken.get(one.id, 0),
            due_on=one.due_on,
            purpose=one.purpose,
            statements=one.facts["statements"],
            payments=payments.get(one.id, []),
        )
        for one in orders
    ]


async def order_view(session: AsyncSession, principal: Principal, order: PaymentOrder) -> OrderView:
    """One order."""
    return (await orders_of(session, principal, order=order.id))[0]


def payment_view(principal: Principal, payment: Payment) -> PaymentView:
    """A payment and what the person may do with it."""
    return PaymentView(
        id=payment.id,
        payment_order=payment.payment_order,
        state=payment.state,
        revision=payment.revision,
        paid_on=payment.paid_on,
        voucher_no=payment.voucher_no,
        fen=payment.fen,
        made_name=payment.made_name,
        checked_name=payment.checked_name,
        reverse_name=payment.reverse_name,
        reverse_reason=payment.reverse_reason,
        reversed_name=payment.reversed_name,
        actions=_payment_actions(principal, payment),
    )


def _payment_actions(principal: Principal, payment: Payment) -> list[str]:
    if payment.state is PaymentState.recorded and can_check(principal, payment.made_by):
        return ["check", "reject"]
    if payment.state is PaymentState.posted and can_issue_statement(principal):
        return ["reversal"]
    if payment.state is PaymentState.reversing and can_check(principal, payment.reverse_by):
        return ["reversal-check", "reversal-refuse"]
    return []
