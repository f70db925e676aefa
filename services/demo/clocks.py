"""A chapter on time and land: who is late, what was escalated, and stock that is not there to be given."""

from datetime import timedelta
from typing import Final

from sqlalchemy import text

from auth.principal import Role
from services.capacity import service as capacity
from services.capacity import stock
from services.capacity.schemas import OutsideForm, VerifyForm
from services.clocks import report
from services.clocks.escalation import escalate
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.regions.settings import settings_on

USED_MU: Final = 100
"""What somebody outside the program uses, in hundredths of a mu."""

STALE: Final = text(
    "SELECT p.code, p.park, k.owner FROM plot AS p JOIN park AS k ON k.city = p.city AND k.code = p.park"
    " WHERE p.city = :city AND p.land_use = 'industrial' AND p.verified_on < :before"
    " AND k.owner <> :city ORDER BY p.area_mu DESC, p.code"
)
"""Plots of counties that nobody has verified for so long that they take no part in matching."""

ESCALATED: Final = text("SELECT count(*) FROM clock_escalation WHERE city = :city")


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Escalate what is late; record a use elsewhere and what is not true, on plots that are out of matching.

    What is placed stays: only stock that the matcher leaves out already is touched.
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        await escalate(session, crew.city, today)  # what the worker has not done by now
        escalated = (await session.execute(ESCALATED, {"city": crew.city})).scalar_one()
        found = await report.overdue(session, crew.office, today)
    late = sum(unit.late for unit in found.units)
    idle = sum(unit.holds.idle + unit.protections.idle for unit in found.units)
    step.note(lazy("超期 {late} 项，升级 {escalated} 项"), late=late, escalated=escalated)
    async with database.session() as session:
        settings = await settings_on(session, crew.city, today)
        asked = {"city": crew.city, "before": today - timedelta(days=settings.stock_stale_days)}
        stale = (await session.execute(STALE, asked)).all()
    used = untrue = ""
    if stale:
        code, park, owner = stale[0]
        keeper = crew.one(Role.county_officer, owner)
        form = OutsideForm(
            plot=code, land_mu=USED_MU, used_by="园区外迁入企业", since=today, evidence="土地租赁合同"
        )
        async with database.session() as session:
            await stock.record_use(session, keeper, park, form, today)
            shown = await capacity.capacity(session, keeper, park, today)
        used = code
        step.note(lazy("平台外占用 {mu} 亩"), mu=(shown.figures[0].outside or 0) // 100)
    if len(stale) > 1:
        code, park, owner = stale[-1]
        keeper = crew.one(Role.county_officer, owner)
        async with database.session() as session:
            no = VerifyForm(still_true=False, reason="已出让给其他单位")
            await stock.check_stock(session, keeper, park, stock.PLOT, code, no, today)
        untrue = code
    step.note(lazy("{n} 块地超期未核实，退出匹配"), n=len(stale))
    return {
        "late_clocks": late,
        "escalated_clocks": escalated,
        "idle_leads": idle,
        "stale_plots": len(stale),
        "used_elsewhere": used,
        "untrue_plot": untrue,
    }
