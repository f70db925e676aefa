"""How the demo's officers bring a matched lead to its signature, each step by the person whose step it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import State
from allocation.sharing.terms import Method
from auth.principal import Principal
from services.agreements.confirmations import open_confirmation
from services.agreements.schemas import AgreementIn
from services.agreements.service import draft_agreement, send_agreement
from services.agreements.signing import check_signature, upload_signature
from services.agreements.words import AGREEMENT_PARTIES, CONFIRMATION_PARTIES, PaperKind, Party
from services.demo.crew import Crew
from services.demo.recording import record_compliance
from services.demo.scan import scan_of
from services.pooling import meetings
from services.pooling.schemas import AssignmentForm, ItemForm, MeetingForm, MinutesForm, OpinionForm
from services.projects import service as projects
from services.projects.pool_forms import ProgressForm
from services.projects.pool_words import Department, Position, ProgressKind
from services.projects.schemas import AcceptanceForm, ChoiceForm, CommitmentForm, ConsentForm
from services.projects.tables import Project, Transfer
from services.regions.settings import settings_on

LEAST_YEARS = 5
MINUTES = "演示〔{year}〕1号"
DEPARTMENTS = (Department.reform, Department.natural_resources, Department.ecology)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the match put a project: its park and county, and the hosts in the order of their scores."""

    project: UUID
    park: str
    county: str
    ranked: Sequence[str]


async def agree_on_host(
    session: AsyncSession, crew: Crew, project: Project, place: Place, today: date
) -> None:
    """Take a pooled project to the investor's choice: proposed, terms accepted, named, committed, chosen.

    What the city's decision needs on record is recorded too.
    """
    office, ref = crew.office, project.public_id
    await projects.propose(session, office, ref, list(place.ranked))
    await projects.accept_terms(session, crew.leader(place.county), ref, AcceptanceForm(park=place.park))
    named = ConsentForm(counties=[place.county], consented_on=today, evidence="投资方同意函")
    await projects.record_consent(session, crew.officer(project.origin), ref, named)
    await projects.commit(session, crew.officer(place.county), ref, commitment_for(project, place.park))
    choice = ChoiceForm(park=place.park, consented_on=today, evidence="投资方选址确认函")
    await projects.record_choice(session, office, ref, choice)
    await record_compliance(session, crew, project, place.county, today)
    settings = await settings_on(session, crew.city, today)
    if project.investment_fen >= settings.major_threshold_fen:
        await assign_by_meeting(session, crew, project, place.park, today)


def joint_minutes(project: Project, today: date) -> str:
    """Name the minutes of the joint meeting that takes a project up."""
    return f"演示联席会议纪要〔{today.year}〕{project.code[-4:]}号"


async def assign_by_meeting(
    session: AsyncSession, crew: Crew, project: Project, park: str, today: date
) -> None:
    """Let the joint meeting hear three departments in writing and assign a major project."""
    office = crew.office
    called = await meetings.call(
        session, office, MeetingForm(title="重大项目联席会议", held_on=today, agenda="审议重大项目落位")
    )
    asked = ItemForm(project=project.public_id, question="落位园区")
    item = await meetings.put_on_agenda(session, office, called.id, asked)
    for number, body in enumerate(DEPARTMENTS, start=1):
        document = f"演示函〔{today.year}〕{number}号"
        opinion = OpinionForm(body=body, position=Position.support, opinion="同意落位", document=document)
        await meetings.give_opinion(session, office, item.id, opinion)
    assigned = AssignmentForm(item=item.id, park=park, reason="要素保障最全")
    concluded = MinutesForm(
        minutes_no=joint_minutes(project, today), minutes_on=today, assignments=[assigned]
    )
    await meetings.conclude(session, office, called.id, concluded)


async def show_progress(
    session: AsyncSession, crew: Crew, project: Project, place: Place, today: date
) -> None:
    """Let the host file its land letter, so that its hold does not count as one without progress."""
    proof = ProgressForm(
        kind=ProgressKind.land_letter,
        document=f"供地函〔{today.year}〕{project.code[-4:]}号",
        happened_on=today,
    )
    await projects.prove_progress(session, crew.officer(place.county), project.id, proof)


def commitment_for(project: Project, park: str) -> CommitmentForm:
    """Promise what the project needs, at the latest on its own date."""
    return CommitmentForm(
        park=park,
        land_mu=project.land_mu,
        hall_m2=project.hall_m2,
        energy_tce=project.energy_tce,
        water_td=project.water_td,
        cod_kg=project.cod_kg,
        ready_on=project.land_deadline,
        promises="按项目需求保障用地、厂房、能耗、用水和排放指标",
        finance_review="县区财政局已审核",
        legal_review="已通过合法性审查和公平竞争审查",
    )


async def sign_papers(
    session: AsyncSession, crew: Crew, project: Project, transfer: Transfer, now: datetime, today: date
) -> None:
    """Draw, sign and check both papers of a held project; the last check records the project as signed."""
    if project.state is not State.held or project.host_county is None:
        return
    drafter = crew.officer(project.host_county)
    confirmation = await open_confirmation(session, drafter, str(project.id), today)
    for party in CONFIRMATION_PARTIES:
        await _sign(session, crew, project, PaperKind.confirmation, confirmation.id, party, now, today)
    proposed = AgreementIn(
        method=Method.fixed,
        ratios_bp=[transfer.floor_ratio_bp],
        years=max(transfer.floor_years, LEAST_YEARS),
        effective_on=today,
        project=str(project.id),
        minutes_no=MINUTES.format(year=today.year),
        minutes_on=today,
        deduction_consent=True,
    )
    agreement = await draft_agreement(session, drafter, proposed, today)
    await send_agreement(session, drafter, agreement.id, agreement.revision)
    for party in AGREEMENT_PARTIES:
        await _sign(session, crew, project, PaperKind.agreement, agreement.id, party, now, today)


async def _sign(
    session: AsyncSession,
    crew: Crew,
    project: Project,
    kind: PaperKind,
    paper: UUID,
    party: Party,
    now: datetime,
    today: date,
) -> None:
    """Upload one side's scan and let another person check it."""
    maker, checker = _pair(crew, project, party)
    signature = await upload_signature(
        session,
        maker,
        kind,
        paper,
        party=party,
        signer=_signer(project, party),
        signed_on=today,
        name=f"{project.code}-{party.value}.pdf",
        content=scan_of(f"{project.code} {kind.value} {party.value}"),
        today=today,
    )
    await check_signature(session, checker, kind, paper, signature.id, now=now)


def _pair(crew: Crew, project: Project, party: Party) -> tuple[Principal, Principal]:
    """Return who uploads a side's scan and who checks it."""
    if party is Party.witness:
        maker, checker, *_ = crew.finance()
        return maker, checker
    region = project.origin if party is Party.origin else str(project.host_county)
    maker = crew.officer(region)
    return maker, crew.leader(region, but=(maker.account,))


SIGNERS = {Party.origin: "首谈地授权代表", Party.host: "落地地授权代表", Party.witness: "市财政局授权代表"}


def _signer(project: Project, party: Party) -> str:
    return SIGNERS.get(party, project.investor_name)
