"""Papers of the settlement as files: summary, register, and payment orders (拨款指令) as csv and xlsx."""

import asyncio
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.documents.service import XLSX, File
from services.documents.settlement_papers import register_sheet, summary_sheet
from services.documents.tables import table_pdf, table_xlsx
from services.documents.tabular import TableSheet
from services.interchange.writing import SheetOut, write_csv, write_workbook
from services.ledger import repo
from services.settlement import service as settlement
from services.settlement.schemas import OrderView
from services.settlement.visibility import county_of

CSV: Final = "text/csv; charset=utf-8"
HEADS: Final = (
    "指令编号",
    "结算年度",
    "轧差编号",
    "付款国库代码",
    "付款国库",
    "收款国库代码",
    "收款国库",
    "金额(分)",
    "金额(元)",
    "到期日",
    "用途",
    "结算单编号",
    "已付(分)",
    "未付(分)",
)
NUMBERS: Final = tuple(name in {"结算年度", "金额(分)", "金额(元)", "已付(分)", "未付(分)"} for name in HEADS)


class Form(StrEnum):
    """How a paper is given."""

    pdf = "pdf"
    xlsx = "xlsx"


async def summary_file(
    session: AsyncSession, principal: Principal, year: int, today: date, public_url: str, form: Form
) -> File:
    """结算汇总表 of a year as the person may see it."""
    found = await settlement.read_summary(session, principal, year)
    region = county_of(principal) or principal.city
    return await _file(summary_sheet(found, region, today, public_url), form)


async def register_file(
    session: AsyncSession, principal: Principal, today: date, public_url: str, form: Form
) -> File:
    """未结清册 of the day with 账龄, as the person may see it."""
    items = await settlement.register(session, principal, today)
    names = await repo.region_names(session, principal.city)
    region = county_of(principal) or principal.city
    return await _file(register_sheet(items, region, names[principal.city], today, public_url), form)


async def _file(sheet: TableSheet, form: Form) -> File:
    return await (table_pdf(sheet) if form is Form.pdf else table_xlsx(sheet))


async def orders_csv(session: AsyncSession, principal: Principal, number: UUID) -> File:
    """A settlement's payment orders as csv with a byte order mark. Raises NoSuchSettlement."""
    name, rows = await _rows(session, principal, number)
    return File(content=write_csv(rows), media_type=CSV, name=f"{name}-BK.csv")


async def orders_xlsx(session: AsyncSession, principal: Principal, number: UUID) -> File:
    """A settlement's payment orders as a workbook. Raises as `orders_csv`."""
    name, rows = await _rows(session, principal, number)
    sheet = SheetOut(name="拨款指令", rows=rows, numeric=NUMBERS)
    content = await asyncio.to_thread(write_workbook, sheet)
    return File(content=content, media_type=XLSX, name=f"{name}-BK.xlsx")


async def _rows(session: AsyncSession, principal: Principal, number: UUID) -> tuple[str, list[Sequence[str]]]:
    found = await settlement.find_settlement(session, principal, number)
    orders = await settlement.orders_of(session, principal, settlement=found.id)
    return found.number, [HEADS, *(_row(found.year, order) for order in orders)]


def _row(year: int, order: OrderView) -> Sequence[str]:
    return (
        order.number,
        str(year),
        order.settlement_number,
        order.payer,
        order.payer_name,
        order.payee,
        order.payee_name,
        str(order.fen),
        f"{order.fen // 100}.{order.fen % 100:02}",
        order.due_on.isoformat(),
        order.purpose,
        "、".join(order.statements),
        str(order.paid_fen),
        str(order.open_fen),
    )
