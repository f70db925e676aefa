"""Tracking: two projects on their way, a list struck off, what blocks and who sponsors, days out, a purse."""

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from stdnum.cn import uscc

from allocation.tracking.words import BlockKind, Department, ItemStep, OutingRole
from auth.principal import Principal, Role
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.projects import imports
from services.projects.inputs import ProjectInput
from services.projects.tables import Project
from services.regions.ground import existing_counties
from services.tracking import outings, promises, schedule, support
from services.tracking.kinds import CoordinationKind, ReviewOutcome, SponsorRole
from services.tracking.registers import blocks, sponsors
from services.tracking.schemas import (
    BlockEndForm,
    BlockForm,
    CoordinationForm,
    ItemForm,
    MetForm,
    OutingForm,
    PromiseReviewForm,
    SponsorForm,
    StepForm,
    StrengthForm,
)

FIRMS: Final = (
    ("衡岳澄江储能科技有限公司", "91330400MA2DEM0T3", 18),
    ("远岫含章精密铸造有限公司", "91330500MA2DEM0T6", 40),
)
_WAN: Final = 1_000_000
_HUNDRED_MILLION: Final = 10_000 * _WAN


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Play the chapter on leads of its own, which stay in talks: nothing signed or paid in is added.

    Returns:
        how many items were struck off and are left, what blocks still, and the days out of the week's board.
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        regions = await existing_counties(session, crew.city)
        counties = sorted(code for code in regions if code != crew.city)[: len(FIRMS)]
        refs = await _file(session, crew.city, counties, today)
    async with database.session() as session:
        for ref, county in zip(refs, counties, strict=True):
            await _support(session, crew, ref, county, today)
        await _strike_off(session, crew, refs[0], counties[0], today)
        await _clear(session, crew, counties[0], today)
    async with database.session() as session:
        await _go_out(session, crew, counties[0], today)
        await _weigh(session, crew, counties[0], today)
    async with database.session() as session:
        left = await schedule.items(session, crew.office, today, standing=True)
        board = await outings.board(session, crew.office)
        told: dict[str, int | str] = {
            "struck_off": 1,
            "left": len(left.items),
            "blocked": len((await blocks(session, crew.office, today)).items),
            "sponsors": len((await sponsors(session, crew.office, today)).items),
            "days_out": sum(line.month_days for line in board.items),
        }
    step.note(lazy("销号 {struck_off} 项，待办 {left} 项，受阻 {blocked} 项，外出 {days_out} 天"), **told)
    return told


async def _file(session: AsyncSession, city: str, counties: list[str], today: date) -> list[str]:
    rows = [
        _lead(city, number, firm, county, today)
        for number, (firm, county) in enumerate(zip(FIRMS, counties, strict=True), start=1)
    ]
    await imports.write_projects(session, Principal.system(city), rows)
    found = await session.scalars(
        select(col(Project.public_id))
        .where(col(Project.city) == city, col(Project.code).in_([row.code for row in rows]))
        .order_by(col(Project.code))
    )
    return list(found)


def _lead(city: str, number: int, firm: tuple[str, str, int], county: str, today: date) -> ProjectInput:
    name, stem, days = firm
    accepted_on = today - timedelta(days=days)
    return ProjectInput(
        code=f"{city[:4]}-{today.year - 1}-94{number:02d}",
        channel="县区招商局",
        origin=county,
        name=name.removesuffix("有限公司") + "项目",
        investor_name=name,
        investor_credit_code=stem + uscc.calc_check_digit(stem),
        investor_registered="330400",
        fund_kind="province_outside",
        industry="3841",
        investment_fen=26_000 * _WAN,
        fixed_investment_fen=20_000 * _WAN,
        land_mu=9_000,
        hall_m2=0,
        energy_tce=2_900,
        water_td=90,
        cod_kg=700,
        output_fen=33_000 * _WAN,
        tax_fen=1_500 * _WAN,
        registered_on=accepted_on - timedelta(days=3),
        first_talk_on=accepted_on - timedelta(days=9),
        accepted_on=accepted_on,
        land_deadline=today + timedelta(days=240),
        stage="在谈",
    )


