"""A chapter on the pool: terms before a name, a hold refused by the cap, a major project assigned."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from auth.principal import Principal
from services.demo.crew import Crew
from services.demo.placing import assign_by_meeting, commitment_for, joint_minutes
from services.demo.progress import Step
from services.demo.recording import record_compliance
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.pooling import investors
from services.pooling import service as pooling
from services.pooling.schemas import InvestorAnswerForm, LinkForm
from services.projects import service as projects
from services.projects.errors import HoldCapReached, NameBeforeTerms
from services.projects.pool_forms import AgreementForm
from services.projects.schemas import (
    AcceptanceForm,
    ChoiceForm,
    MoveForm,
    ProjectForm,
    TransferForm,
)
from services.projects.tables import Project
from services.projects.words import TransferReason
from services.regions.settings import set_setting, settings_on

WAN: Final = 1_000_000
PARKS: Final = "SELECT code, owner FROM park WHERE city = :city AND owner <> :city ORDER BY code DESC"
CAP: Final = "open_hold_cap"

FIRMS: Final = (
    ("云杉智能仓储设备项目", "苏州云杉智能仓储设备有限公司", "91320500MA7XCHA2BP", 15_000),
    ("青禾食品装备项目", "无锡青禾食品装备有限公司", "91320200MA7XCHA3CC", 13_000),
    ("远川新材料项目", "南通远川新材料科技有限公司", "91320600MA7XCHB4DT", 120_000),
)
"""Fictional firms: project, investor, credit code, investment in 万元; the third is a major project."""


@dataclass(frozen=True, slots=True)
class _Sides:
    """Who passes the leads on, and who takes them."""

    origin: str
    host: str
    park: str
    today: date


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Tell the chapter on leads of its own; receipts, statements and placements stay as they are.

    Returns:
        How often the name was refused before the terms, what the second hold was refused with, and the
        minutes that assigned the major project.
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        parks = [(row.code, row.owner) for row in await session.execute(text(PARKS), {"city": crew.city})]
    park, host = parks[0]
    origin = next(owner for _, owner in parks if owner != host)
    sides = _Sides(origin, host, park, today)
    refused = 0
    leads = []
    for firm in FIRMS:
        async with database.session() as session:
            lead = await _pooled(session, crew, sides, *firm)
            refused += await _terms_before_name(session, crew, sides, lead)
            leads.append(lead)
    first, second, major = leads
    async with database.session() as session:
        cap = await _refused_by_cap(session, crew, sides, first, second)
    async with database.session() as session:
        await assign_by_meeting(session, crew, major, park, today)
        minutes = joint_minutes(major, today)
        await projects.take_hold(session, crew.office, major.id, park, minutes=minutes)
    step.note(lazy("保底之前要名称被拒 {count} 次；超上限的持有被拒；重大项目由联席会议指定"), count=refused)
    return {"names_refused": refused, "cap": cap, "minutes": minutes}


async def _pooled(
    session: AsyncSession, crew: Crew, sides: _Sides, name: str, investor: str, code: str, wan: int
) -> Project:
    """Bring a new lead into the pool, each step by the person whose step it is."""
    officer, office, today = crew.officer(sides.origin), crew.office, sides.today
    form = ProjectForm.model_validate(
        {
            "origin": sides.origin,
            "channel": "以商招商",
            "channel_unit": "本地链主企业",
            "filing_reason": "new_build",
            "name": name,
            "investor_name": investor,
            "investor_credit_code": code,
            "investor_registered": "320500",
            "fund_kind": "province_outside",
            "industry": "3591",
            "investment_fen": wan * WAN,
            "fixed_investment_fen": wan * WAN * 3 // 4,
            "land_mu": 500,
            "hall_m2": 0,
            "energy_tce": 100,
            "water_td": 5,
            "cod_kg": 10,
            "output_fen": wan * WAN,
            "tax_fen": wan * WAN // 20,
            "first_talk_on": today,
            "land_deadline": today.replace(month=12, day=31),
        }
    )
    made = await projects.register(session, officer, form)
    await projects.move(session, crew.leader(sides.origin), made.id, MoveForm(action=Action.review))
    await projects.move(session, office, made.id, MoveForm(action=Action.accept))
    asked = TransferForm(
        reason=TransferReason.positioning,
        evidence="产业定位对照表",
        investor_consent_on=today,
        floor_ratio_bp=4_000,
        floor_years=5,
        upfront_fen=0,
        recall_days=90,
    )
    await projects.request_transfer(session, officer, made.id, asked)
    other = crew.one(office.role, crew.city, but=(office.account,))
    await projects.move(session, other, made.id, MoveForm(action=Action.pool))
    return made


async def _terms_before_name(session: AsyncSession, crew: Crew, sides: _Sides, lead: Project) -> int:
    """Ask for the name too early, accept the terms, and let investor and origin agree; up to the choice.

    Returns:
        How often the name was refused.
    """
    ref, host = lead.public_id, crew.officer(sides.host)
    await projects.propose(session, crew.office, lead.id, [sides.park])
    refused = await _asks_too_early(session, host, ref)
    terms = AcceptanceForm(park=sides.park)
    await projects.accept_terms(session, crew.leader(sides.host), ref, terms)
    origin = crew.officer(sides.origin)
    link = await investors.issue(session, origin, lead.id, LinkForm(contact="首谈地招商局（演示）"))
    agreed = InvestorAnswerForm(subject="counties", agree=True, counties=[sides.host])
    await investors.answer(session, str(link.code), agreed)
    await projects.agree_to_name(session, origin, lead.id, AgreementForm(counties=[sides.host]))
    await pooling.name_of(session, host, ref)
    await projects.commit(session, host, ref, commitment_for(lead, sides.park))
    await record_compliance(session, crew, lead, sides.host, sides.today)
    choice = ChoiceForm(park=sides.park, consented_on=sides.today, evidence="投资方选址确认函")
    await projects.record_choice(session, crew.office, lead.id, choice)
    return refused


async def _asks_too_early(session: AsyncSession, host: Principal, ref: str) -> int:
    try:
        await pooling.name_of(session, host, ref)
    except NameBeforeTerms:
        return 1
    return 0


async def _refused_by_cap(
    session: AsyncSession, crew: Crew, sides: _Sides, first: Project, second: Project
) -> str:
    """Let the county have one more open hold, and refuse the next; then the city's figure stands again."""
    usual = (await settings_on(session, crew.city, sides.today)).open_hold_cap
    box = await pooling.rules_box(session, crew.officer(sides.host))
    await set_setting(session, crew.office, CAP, box.open_holds + 1, sides.today)
    await projects.take_hold(session, crew.office, first.id, sides.park)
    said = ""
    try:
        async with session.begin_nested():
            await projects.take_hold(session, crew.office, second.id, sides.park)
    except DomainError as error:
        said = error.slug
    if said != HoldCapReached.slug:
        message = f"the second hold was answered with {said!r}"
        raise LookupError(message)
    await set_setting(session, crew.office, CAP, usual, sides.today)
    return said
