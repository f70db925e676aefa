"""The papers of reconciling as files, found as the person may see them."""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.statement import months_of
from auth.principal import Principal
from services.documents.reconciliation_papers import incentives_sheet, quarter_sheet, treasury_sheet
from services.documents.service import File
from services.documents.tables import table_pdf, table_xlsx
from services.documents.tabular import TableSheet
from services.ledger import repo as ledger
from services.ledger.drafting import kind_of
from services.reconciliation import service

Form = Literal["pdf", "xlsx"]


async def _file(sheet: TableSheet, *, pdf: bool) -> File:
    return await (table_pdf if pdf else table_xlsx)(sheet)


def _months(period: str) -> tuple[str, ...]:
    kind_of(period)
    return months_of(period)


async def quarter_file(
    session: AsyncSession, principal: Principal, sheet: UUID, public_url: str, *, pdf: bool
) -> File:
    """Draw or write a 对账单. Raises NoSuchReconciliation for one that this person may not know of."""
    one = await service.find_sheet(session, principal, sheet)
    return await _file(quarter_sheet(one, public_url), pdf=pdf)


async def treasury_file(
    session: AsyncSession, principal: Principal, period: str, treasury: str, today: date, *, pdf: bool
) -> File:
    """Draw or write 国库核对表.

    Raises:
        NoPeriod: the text names no period.
        NotForYou: the person reads no receipts by firm, or not of that treasury.
    """
    found = await service.level_check(session, principal, _months(period), treasury)
    names = await ledger.region_names(session, principal.city)
    return await _file(treasury_sheet(found, names, principal.city, period, today), pdf=pdf)


async def incentives_file(
    session: AsyncSession, principal: Principal, period: str, today: date, *, pdf: bool
) -> File:
    """Draw or write 政策兑现表. Raises NoPeriod for a text that names no period."""
    rows = await service.incentive_rows(session, principal, _months(period))
    names = await ledger.region_names(session, principal.city)
    sheet = incentives_sheet(rows, names, principal.city, principal.county, period, today)
    return await _file(sheet, pdf=pdf)
