"""Who is late and who hoards, as a workbook."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.clocks import report, service
from services.clocks.schemas import ClockFilter, ClockView, UnitLine
from services.clocks.words import KINDS
from services.documents.lists import columns_of, list_xlsx
from services.documents.service import File
from services.documents.tabular import TableSection
from services.kit.i18n import Locale, gettext, lazy


async def overdue_xlsx(session: AsyncSession, principal: Principal, today: date, locale: Locale) -> File:
    """Write the report and every late clock that this person sees."""
    found = await report.overdue(session, principal, today)
    late = await service.clocks(session, principal, today, ClockFilter(late=True))
    kind = gettext(lazy("超期与囤积榜"), locale)
    return await list_xlsx(
        session, principal, today, "CQ", kind, (_units(found.units, locale), _clocks(late, locale))
    )


def _units(units: list[UnitLine], locale: Locale) -> TableSection:
    heads = (
        *(
            lazy("单位"),
            lazy("在办时限"),
            lazy("超期"),
            lazy("超期率"),
            lazy("最长超期（天）"),
            lazy("已升级"),
        ),
        *(
            lazy("持有"),
            lazy("无进展持有"),
            lazy("最久（天）"),
            lazy("保护中"),
            lazy("无进展保护"),
            lazy("最久（天）"),
        ),
    )
    return TableSection(
        heading=gettext(lazy("各单位"), locale),
        columns=columns_of(heads, "tnnpnnnnnnnn", (18, *(9,) * 11), locale),
        rows=tuple(
            (
                *(row.county_name, row.running, row.late, row.late_bp, row.worst_days, row.escalated),
                *(row.holds.kept, row.holds.idle, row.holds.oldest_days),
                *(row.protections.kept, row.protections.idle, row.protections.oldest_days),
            )
            for row in units
        ),
    )


def _clocks(rows: list[ClockView], locale: Locale) -> TableSection:
    heads = (lazy("单位"), lazy("项目"), lazy("时限"), lazy("起算日"), lazy("到期日"), lazy("超期天数"))
    return TableSection(
        heading=gettext(lazy("超期事项"), locale),
        columns=columns_of(heads, "tttttn", (16, 30, 16, 12, 12, 10), locale),
        rows=tuple(
            (
                row.county_name,
                row.name,
                gettext(KINDS[row.kind], locale),
                row.started_on.isoformat(),
                row.due_on.isoformat(),
                row.days_late,
            )
            for row in rows
        ),
    )
