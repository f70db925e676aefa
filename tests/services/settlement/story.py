"""A settlement in a few calls: propose, check, every county confirms."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.settlement import service
from services.settlement.tables import Payment, PaymentOrder, Settlement, SettlementPart
from tests.services.ledger.factories import CITY, TODAY, People
from tests.services.ledger.story import PEOPLE

__all__ = ["PEOPLE", "TODAY", "People"]


async def parts(session: AsyncSession, settlement: Settlement) -> list[SettlementPart]:
    rows = await session.execute(
        select(SettlementPart)
        .where(col(SettlementPart.settlement) == settlement.id)
        .order_by(col(SettlementPart.county))
    )
    return list(rows.scalars())


async def sent(session: AsyncSession, year: int) -> Settlement:
    """A settlement that waits for the counties."""
    made = await service.propose(session, PEOPLE.maker, year, TODAY)
    return await service.check(session, PEOPLE.checker, made.id, TODAY, made.revision)


async def settle(session: AsyncSession, year: int) -> Settlement:
    """A settlement, posted."""
    made = await sent(session, year)
    for part in await parts(session, made):
        await service.confirm(session, People.county(part.county), made.id, part.sha256, TODAY)
    return made


async def orders(session: AsyncSession) -> list[PaymentOrder]:
    rows = await session.execute(
        select(PaymentOrder).where(col(PaymentOrder.city) == CITY).order_by(col(PaymentOrder.number))
    )
    return list(rows.scalars())


async def pay(session: AsyncSession, order: PaymentOrder, fen: int, voucher: str = "PZ-1") -> Payment:
    """A payment, recorded and checked."""
    made = await service.record_payment(
        session, PEOPLE.maker, order.id, paid_on=TODAY, voucher_no=voucher, fen=fen, today=TODAY
    )
    return await service.check_payment(session, PEOPLE.checker, made.id, made.revision)
