"""The three segment ledgers as a workbook: totals by county, then every project of the filter."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.documents.lists import columns_of, list_xlsx
from services.documents.service import File
from services.documents.tabular import TableSection
from services.kit.i18n import Locale, gettext, lazy
from services.projects.words import STATE_LABELS
from services.tracking.ledgers import ledger
from services.tracking.schemas import SegmentFilter
from services.tracking.views import SegmentTotal, SegmentView
from services.tracking.words import DEPARTMENTS, SEGMENTS


async def tracking_xlsx(
    session: AsyncSession, principal: Principal, today: date, asked: SegmentFilter, locale: Locale
) -> File:
    """Write what somebody sees of a filter."""
    rows, totals = await ledger(session, principal, today, asked)
    kind = gettext(lazy("洽谈、签约、开工动态管理台账"), locale)
    return await list_xlsx(
        session, principal, today, "TZ", kind, (_sums(totals, locale), _projects(rows, locale))
    )


def _sums(totals: list[SegmentTotal], locale: Locale) -> TableSection:
    heads = (
        *(lazy("县区"), lazy("台账"), lazy("项目数"), lazy("投资额"), lazy("平均在账天数")),
        *(lazy("最长在账天数"), lazy("受阻项目数")),
    )
    return TableSection(
        heading=gettext(lazy("各县区合计"), locale),
        columns=columns_of(heads, "ttnmnnn", (18, 16, 10, 20, 14, 14, 12), locale),
        rows=tuple(
            (
                *(row.county_name, gettext(SEGMENTS[row.segment], locale), row.projects, row.investment_fen),
                *(row.mean_days, row.longest_days, row.blocked),
            )
            for row in totals
        ),
    )


def _projects(rows: list[SegmentView], locale: Locale) -> TableSection:
    heads = (
        *(lazy("县区"), lazy("项目"), lazy("台账"), lazy("阶段"), lazy("本阶段起"), lazy("在本阶段天数")),
        *(lazy("在账天数"), lazy("责任部门"), lazy("投资额"), lazy("受阻因素数")),
    )
    return TableSection(
        heading=gettext(lazy("项目明细"), locale),
        columns=columns_of(heads, "tttttnntmn", (16, 30, 14, 14, 12, 12, 10, 18, 20, 10), locale),
        rows=tuple(
            (
                *(row.county_name, row.name, gettext(SEGMENTS[row.segment], locale)),
                *(gettext(STATE_LABELS[row.state], locale), row.since.isoformat(), row.days),
                *(row.segment_days, gettext(DEPARTMENTS[row.department], locale)),
                *(row.investment_fen, row.blocks),
            )
            for row in rows
        ),
    )