async def _support(session: AsyncSession, crew: Crew, ref: str, county: str, today: date) -> None:
    """Name a leader and an officer, enter a visit, and what the project waits for."""
    officer = crew.officer(county)
    since = today - timedelta(days=15)
    for role, post in ((SponsorRole.leader, "分管副县长"), (SponsorRole.butler, "代办专员")):
        named = SponsorForm(role=role, unit=county, post=post, from_on=since)
        await support.name_sponsor(session, officer, ref, named)
    visit = CoordinationForm(
        kind=CoordinationKind.visit,
        held_on=today - timedelta(days=4),
        what="现场查看拟选地块和供电线路",
        outcome="一周内明确接入方案",
    )
    await support.coordinate(session, officer, ref, visit)
    block = BlockForm(
        kind=BlockKind.power,
        what="专用线路尚未接入",
        department=Department.power,
        unit=county,
        opened_on=today - timedelta(days=10),
    )
    await support.raise_block(session, officer, ref, block)


async def _strike_off(session: AsyncSession, crew: Crew, ref: str, county: str, today: date) -> None:
    """Put two items on a list; one is done, found false, done again, verified by another and struck off."""
    officer, leader = crew.officer(county), crew.leader(county)
    facts: dict[str, Any] = {"unit": county, "post": "招商局分管副局长", "due_on": today + timedelta(days=7)}
    item = await schedule.open_item(session, officer, ref, ItemForm(what="出具用电接入方案", **facts))
    await schedule.open_item(session, officer, ref, ItemForm(what="完成规划条件核实", **facts))
    for who, name, words in (
        (officer, ItemStep.finish, {"evidence": "供电单位来函"}),
        (leader, ItemStep.send_back, {"reason": "来函未写接入时间"}),
        (officer, ItemStep.finish, {"evidence": "供电单位接入方案批复"}),
        (leader, ItemStep.verify, {}),
        (leader, ItemStep.close, {}),
    ):
        form = StepForm.model_validate({"step": name, **words})
        item = await schedule.take_step(session, who, item.id, form, item.revision)


async def _clear(session: AsyncSession, crew: Crew, county: str, today: date) -> None:
    officer = crew.officer(county)
    standing = next(row for row in (await blocks(session, officer, today)).items if row.may_clear)
    ended = BlockEndForm(resolved_on=today, evidence="线路已接入，送电记录存档", files=[])
    await support.clear_block(session, officer, standing.id, ended)


async def _go_out(session: AsyncSession, crew: Crew, county: str, today: date) -> None:
    """Enter three days out led by the bureau."""
    trip = OutingForm(
        unit=county,
        role=OutingRole.bureau,
        post="招商局局长",
        from_on=today - timedelta(days=4),
        to_on=today - timedelta(days=2),
        place="苏州",
        visits=5,
        result="两家企业约定来访",
        firms=[MetForm(name=FIRMS[0][0])],
    )
    await outings.log(session, crew.officer(county), trip)


async def _weigh(session: AsyncSession, crew: Crew, county: str, today: date) -> None:
    """Enter a county's fiscal strength, and let the city's finance review its promises against it."""
    strength = StrengthForm(
        county=county, year=today.year, amount_fen=12 * _HUNDRED_MILLION, source="本年度预算草案报告"
    )
    purse = await promises.set_strength(session, crew.one(Role.county_finance, county), strength)
    if purse.strength is not None:
        outcome = ReviewOutcome.watch if purse.over_fen else ReviewOutcome.affordable
        review = PromiseReviewForm(outcome=outcome, words="承诺与本年度财力逐项核对")
        await promises.review(session, crew.finance()[0], purse.strength, review)
