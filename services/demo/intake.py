"""Before a lead: a target firm, contacts up to the limit, a filing that is refused, an idea of the public."""

import secrets
from datetime import date, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from stdnum.cn import uscc

from auth.principal import Principal
from services.demo.crew import Crew
from services.demo.progress import Step
from services.entry.errors import EntryRefused
from services.intake import inbox, offers
from services.intake.contacts import file_contact
from services.intake.errors import FirmCrowded
from services.intake.schemas import AssignIn, ContactIn, OfferIn, OfferLeft, TargetIn
from services.intake.targets import list_firm
from services.intake.words import OfferFrom, PersonRole, Purpose
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.projects.channels import PUBLIC, FilingReason
from services.projects.schemas import ProjectForm
from services.projects.service import register
from services.projects.words import FundKind
from services.regions.ground import existing_counties

CHASED: Final = "云岭朝晖储能科技有限公司"
INVESTOR: Final = "晴川致远菌菇食品有限公司"
_STEM: Final = "91330100MA2DEM0X1"
_CALLERS: Final = 3
_WAN: Final = 1_000_000


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Play the chapter on firms of its own.

    Returns:
        how many contacts were filed and refused, how many entry rules the refused filing broke, and the
        offer's number and tracking code.
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        regions = await existing_counties(session, crew.city)
        counties = sorted(code for code in regions if code != crew.city)[:_CALLERS]
        officers = [crew.officer(county) for county in counties]
        filed, refused = await _call(session, crew, list(zip(counties, officers, strict=True)), today)
    async with database.session() as session:
        broken = await _too_small(session, officers[0], counties[0], today)
    async with database.session() as session:
        left = await _public(session, crew, counties[0], today)
    step.note(lazy("接触备案 {filed} 条，超限拒绝 {refused} 条"), filed=filed, refused=refused)
    step.note(lazy("准入不符 {broken} 项，公开受理 {number}"), broken=broken, number=left.number)
    return {"contacts": filed, "refused": refused, "broken": broken, "offer": left.number, "code": left.code}


async def _call(
    session: AsyncSession, crew: Crew, callers: list[tuple[str, Principal]], today: date
) -> tuple[int, int]:
    """List a firm and let each county call on it: those beyond the limit are refused."""
    for owner, person in ((crew.city, crew.office), callers[0]):
        target = TargetIn(
            owner=owner, firm_name=CHASED, chain="新能源及储能", reason="储能链主企业", follower="招商工作队"
        )
        await list_firm(session, person, target, today)
    filed = refused = 0
    for days, (county, officer) in enumerate(callers):
        form = ContactIn(
            county=county,
            firm_name=CHASED,
            contact_on=today + timedelta(days=days),
            purpose=Purpose.visit,
            person_role=PersonRole.bureau_head,
        )
        try:
            await file_contact(session, officer, form, today)
            filed += 1
        except FirmCrowded:
            refused += 1
    return filed, refused


async def _too_small(session: AsyncSession, officer: Principal, county: str, today: date) -> int:
    """File a project below the thresholds; how many rules it breaks."""
    form = _form(county, today, "").model_copy(
        update={"investment_fen": 4_000 * _WAN, "fixed_investment_fen": 3_000 * _WAN}
    )
    try:
        await register(session, officer, form)
    except EntryRefused as error:
        return len(error.findings)
    return 0


async def _public(session: AsyncSession, crew: Crew, county: str, today: date) -> OfferLeft:
    """Take an idea of the public from its form to a lead of a county."""
    idea = OfferIn(
        city=crew.city,
        sender=OfferFrom.investor,
        firm_name=INVESTOR,
        idea="拟建食用菌精深加工生产线，分两期",
        land="约 80 亩",
        contact_name="联系人甲",
        contact_phone="000-0000000",
        consent=True,
    )
    key = secrets.token_urlsafe()
    left, _before = await offers.leave(session, idea, today, secret=secrets.token_urlsafe(), key=key)
    row = next(item for item in (await inbox.inbox(session, crew.office, today)).items)
    await inbox.respond(session, crew.office, row.id, today, row.revision)
    given = AssignIn(county=county, reply="已请所在县区与您对接，联系由市级统一安排。")
    assigned = await inbox.assign(session, crew.office, row.id, given, today, row.revision + 1)
    lead = await register(session, crew.officer(county), _form(county, today, left.number))
    await inbox.file(session, crew.officer(county), row.id, lead.public_id, today, assigned.revision)
    return left


def _form(county: str, today: date, number: str) -> ProjectForm:
    return ProjectForm(
        origin=county,
        channel=PUBLIC,
        channel_reference=number or "未编号",
        name="晴川致远食用菌加工项目",
        investor_name=INVESTOR,
        investor_credit_code=_STEM + uscc.calc_check_digit(_STEM),
        investor_registered="330100",
        fund_kind=FundKind.province_outside,
        industry="1372",
        investment_fen=18_000 * _WAN,
        fixed_investment_fen=15_000 * _WAN,
        land_mu=8_000,
        hall_m2=0,
        energy_tce=2_100,
        water_td=90,
        cod_kg=800,
        output_fen=26_000 * _WAN,
        tax_fen=1_100 * _WAN,
        first_talk_on=today,
        land_deadline=today + timedelta(days=300),
        filing_reason=FilingReason.new_build,
        filing_consent_on=today,
        filing_consent_evidence="公开受理提交时的同意",
    )
