"""A chapter on what the city answers for: a clause mended, an objection answered, an override priced."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.compliance.rules import Beneficiary
from allocation.lifecycle import Action
from auth.principal import Principal
from services.compliance import service as compliance
from services.compliance.schemas import ItemForm, SheetForm
from services.compliance.words import ItemKind
from services.demo.crew import Crew
from services.demo.placing import commitment_for
from services.demo.progress import Step
from services.demo.recording import record_compliance
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.matching import objections
from services.matching.objecting import object_to
from services.matching.objection_schemas import MatchAnswerForm, MatchObjectionForm, MessageForm
from services.matching.objection_words import Ground
from services.matching.questions import repo as questions_repo
from services.matching.questions import service as questions
from services.matching.questions import work
from services.matching.questions.forms import PairForm
from services.matching.questions.words import QuestionKind
from services.projects import service as projects
from services.projects.schemas import (
    AcceptanceForm,
    ConsentForm,
    MoveForm,
    ProjectForm,
    TransferForm,
)
from services.projects.tables import Project

MEMORY_MB: Final = 2048
WAN: Final = 1_000_000

SECOND_RANK = """
SELECT c.run, p.public_id AS ref, c.project, c.park FROM match_candidate AS c
JOIN project AS p ON p.city = c.city AND p.id = c.project
WHERE c.city = :city AND c.rank = 2 AND c.price IS NOT NULL
    AND c.run = (SELECT id FROM match_run WHERE city = :city AND state = 'done' ORDER BY id DESC LIMIT 1)
ORDER BY p.code LIMIT 1
"""
"""A lead of the latest run that could also stand at a second host, and that host."""

PARKS = """
SELECT k.code, k.owner, c.land_mu >= :land_mu AND c.energy_tce >= :energy_tce AND c.water_td >= :water_td
    AND c.cod_kg >= :cod_kg AS room
FROM park AS k
CROSS JOIN LATERAL capacity_left(k.city, k.code, '00000000-0000-0000-0000-000000000000') AS c
WHERE k.city = :city AND k.owner <> :city ORDER BY k.code
"""
"""The counties' parks, and whether each has room for the chapter's lead."""

NEEDS: Final = {"land_mu": 1_000, "energy_tce": 200, "water_td": 10, "cod_kg": 50}
"""A small plant on ten mu."""


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Tell the chapter on a lead of its own; receipts, statements and placements stay as they are.

    Returns:
        How many clauses stopped the approval before and after they were mended, how the objection ended, and
        what the override would cost (`loss`, and how many other leads `moved`; -1 without a run to ask).
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        parks = (await session.execute(text(PARKS), {"city": crew.city, **NEEDS})).all()
        host_park, host = next((row.code, row.owner) for row in parks if row.room)
        origin = next(row.owner for row in parks if row.owner != host)
        lead = await _candidate(session, crew, origin, host, host_park, today)
    async with database.session() as session:
        before, after = await _mend_clause(session, crew, lead, host, today)
    async with database.session() as session:
        outcome = await _objection(session, crew, lead, origin)
    loss, moved = await _price(database, crew)
    step.note(lazy("条款拦下 {before} 处，改后 {after} 处；异议已由另一人答复"), before=before, after=after)
    if loss >= 0:
        step.note(lazy("改选代价 {loss}，{moved} 个其他项目受影响"), loss=loss, moved=moved)
    return {"stopped": before, "left": after, "objection": outcome, "loss": loss, "moved": moved}


async def _candidate(
    session: AsyncSession, crew: Crew, origin: str, host: str, park: str, today: date
) -> UUID:
    """Bring a new lead to its host's commitment letter, each step by the person whose step it is."""
    officer, leader, office = crew.officer(origin), crew.leader(origin), crew.office
    made = await projects.register(session, officer, _form(origin, today))
    await projects.move(session, leader, made.id, MoveForm(action=Action.review))
    await projects.move(session, office, made.id, MoveForm(action=Action.accept))
    asked = TransferForm.model_validate(
        {
            "reason": "positioning",
            "evidence": "产业定位对照表",
            "investor_consent_on": today,
            "floor_ratio_bp": 4_000,
            "floor_years": 5,
            "upfront_fen": 0,
            "recall_days": 90,
        }
    )
    await projects.request_transfer(session, officer, made.id, asked)
    await projects.move(session, _other(crew, office), made.id, MoveForm(action=Action.pool))
    await projects.propose(session, office, made.id, [park])
    named = ConsentForm(counties=[host], consented_on=today, evidence="投资方同意函")
    await projects.record_consent(session, officer, made.id, named)
    await projects.accept_terms(session, crew.leader(host), made.public_id, AcceptanceForm(park=park))
    await projects.commit(session, crew.officer(host), made.public_id, commitment_for(made, park))
    return made.id


