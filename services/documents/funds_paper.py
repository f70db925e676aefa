"""Funds paid in as a workbook: the rows under a filter, as far as one sees them."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.documents.lists import columns_of, list_xlsx
from services.documents.service import File
from services.documents.tabular import Cell, TableSection
from services.funds import views
from services.funds.schemas import FundFilter, FundRow
from services.funds.words import CURRENCIES, ENTRY_STATES
from services.kit.i18n import Locale, gettext, lazy
from services.projects.words import FUND_KINDS


async def funds_xlsx(
    session: AsyncSession, principal: Principal, filters: FundFilter, today: date, locale: Locale
) -> File:
    """Write all rows under a filter that this person sees."""
    kind = gettext(lazy("到位资金"), locale)
    rows = await views.all_rows(session, principal, filters)
    heads = (
        *(lazy("月份"), lazy("项目"), lazy("承接地"), lazy("园区"), lazy("资金类型"), lazy("币种")),
        *(lazy("金额（元或美元）"), lazy("计入（元）"), lazy("更正的月份"), lazy("凭证"), lazy("状态")),
    )
    detail = TableSection(
        heading=gettext(lazy("明细"), locale),
        columns=columns_of(heads, "ttttttmmttt", (10, 30, 12, 12, 10, 10, 18, 18, 12, 24, 12), locale),
        rows=tuple(_row(row, locale) for row in rows),
    )
    return await list_xlsx(session, principal, today, "DW", kind, (detail,))


def _row(row: FundRow, locale: Locale) -> tuple[Cell, ...]:
    return (
        row.month,
        row.name,
        row.host_name,
        row.park or "",
        gettext(FUND_KINDS[row.fund_kind], locale),
        gettext(CURRENCIES[row.currency], locale),
        row.amount,
        row.fen,
        row.corrects_month or "",
        row.evidence,
        gettext(ENTRY_STATES[row.state], locale),
    )
