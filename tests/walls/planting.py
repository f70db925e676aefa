"""What other counties do besides their leads: a dispute, a call on a firm, an offer, a file, a report."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from stdnum.cn import uscc

from allocation.evidence_kinds import EvidenceKind
from allocation.names.words import Alike
from auth.principal import Principal
from services.demo.crew import Crew
from services.demo.scan import scan_of
from services.files import service as store
from services.files.schemas import BindIn
from services.first_talk import service as cases
from services.first_talk.schemas import OpenCase, StatementForm
from services.intake import inbox, offers
from services.intake.contacts import file_contact
from services.intake.schemas import AssignIn, ContactIn, OfferIn, TargetIn
from services.intake.targets import list_firm
from services.intake.words import OfferFrom, PersonRole, Purpose
from services.kit.database import Database
from services.pooling.reports import report
from services.pooling.schemas import ReportForm
from services.projects import files, imports
from services.projects.inputs import ProjectInput
from services.projects.protection_words import Progress
from services.projects.tables import DuplicateWarning, Project
from services.projects.tables.warnings import WarningState

DISPUTED: Final = "暗礁寒塘半导体材料有限公司"
CHASED: Final = "幽谷听涛储能装备有限公司"
OFFERED: Final = "雾隐松风食品有限公司"
_STEM: Final = "91330200MA2WA1L0Y"
_WAN: Final = 1_000_000


async def plant(
    database: Database, crew: Crew, counties: tuple[str, str], private: UUID, sealed: UUID, today: date
) -> None:
    """Plant it between two counties; `private` and `sealed` are others' leads that are seen least."""
    city, (first, second) = crew.city, counties
    async with database.session() as session:
        leads = await _file(session, city, counties, today)
        session.add(
            DuplicateWarning(
                city=city,
                project=leads[1].id,
                other=leads[0].id,
                alike=Alike.credit_code,
                likeness=10_000,
                state=WarningState.open,
                warned_on=today,
                noted_name="",
                reason="",
            )
        )
        await _dispute(session, crew, leads, today)
    async with database.session() as session:
        await _call(session, crew.officer(first), first, today)
        await _offer(session, crew, second, today)
    async with database.session() as session:
        lead = await session.get_one(Project, (city, private))
        officer = crew.officer(lead.origin)
        record = await store.upload(
            session, officer, "暗访记录.pdf", scan_of("walls"), purpose=EvidenceKind.visit_record, today=today
        )
        bound = BindIn(file=record.id, proves=EvidenceKind.visit_record)
        await files.attach(session, officer, lead.id, bound, today)
        lead = await session.get_one(Project, (city, sealed))
        told = ReportForm(county=second, what="绕开首谈单位直接约见投资方", evidence="会见照片")
        await report(session, crew.officer(lead.origin), lead.public_id, told)


async def _file(session: AsyncSession, city: str, counties: tuple[str, str], today: date) -> list[Project]:
    rows = [
        _lead(
            f"{city[:4]}-{today.year - 1}-{5000 + place}", county, today, today - timedelta(days=40 - place)
        )
        for place, county in enumerate(counties, 1)
    ]
    await imports.write_projects(session, Principal.system(city), rows)
    codes = [row.code for row in rows]
    found = await session.scalars(
        select(Project)
        .where(col(Project.city) == city, col(Project.code).in_(codes))
        .order_by(col(Project.code))
    )
    return list(found)


def _lead(code: str, county: str, today: date, accepted_on: date) -> ProjectInput:
    return ProjectInput(
        code=code,
        channel="县区招商局",
        origin=county,
        name=DISPUTED.removesuffix("有限公司") + "项目",
        investor_name=DISPUTED,
        investor_credit_code=_STEM + uscc.calc_check_digit(_STEM),
        investor_registered="330200",
        fund_kind="province_outside",
        industry="3985",
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


async def _dispute(session: AsyncSession, crew: Crew, leads: list[Project], today: date) -> None:
    late = crew.officer(leads[1].origin)
    claim = OpenCase(projects=[leads[1].public_id], claim="寒塘项目两县均称首谈")
    case = await cases.open_case(session, late, claim, today)
    await cases.admit(session, crew.office, case.id, today)
    told = StatementForm(
        words="寒塘项目由本县区洽谈在先。",
        evidence_kind=Progress.visit_record,
        evidence="原件存县区招商局",
        happened_on=today - timedelta(days=12),
    )
    await cases.state_case(session, crew.officer(leads[0].origin), case.id, told, today)


async def _call(session: AsyncSession, officer: Principal, county: str, today: date) -> None:
    target = TargetIn(owner=county, firm_name=CHASED, chain="新能源及储能", reason="链主", follower="一组")
    await list_firm(session, officer, target, today)
    form = ContactIn(
        county=county,
        firm_name=CHASED,
        contact_on=today,
        purpose=Purpose.visit,
        person_role=PersonRole.bureau_head,
    )
    await file_contact(session, officer, form, today)


async def _offer(session: AsyncSession, crew: Crew, county: str, today: date) -> None:
    idea = OfferIn(
        city=crew.city,
        sender=OfferFrom.investor,
        firm_name=OFFERED,
        idea="拟建菌菇加工厂",
        land="约 40 亩",
        contact_name="联系人甲",
        contact_phone="000-0000000",
        consent=True,
    )
    await offers.leave(session, idea, today, secret="a secret of the walls' city", key="the walls' own key")
    row = next(item for item in (await inbox.inbox(session, crew.office, today)).items)
    await inbox.respond(session, crew.office, row.id, today, row.revision)
    given = AssignIn(county=county, reply="请县区与您对接")
    await inbox.assign(session, crew.office, row.id, given, today, row.revision + 1)
