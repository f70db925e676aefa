"""What waits for a person: settlements to propose, check and confirm, payments to record and check."""

from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_issue_statement
from auth.principal import Principal
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.ledger.states import CloseState
from services.ledger.tables import YearClose
from services.settlement.steps import county_for
from services.settlement.tables import Payment, PaymentOrder, Settlement, SettlementPart
from services.settlement.words import LIVE_STATES, SETTLED_BY, PaymentState, SettlementState

PROPOSE_TEXT = lazy("{year} 年已关账，待提出轧差方案")
CHECK_TEXT = lazy("轧差方案 {number} 待复核")
CONFIRM_TEXT = lazy("轧差方案 {number} 待本县区确认净额")
PAY_TEXT = lazy("拨款指令待付清登记：{count} 份")
PAYMENT_TEXT = lazy("拨款指令 {number} 的拨款待复核")


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """What waits for this person."""
    if can_issue_statement(principal):
        return [
            *await _to_propose(session, principal, today),
            *await _to_check(session, principal, today),
            *await _to_pay(session, principal, today),
        ]
    county = county_for(principal, principal.city)
    return [] if county is None else await _to_confirm(session, principal, county, today)


async def _to_propose(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """Closed years without a settlement."""
    rows = await session.execute(
        select(col(YearClose.year))
        .where(
            col(YearClose.city) == principal.city,
            col(YearClose.state) == CloseState.closed,
            ~exists().where(
                col(Settlement.city) == col(YearClose.city),
                col(Settlement.year) == col(YearClose.year),
                col(Settlement.state).in_(
                    [SettlementState.proposed, SettlementState.pending, SettlementState.posted]
                ),
            ),
        )
        .order_by(col(YearClose.year))
    )
    return [
        Todo(
            kind="settlement.propose",
            text=PROPOSE_TEXT,
            href=f"/settlements/summary?year={year}",
            due_on=date(year + 1, *SETTLED_BY),
            overdue=today > date(year + 1, *SETTLED_BY),
            facts={"year": year},
        )
        for year in rows.scalars()
    ]


async def _to_check(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    rows = await session.execute(
        select(Settlement)
        .where(
            col(Settlement.city) == principal.city,
            col(Settlement.state) == SettlementState.proposed,
            col(Settlement.made_by) != principal.account,
        )
        .order_by(col(Settlement.number))
    )
    found = [_of("settlement.check", CHECK_TEXT, one, today) for one in rows.scalars()]
    waiting = await session.execute(
        select(PaymentOrder, Payment)
        .join(
            Payment,
            (col(Payment.city) == col(PaymentOrder.city))
            & (col(Payment.payment_order) == col(PaymentOrder.id)),
        )
        .where(
            col(PaymentOrder.city) == principal.city,
            ((col(Payment.state) == PaymentState.recorded) & (col(Payment.made_by) != principal.account))
            | (
                (col(Payment.state) == PaymentState.reversing)
                & (col(Payment.reverse_by) != principal.account)
            ),
        )
        .order_by(col(PaymentOrder.number), col(Payment.id))
    )
    return found + [
        Todo(
            kind="settlement.payment",
            text=PAYMENT_TEXT,
            href=f"/settlements/orders/{order.id}",
            due_on=order.due_on,
            overdue=today > order.due_on,
            facts={"number": order.number},
        )
        for order, _payment in waiting
    ]


async def _to_pay(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """One line for all orders with something left to record."""
    taken = (
        select(func.coalesce(func.sum(col(Payment.fen)), 0))
        .where(
            col(Payment.city) == col(PaymentOrder.city),
            col(Payment.payment_order) == col(PaymentOrder.id),
            col(Payment.state).in_(LIVE_STATES),
        )
        .correlate(PaymentOrder)
        .scalar_subquery()
    )
    row = (
        await session.execute(
            select(func.count(), func.min(col(PaymentOrder.due_on))).where(
                col(PaymentOrder.city) == principal.city, col(PaymentOrder.fen) > taken
            )
        )
    ).one()
    if not row[0]:
        return []
    return [
        Todo(
            kind="settlement.pay",
            text=PAY_TEXT,
            href="/settlements/unsettled",
            due_on=row[1],
            overdue=today > row[1],
            facts={"count": row[0]},
        )
    ]


async def _to_confirm(session: AsyncSession, principal: Principal, county: str, today: date) -> list[Todo]:
    rows = await session.execute(
        select(Settlement)
        .join(
            SettlementPart,
            (col(SettlementPart.city) == col(Settlement.city))
            & (col(SettlementPart.settlement) == col(Settlement.id)),
        )
        .where(
            col(Settlement.city) == principal.city,
            col(Settlement.state) == SettlementState.pending,
            col(SettlementPart.county) == county,
            col(SettlementPart.confirmed_by).is_(None),
        )
        .order_by(col(Settlement.number))
    )
    return [_of("settlement.confirm", CONFIRM_TEXT, one, today) for one in rows.scalars()]


def _of(kind: str, words: str, one: Settlement, today: date) -> Todo:
    return Todo(
        kind=kind,
        text=words,
        href=f"/settlements/{one.id}",
        due_on=one.expires_on,
        overdue=today > one.expires_on,
        facts={"number": one.number},
    )
