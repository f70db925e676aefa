"""Funds paid in as a workbook: the rows under a filter, as far as one sees them."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.agreements.views import city_name
from services.documents.service import File
from services.documents.tables import table_xlsx
from services.documents.tabular import Cell, Column, ColumnKind, TableSection, TableSheet
from services.funds import views
from services.funds.schemas import FundFilter, FundRow
from services.funds.words import CURRENCIES, ENTRY_STATES
from services.kit.i18n import Locale, gettext, lazy
from services.projects.words import FUND_KINDS

HEADS = (
    *((lazy("月份"), 10), (lazy("项目"), 30), (lazy("承接地"), 12), (lazy("园区"), 12)),
    *((lazy("资金类型"), 10), (lazy("币种"), 10), (lazy("金额（元或美元）"), 18), (lazy("计入（元）"), 18)),
    *((lazy("更正的月份"), 12), (lazy("凭证"), 24), (lazy("状态"), 12)),
)
MONEY = frozenset({6, 7})


async def funds_xlsx(
    session: AsyncSession, principal: Principal, filters: FundFilter, today: date, locale: Locale
) -> File:
    """Write all rows under a filter that this person sees."""
    kind = gettext(lazy("到位资金"), locale)
    rows = await views.all_rows(session, principal, filters)
    return await table_xlsx(
        TableSheet(
            kind=kind,
            title=kind,
            number=f"DW-{principal.city}-{today.isoformat()}",
            version=1,
            state="",
            city_name=await city_name(session, principal.city),
            made_on=today,
            sections=(
                TableSection(
                    heading=gettext(lazy("明细"), locale),
                    columns=tuple(
                        Column(
                            key=f"c{place}",
                            name=gettext(head, locale),
                            kind=ColumnKind.money if place in MONEY else ColumnKind.text,
                            width=width,
                        )
                        for place, (head, width) in enumerate(HEADS)
                    ),
                    rows=tuple(_row(row, locale) for row in rows),
                ),
            ),
        )
    )


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
