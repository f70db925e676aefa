"""First negotiation: a conflict of two counties ruled by the joint meeting, an ended protection released."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from stdnum.cn import uscc

from allocation.precedence import Ground
from auth.principal import Principal, Role
from services.demo.crew import Crew
from services.demo.progress import Step
from services.first_talk import service as cases
from services.first_talk.schemas import HearingForm, OpenCase, RulingForm, SaidForm, StatementForm
from services.first_talk.words import Effect, RulingCheck
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.projects import imports
from services.projects.inputs import ProjectInput
from services.projects.protection_schemas import AnswerForm, ReleaseForm
from services.projects.protection_words import AnswerKind, Progress
from services.projects.steps.protecting import answer, confirm_release
from services.projects.tables import Project
from services.regions.ground import existing_counties

DISPUTED: Final = ("启明沧澜光伏材料有限公司", "91330200MA2DEM0Y1")
IDLE: Final = ("北辰归雁农机装备有限公司", "91330300MA2DEM0T1")
_WAN: Final = 1_000_000
_TWO: Final = 2


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Play the chapter on leads of its own, filed some months ago.

    Returns:
        the number of the ruling, and how many protections were released.
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        regions = await existing_counties(session, crew.city)
        first, second = sorted(code for code in regions if code != crew.city)[:_TWO]
        leads = await _file(session, crew.city, first, second, today)
    async with database.session() as session:
        number = await _rule(session, crew, leads[:_TWO], today)
    async with database.session() as session:
        await _release(session, crew, leads[-1], today)
    step.note(lazy("首谈争议裁定 {number}，到期保护释放 1 条"), number=number)
    return {"ruling": number, "released": 1}


async def _file(session: AsyncSession, city: str, first: str, second: str, today: date) -> list[Project]:
    """File one firm from two counties, and another whose protection has ended."""
    rows = [
        _lead(city, 1, DISPUTED, first, today, today - timedelta(days=40)),
        _lead(city, 2, DISPUTED, second, today, today - timedelta(days=25)),
        _lead(city, 3, IDLE, second, today, today - timedelta(days=110)),
    ]
    await imports.write_projects(session, Principal.system(city), rows)
    codes = [row.code for row in rows]
    found = await session.scalars(
        select(Project)
        .where(col(Project.city) == city, col(Project.code).in_(codes))
        .order_by(col(Project.code))
    )
    return list(found)


def _lead(
    city: str, number: int, firm: tuple[str, str], county: str, today: date, accepted_on: date
) -> ProjectInput:
    name, stem = firm
    return ProjectInput(
        code=f"{city[:4]}-{today.year - 1}-97{number:02d}",
        channel="县区招商局",
        origin=county,
        name=name.removesuffix("有限公司") + "项目",
        investor_name=name,
        investor_credit_code=stem + uscc.calc_check_digit(stem),
        investor_registered="330200",
        fund_kind="province_outside",
        industry="3825",
        investment_fen=32_000 * _WAN,
        fixed_investment_fen=26_000 * _WAN,
        land_mu=12_000,
        hall_m2=0,
        energy_tce=3_800,
        water_td=120,
        cod_kg=900,
        output_fen=41_000 * _WAN,
        tax_fen=1_900 * _WAN,
        registered_on=accepted_on - timedelta(days=3),
        first_talk_on=accepted_on - timedelta(days=10),
        accepted_on=accepted_on,
        land_deadline=today + timedelta(days=260),
        stage="在谈",
    )


async def _rule(session: AsyncSession, crew: Crew, leads: list[Project], today: date) -> str:
    """Take a conflict from the claim of the second county to a ruling for the first."""
    maker = crew.office
    checker = crew.one(Role.city_office, crew.city, but=[maker.account])
    late = crew.officer(leads[1].origin)
    claim = OpenCase(projects=[leads[1].public_id], claim="两县均称首谈，请市里协调")
    case = await cases.open_case(session, late, claim, today)
    await cases.admit(session, maker, case.id, today)
    for lead, kind in zip(leads, (Progress.visit_record, Progress.correspondence), strict=True):
        told = StatementForm(
            words="本县区与该企业洽谈在先，并持续服务。",
            evidence_kind=kind,
            evidence="原件存县区招商局",
            happened_on=today - timedelta(days=12),
        )
        await cases.state_case(session, crew.officer(lead.origin), case.id, told, today)
    await cases.set_hearing(session, maker, case.id, HearingForm(on=today, place="市招商服务中心"), today)
    view = await cases.view(session, maker, case, today)
    holder = next(party.seq for party in view.parties if party.project == leads[0].public_id)
    ruling = RulingForm(
        ground=Ground.earlier_acceptance,
        holder=holder,
        effect=Effect.support,
        findings="两个县区先后登记同一企业，均有接触；受理日期相差十五天，保护期均未届满。",
        reasons="没有有效的分享协议；受理在先的一方持续洽谈，保护没有失效，依先后规则由其保有首谈保护。",
        minutes_no=f"演示联纪〔{today.year}〕2号",
        credit_note="后续协议可给让出的一方适当计入。",
        cites=[],
    )
    await cases.propose(session, maker, case.id, ruling, today)
    await cases.say(session, checker, case.id, SaidForm(outcome=RulingCheck.confirmed), today)
    done = await cases.view(session, maker, case, today)
    return done.ruling.number if done.ruling else ""


async def _release(session: AsyncSession, crew: Crew, lead: Project, today: date) -> None:
    """Let a county agree to the release of a lead that it no longer follows, and the city confirm it."""
    agreed = AnswerForm(kind=AnswerKind.release, reason="企业暂缓投资，本县区不再跟进")
    await answer(session, crew.officer(lead.origin), lead.public_id, agreed)
    because = ReleaseForm(reason=f"保护期已于{lead.protected_until}届满，县区同意释放（{today}）")
    await confirm_release(session, crew.office, lead.public_id, because)