def _other(crew: Crew, person: Principal) -> Principal:
    return crew.one(person.role, crew.city, but=(person.account,))


def _form(origin: str, today: date) -> ProjectForm:
    return ProjectForm.model_validate(
        {
            "origin": origin,
            "channel": "以商招商",
            "channel_unit": "本地链主企业",
            "filing_reason": "new_build",
            "name": "清源净水膜组件项目",
            "investor_name": "厦门清源净水科技有限公司",
            "investor_credit_code": "91350200MA8XG7K3R1",
            "investor_registered": "350200",
            "fund_kind": "province_outside",
            "edition": "2017",
            "industry": "3591",
            "investment_fen": 12_000 * WAN,
            "fixed_investment_fen": 9_000 * WAN,
            **NEEDS,
            "hall_m2": 0,
            "output_fen": 9_000 * WAN,
            "tax_fen": 450 * WAN,
            "first_talk_on": today,
            "land_deadline": today.replace(month=12, day=31),
        }
    )


async def _mend_clause(
    session: AsyncSession, crew: Crew, lead: UUID, host: str, today: date
) -> tuple[int, int]:
    """Promise what may not be promised, be stopped, and promise what every firm of the park gets instead."""
    maker = crew.officer(host)
    forbidden = ItemForm(
        kind=ItemKind.award,
        what="投产后三年内，按企业缴纳税收的 30% 给予返还",
        beneficiary=Beneficiary.firm,
        quantity=3,
        unit="年",
        year=today.year + 2,
    )
    await compliance.record_sheet(session, maker, lead, SheetForm(county=host, items=[forbidden]))
    case = await compliance.open_case(session, crew.office, lead, host)
    before = sum(item.stops for item in case.found)
    await record_compliance(session, crew, case.project, host, today)
    mended = await compliance.open_case(session, crew.office, lead, host)
    return before, sum(item.stops for item in mended.found)


async def _objection(session: AsyncSession, crew: Crew, lead: UUID, origin: str) -> str:
    """Let the origin object to the proposal, and somebody without a hand in it answer."""
    ref = (await session.get_one(Project, (crew.city, lead))).public_id
    officer, office = crew.officer(origin), crew.office
    form = MatchObjectionForm(
        ground=Ground.stock, reasons="推荐园区的供水余量与现场不符，请核对", evidence="现场核查记录"
    )
    made = await object_to(session, officer, form, ref=ref)
    reviewer = _other(crew, office)
    await objections.name_reviewer(session, office, made, reviewer.account)
    await objections.say(session, reviewer, made, MessageForm(text="已请园区提供供水协议"))
    verdict = MatchAnswerForm(upheld=False, reason="供水协议载明余量充足，推荐依据无误")
    await objections.answer(session, reviewer, made, verdict)
    return "dismissed"


async def _price(database: Database, crew: Crew) -> tuple[int, int]:
    """Ask what it would cost to take a second rank, and have it answered by two exact solves."""
    async with database.session() as session:
        found: Sequence[Any] = (await session.execute(text(SECOND_RANK), {"city": crew.city})).all()
        if not found:
            return -1, 0
        run, ref, project, park = found[0]
        asked = await questions.ask_pair(
            session, crew.office, ref, QuestionKind.override_price, PairForm(run=run, park=park)
        )
    await work.execute(database, crew.city, asked.id, memory_mb=MEMORY_MB)
    async with database.session() as session:
        told = await questions_repo.override_price(session, crew.city, run, project, park)
    answer = None if told is None else told.answer
    if answer is None or answer["loss"] is None:
        return -1, 0
    return int(Decimal(answer["loss"])), len(answer["moved"])
