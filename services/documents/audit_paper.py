"""The auditor's findings as a workbook: one table a question."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.audit import service
from services.audit.schemas import Findings, Limits
from services.audit.words import SEVERITIES, Check
from services.documents.lists import columns_of, list_xlsx
from services.documents.service import File
from services.documents.tabular import TableSection
from services.kit.i18n import Locale, gettext, lazy


async def audit_xlsx(
    session: AsyncSession, principal: Principal, today: date, limits: Limits, locale: Locale
) -> File:
    """Write all findings as a workbook. Raises NotYourAudit as the questions themselves."""
    found = [await service.run_check(session, principal, check, today, limits, locale) for check in Check]
    kind = gettext(lazy("审计检查清单"), locale)
    sections = tuple(_section(one, locale) for one in found)
    return await list_xlsx(session, principal, today, "SJ", kind, sections)


def _section(found: Findings, locale: Locale) -> TableSection:
    heads = (lazy("级别"), lazy("县区"), lazy("登记编号"), lazy("项目"), lazy("事项"))
    return TableSection(
        heading=found.name,
        columns=columns_of(heads, "ttttt", (8, 14, 20, 24, 60), locale),
        rows=tuple(
            (
                gettext(SEVERITIES[one.severity], locale),
                one.county_name,
                " ".join(project.code for project in one.projects),
                " ".join(project.name for project in one.projects),
                one.says,
            )
            for one in found.items
        ),
        note=found.rule,
    )
