"""Payment orders (拨款指令): one for each county's net, numbered without a gap in a city and year."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.netting import through_city
from auth.principal import Principal
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.settlement.tables import Payment, PaymentNumber, PaymentOrder, Settlement, SettlementPart
from services.settlement.words import LIVE_STATES, PAID_STATES, PaymentState

PREFECTURE_DIGITS: Final = 4


async def next_number(session: AsyncSession, city: str, year: int) -> str:
    """Take the next number of a year; whoever asks meanwhile waits for this transaction to end."""
    taken = await session.execute(
        upsert(PaymentNumber)
        .values(city=city, year=year, last=1)
        .on_conflict_do_update(index_elements=["city", "year"], set_={"last": col(PaymentNumber.last) + 1})
        .returning(col(PaymentNumber.last))
    )
    return f"{city[:PREFECTURE_DIGITS]}-BK-{year}-{taken.scalar_one():03d}"


async def write_orders(
    session: AsyncSession, principal: Principal, settlement: Settlement, today: date
) -> list[PaymentOrder]:
    """Write the orders of a posted settlement, payers first. A net of 0 and the city's own need none."""
    parts = (
        await session.execute(
            select(SettlementPart)
            .where(
                col(SettlementPart.city) == settlement.city,
                col(SettlementPart.settlement) == settlement.id,
            )
            .order_by(col(SettlementPart.county))
        )
    ).scalars()
    bodies = {part.county: part for part in parts}
    net = {county: part.net_fen for county, part in bodies.items()}
    made = []
    for payer, payee, fen in through_city(net, settlement.city):
        county = payee if payer == settlement.city else payer
        body = bodies[county].body
        order = PaymentOrder(
            city=settlement.city,
            id=uuid7(),
            settlement=settlement.id,
            number=await next_number(session, settlement.city, today.year),
            payer=payer,
            payee=payee,
            fen=fen,
            due_on=settlement.due_on,
            purpose=f"{settlement.year}年跨县区招商项目税收分享结算净额（{settlement.number}）",
            facts={
                "county": county,
                "county_name": body["county_name"],
                "city_name": body["city_name"],
                "statements": [one["number"] for one in body["statements"]],
                "settlement": settlement.number,
                "year": settlement.year,
            },
        )
        session.add(order)
        await session.flush()
        await record_event(
            session,
            settlement.city,
            actor=principal,
            action="settlement.ordered",
            entity="payment_order",
            entity_id=order.id,
            after={"number": order.number, "payer": payer, "payee": payee, "fen": fen},
        )
        made.append(order)
    return made


async def sums_of(
    session: AsyncSession, city: str, orders: Sequence[PaymentOrder], states: Sequence[PaymentState]
) -> dict[object, int]:
    """What payments in some states make for each order."""
    rows = await session.execute(
        select(col(Payment.payment_order), func.sum(col(Payment.fen)))
        .where(
            col(Payment.city) == city,
            col(Payment.payment_order).in_([order.id for order in orders]),
            col(Payment.state).in_(states),
        )
        .group_by(col(Payment.payment_order))
    )
    return {order: int(fen) for order, fen in rows}


async def paid_fen(session: AsyncSession, order: PaymentOrder) -> int:
    """What was paid of an order and posted."""
    return (await sums_of(session, order.city, [order], PAID_STATES)).get(order.id, 0)


async def taken_fen(session: AsyncSession, order: PaymentOrder) -> int:
    """What is paid or recorded of an order: no more fits than what is left."""
    return (await sums_of(session, order.city, [order], LIVE_STATES)).get(order.id, 0)
