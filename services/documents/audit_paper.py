"""The auditor's findings as a workbook: one table a question."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.agreements.views import city_name
from services.audit import service
from services.audit.schemas import Findings, Limits
from services.audit.words import SEVERITIES, Check
from services.documents.service import File
from services.documents.tables import table_xlsx
from services.documents.tabular import Column, TableSection, TableSheet
from services.kit.i18n import Locale, gettext, lazy


async def audit_xlsx(
    session: AsyncSession, principal: Principal, today: date, limits: Limits, locale: Locale
) -> File:
    """Write all findings as a workbook. Raises NotYourAudit as the questions themselves."""
    found = [await service.run_check(session, principal, check, today, limits, locale) for check in Check]
    kind = gettext(lazy("审计检查清单"), locale)
    return await table_xlsx(
        TableSheet(
            kind=kind,
            title=kind,
            number=f"SJ-{principal.city}-{today.isoformat()}",
            version=1,
            state="",
            city_name=await city_name(session, principal.city),
            made_on=today,
            sections=tuple(_section(one, locale) for one in found),
        )
    )


def _section(found: Findings, locale: Locale) -> TableSection:
    heads = (lazy("级别"), lazy("县区"), lazy("登记编号"), lazy("项目"), lazy("事项"))
    widths = (8, 14, 20, 24, 60)
    return TableSection(
        heading=found.name,
        columns=tuple(
            Column(key=f"c{place}", name=gettext(head, locale), width=width)
            for place, (head, width) in enumerate(zip(heads, widths, strict=True))
        ),
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
