"""The money moves: a closed year netted through the city and paid, a closed year opened again and closed."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.agreements.tables import Agreement
from services.credit import service as credit
from services.credit.tables import CreditSheet
from services.credit.words import Bureau
from services.demo.crew import Crew
from services.demo.money import finance_of
from services.ledger.reopening import approve_reopening, request_reopening
from services.ledger.reopening_words import ReopeningReason
from services.projects.imports import write_paid_in
from services.projects.inputs import PaidInInput
from services.projects.tables import Project
from services.settlement import service as settlement
from services.settlement.schemas import OrderView
from services.settlement.tables import SettlementPart

FUNDED = 8
"""How many agreements bring funds in."""

FUND_FEN = 100_000_000
"""What the first of them brings in a month, in fen."""


async def settle(session: AsyncSession, crew: Crew, year: int, today: date) -> Sequence[OrderView]:
    """Net a closed year: proposed, checked, confirmed by every county, posted; returns the payment orders."""
    one, other, *_ = crew.finance()
    made = await settlement.propose(session, one, year, today)
    await settlement.check(session, other, made.id, today, made.revision)
    parts = await session.scalars(
        select(SettlementPart)
        .where(col(SettlementPart.city) == crew.city, col(SettlementPart.settlement) == made.id)
        .order_by(col(SettlementPart.county))
    )
    for part in parts.all():
        await settlement.confirm(session, finance_of(crew, part.county), made.id, part.sha256, today)
    return await settlement.orders_of(session, one, settlement=made.id)


async def pay(session: AsyncSession, crew: Crew, orders: Sequence[OrderView], today: date) -> int:
    """Record what was paid of all orders but the last, which stays open; returns the sum in fen."""
    one, other, *_ = crew.finance()
    paid = 0
    for number, order in enumerate(orders[:-1], start=1):
        voucher = f"演示凭证{today.year}-{number:03}"
        payment = await settlement.record_payment(
            session, one, order.id, paid_on=today, voucher_no=voucher, fen=order.fen, today=today
        )
        await settlement.check_payment(session, other, payment.id, payment.revision)
        paid += order.fen
    return paid


async def reopen(session: AsyncSession, crew: Crew, year: int, today: date) -> None:
    """Open a closed year again: one asks, another allows."""
    one, other, *_ = crew.finance()
    asked = await request_reopening(
        session,
        one,
        year,
        ReopeningReason.receipts,
        "国库更正三笔入库数，需出具第二版结算单",
        f"演示财库函〔{today.year}〕3号",
        today,
    )
    await approve_reopening(session, other, year, asked.id, today, asked.revision)


async def _funds(session: AsyncSession, city: str, year: int) -> list[PaidInInput]:
    """Funds that the input's agreements brought in two months of a year: the input has none for them."""
    codes = await session.scalars(
        select(col(Project.code))
        .join(
            Agreement,
            (col(Agreement.city) == col(Project.city)) & (col(Agreement.project) == col(Project.id)),
        )
        .where(col(Agreement.city) == city, col(Agreement.imported))
        .order_by(col(Agreement.code))
        .limit(FUNDED)
    )
    return [
        PaidInInput(
            project=code,
            month=f"{year}-{month:02}",
            fund_kind="province_outside",
            amount=FUND_FEN * number,
            unit="万元",
            evidence="演示进账单",
        )
        for number, code in enumerate(codes.all(), start=1)
        for month in (6, 11)
    ]


async def count_credit(session: AsyncSession, crew: Crew, year: int, today: date) -> CreditSheet:
    """Count what the year is worth in the assessment, file it, and let five bureaus examine it."""
    clerk = crew.office
    await write_paid_in(session, Principal.system(crew.city), await _funds(session, crew.city, year))
    await credit.count(session, clerk, f"{year}-12", today)
    sheet = await credit.file_sheet(session, clerk, year, today)
    for bureau in Bureau:
        person = crew.finance()[0] if bureau is Bureau.finance else clerk
        await credit.give_opinion(
            session,
            person,
            sheet.id,
            bureau,
            agrees=True,
            document_no=f"演示考核函〔{today.year}〕1号",
            words="",
            today=today,
            seen=sheet.revision,
        )
    return sheet
