"""Funds paid in: entered by the host, confirmed by another, in yuan and dollars; a month closed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from stdnum.cn import uscc

import services.funds.file_walls  # noqa: F401 -- brings the wall of an entry's files
from allocation.evidence_kinds import EvidenceKind
from allocation.figures import wan
from allocation.statistics.goals import Actor
from auth.principal import Principal, Role
from services.demo.crew import Crew
from services.demo.progress import Step
from services.demo.scan import scan_of
from services.files import service as store
from services.funds import entries, goals, months
from services.funds.schemas import FundForm, GoalForm, RateForm
from services.funds.tables import FundEntry
from services.funds.words import Currency
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.projects import imports
from services.projects.inputs import ProjectInput
from services.projects.tables import Project
from services.projects.words import FundKind
from services.regions.ground import existing_counties

AT_HOME: Final = ("澄观远岫电子材料有限公司", "91440300MA2DEM0F1")
ABROAD: Final = ("海岳同辉（中国）轴承有限公司", "91310000MA2DEM0G3")
RATE_E4: Final = 70_850
_WAN: Final = 1_000_000


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Play the chapter on projects of its own, signed in the month of the business date.

    Returns:
        how many entries count, what they come to in fen, and which month is closed.
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        county = min(code for code in await existing_counties(session, crew.city) if code != crew.city)
        home, abroad = await _sign(session, crew.city, county, today)
        last_month = today.replace(day=1) - timedelta(days=1)
        closed = f"{last_month.replace(day=1) - timedelta(days=1):%Y-%m}"
        await months.close_month(session, crew.office, closed, today)
        rate = RateForm(
            month=f"{today:%Y-%m}", rate_e4=RATE_E4, source="中国外汇交易中心当月首个工作日中间价"
        )
        await months.set_rate(session, crew.finance()[0], rate, today)
        await _aim(session, crew, county, today)
    async with database.session() as session:
        counted = await _pay(session, crew, county, home, abroad, today)
    fen = sum(one.fen for one in counted)
    told = lazy("到位资金确认 {n} 条、{wan} 万元，{month} 及以前关账")
    step.note(told, n=len(counted), wan=wan(fen), month=closed)
    return {"funds_counted": len(counted), "funds_fen": fen, "funds_closed": closed}


async def _sign(session: AsyncSession, city: str, county: str, today: date) -> list[Project]:
    """File two projects that a county signed this month."""
    rows = [
        _project(city, 1, AT_HOME, county, today, FundKind.province_outside),
        _project(city, 2, ABROAD, county, today, FundKind.foreign),
    ]
    await imports.write_projects(session, Principal.system(city), rows)
    found = await session.scalars(
        select(Project)
        .where(col(Project.city) == city, col(Project.code).in_([row.code for row in rows]))
        .order_by(col(Project.code))
    )
    return list(found)


def _project(
    city: str, number: int, firm: tuple[str, str], county: str, today: date, kind: FundKind
) -> ProjectInput:
    name, stem = firm
    accepted_on = today.replace(day=1) + timedelta(days=1)
    return ProjectInput(
        code=f"{city[:4]}-{today.year}-96{number:02d}",
        channel="县区招商局",
        origin=county,
        name=name.removesuffix("有限公司") + "项目",
        investor_name=name,
        investor_credit_code=stem + uscc.calc_check_digit(stem),
        investor_registered="440300",
        fund_kind=kind,
        industry="3985",
        investment_fen=28_000 * _WAN,
        fixed_investment_fen=22_000 * _WAN,
        land_mu=6_000,
        hall_m2=0,
        energy_tce=2_100,
        water_td=80,
        cod_kg=600,
        output_fen=33_000 * _WAN,
        tax_fen=1_300 * _WAN,
        registered_on=accepted_on,
        first_talk_on=accepted_on,
        accepted_on=accepted_on,
        land_deadline=today + timedelta(days=200),
        stage="签约",
        signed_on=max(accepted_on, today - timedelta(days=3)),
    )


async def _aim(session: AsyncSession, crew: Crew, county: str, today: date) -> None:
    """Set the county's target of the year by a document."""
    form = GoalForm(
        year=today.year,
        actor=Actor.county,
        unit=county,
        indicator="到位资金",
        value=8,
        value_unit="亿元",
        effective_from=today.replace(month=1, day=1),
        document_no=f"演示商招〔{today.year}〕1号",
        reason="年度任务分解",
    )
    await goals.set_goal(session, crew.office, form, today)


async def _pay(
    session: AsyncSession, crew: Crew, county: str, home: Project, abroad: Project, today: date
) -> list[FundEntry]:
    """Enter four slips: one confirmed and then revised, one in dollars confirmed, one refused."""
    officer, finance = crew.officer(county), crew.one(Role.county_finance, county)
    first = await _enter(session, officer, home, today, {"amount": 1_200 * _WAN, "evidence": "银行回单 2 张"})
    await entries.confirm(session, finance, first.id, today, first.revision)
    facts = {
        "amount": 1_180 * _WAN,
        "evidence": "银行回单 2 张",
        "replaces": first.id,
        "reason": "扣除退回的保证金",
    }
    revised = await _enter(session, officer, home, today, facts)
    revised = await entries.confirm(session, finance, revised.id, today, revised.revision)
    dollars = {"amount": 50 * _WAN, "currency": Currency.dollar, "fund_kind": FundKind.foreign}
    paid = await _enter(session, officer, abroad, today, dollars | {"evidence": "外汇入账登记"})
    paid = await entries.confirm(session, crew.leader(county), paid.id, today, paid.revision)
    twice = await _enter(session, officer, home, today, {"amount": 300 * _WAN, "evidence": "银行回单"})
    await entries.refuse(session, finance, twice.id, "与已确认的回单重复", today, twice.revision)
    return [revised, paid]


async def _enter(
    session: AsyncSession, officer: Principal, project: Project, today: date, facts: Mapping[str, Any]
) -> FundEntry:
    name = f"银行回单{facts['amount']}.pdf"
    slip = await store.upload(
        session, officer, name, scan_of(name), purpose=EvidenceKind.bank_slip, today=today
    )
    form = FundForm.model_validate(
        {
            "project": project.public_id,
            "month": f"{today:%Y-%m}",
            "fund_kind": FundKind.province_outside,
            "files": [slip.id],
            **facts,
        }
    )
    return await entries.enter(session, officer, form, today)
