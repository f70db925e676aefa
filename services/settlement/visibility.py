"""Which settlements, orders and payments a principal may know of: its own county's, or all of the city's."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_see_statement
from auth.principal import Principal
from services.ledger.visibility import county_of
from services.settlement.errors import NoSuchOrder, NoSuchPayment, NoSuchSettlement
from services.settlement.tables import Payment, PaymentOrder, Settlement, SettlementPart

__all__ = ["county_of", "find_order", "find_payment", "find_settlement", "visible_orders", "visible_to"]


def _own(principal: Principal) -> str | None:
    """The county whose rows are shown; "" where a person of no county may see none."""
    if can_see_statement(principal, ""):
        return None
    return principal.county or ""


def visible_to(principal: Principal, query: Select[Any]) -> Select[Any]:
    """Narrow a query on settlements to those in which the person's county has a part."""
    query = query.where(col(Settlement.city) == principal.city)
    own = _own(principal)
    if own is None:
        return query
    return query.where(
        exists().where(
            col(SettlementPart.city) == col(Settlement.city),
            col(SettlementPart.settlement) == col(Settlement.id),
            col(SettlementPart.county) == own,
        )
    )


def visible_orders(principal: Principal, query: Select[Any]) -> Select[Any]:
    """Narrow a query on payment orders to those that the person's county pays or receives."""
    query = query.where(col(PaymentOrder.city) == principal.city)
    own = _own(principal)
    if own is None:
        return query
    return query.where((col(PaymentOrder.payer) == own) | (col(PaymentOrder.payee) == own))


async def find_settlement(
    session: AsyncSession, principal: Principal, number: UUID, *, hold: bool = False
) -> Settlement:
    """One settlement, held for a step where asked.

    Raises:
        NoSuchSettlement: there is none that this person may know of.
    """
    query = visible_to(principal, select(Settlement)).where(col(Settlement.id) == number)
    rows = await session.execute(query.with_for_update() if hold else query)
    found: Settlement | None = rows.scalar_one_or_none()
    if found is None:
        raise NoSuchSettlement
    return found


async def find_order(session: AsyncSession, principal: Principal, number: UUID) -> PaymentOrder:
    """One payment order.

    Raises:
        NoSuchOrder: there is none that this person may know of.
    """
    rows = await session.execute(
        visible_orders(principal, select(PaymentOrder)).where(col(PaymentOrder.id) == number)
    )
    found: PaymentOrder | None = rows.scalar_one_or_none()
    if found is None:
        raise NoSuchOrder
    return found


async def find_payment(session: AsyncSession, principal: Principal, number: UUID) -> Payment:
    """One payment, held for a step.

    Raises:
        NoSuchPayment: there is none that this person may know of.
    """
    rows = await session.execute(
        select(Payment)
        .where(col(Payment.city) == principal.city, col(Payment.id) == number)
        .with_for_update()
    )
    found: Payment | None = rows.scalar_one_or_none()
    if found is None:
        raise NoSuchPayment
    try:
        await find_order(session, principal, found.payment_order)
    except NoSuchOrder as error:
        raise NoSuchPayment from error
    return found
