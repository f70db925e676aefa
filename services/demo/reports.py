"""The month before is frozen: one of the city's office asks, another checks the content and freezes it."""

from allocation.figures import percent
from allocation.statistics.periods import Period, PeriodKind
from auth.principal import Role
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.reports import service


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Freeze the report of the month before the business date, and open one rate to its rows.

    Returns:
        the month, how many figures its report states, its 合同率 by count as per cent and as the rows that
        stand above and below the line, and the beginning of the hash of the frozen content.
    """
    maker = crew.office
    checker = crew.one(Role.city_office, crew.city, but=[maker.account])
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        month = Period.around(today, PeriodKind.month).before().code
        asked = await service.ask_freeze(session, maker, month)
    async with database.session() as session:
        await service.freeze(session, checker, month, asked.sha256)
    async with database.session() as session:
        report = await service.month_report(session, maker, month)
        rows = await service.figure_rows(session, maker, month, "contract_rate.count")
    points = rows.figure.rate.basis_points if rows.figure.rate else None
    above = sum(row.part == "numerator" for row in rows.rows)
    figures = sum(len(section.figures) for section in report.sections)
    step.note(lazy("{month} 月统计已封存，{figures} 项数字可逐项打开明细"), month=month, figures=figures)
    return {
        "report_month": month,
        "report_figures": figures,
        "report_contract_rate": "" if points is None else percent(points),
        "report_contracts": above,
        "report_signed": len(rows.rows) - above,
        "report_sha256": (report.sha256 or "")[:16],
    }
