"""A city in the middle of its work: the example files, leads at every step of their road, statements.

Made once and copied: two worlds that come from one copy have the same ids, people and sign-ins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import State
from auth.principal import Principal, Role
from services.accounts.bootstrap import create_demo_accounts
from services.accounts.keys import load_keys
from services.accounts.sign_in import open_session
from services.accounts.tables import Account, SessionKind
from services.demo import money
from services.demo.crew import Crew
from services.demo.placing import Place, agree_on_host, joint_minutes, sign_papers
from services.kit.clock import Clock
from services.kit.database import Database
from services.matching.fair_rules import set_rule
from services.matching.fair_schemas import FairnessForm
from services.matching.objecting import object_to
from services.matching.objection_schemas import MatchObjectionForm
from services.matching.objection_words import Ground
from services.matching.questions import service as questions
from services.matching.questions import work
from services.matching.questions.forms import PairForm
from services.matching.questions.words import QuestionKind
from services.matching.run_requests import request_run
from services.matching.runs import execute
from services.matching.schemas import RunForm
from services.matching.tables import MatchRun
from services.matching.words import RunState
from services.projects import service as projects
from services.projects.steps.deciding import take_hold
from services.projects.tables import Project, Proposal, Transfer
from services.projects.words import TransferState
from services.regions.imports import existing_counties, existing_parks
from tests.conftest import SECRET
from tests.services.console.city import CITY, TODAY, load_city
from tests.walls.planting import plant

NOW: Final = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
ORIGIN: Final = "611026"
"""Whose leads the other counties must not see through."""
OUTSIDER: Final = "611002"
HOST: Final = "611021"
HOST_PARK: Final = "6110P04"
OUTSIDER_PARK: Final = "6110P01"
MONTHS: Final = ("2026-01", "2026-02", "2026-03")


class Still(Clock):
    """A clock that stands still, so that two worlds answer the same."""

    def now(self) -> datetime:
        return NOW


@dataclass(frozen=True, slots=True)
class World:
    """What tests need to know of the city."""

    people: Mapping[tuple[Role, str], Principal]
    cookies: Mapping[tuple[Role, str], str]
    leads: Mapping[str, UUID]
    """One lead of each kind: sealed, proposed, revealed, held, signed, private; all of other counties."""

    def person(self, role: Role, office: str | None = None) -> Principal:
        return self.people[role, office or office_of(role)]


def office_of(role: Role) -> str:
    """The office of a role's one person: the outsider's county, its park, or the city."""
    if role in {Role.county_officer, Role.county_leader, Role.county_finance}:
        return OUTSIDER
    return OUTSIDER_PARK if role is Role.park_officer else CITY


async def build(url: str) -> World:
    """Build the city in a migrated, empty database."""
    await load_city(url)
    database = Database(url)
    try:
        async with database.session() as session:
            crew = await _crew(session)
        await _match(database, crew)
        leads = await _walk(database, crew)
        await _ask(database, crew, leads)
        await plant(database, crew, (HOST, ORIGIN), leads["private"], leads["sealed"], TODAY)
        for month in MONTHS:
            async with database.session() as session:
                await money.compute_one(session, crew, month, TODAY)
        async with database.session() as session:
            people, cookies = await _sign_in(session, crew)
            # So that all copies of the city sign with one key.
            await load_keys(session, SECRET, NOW)
    finally:
        await database.close()
    return World(people, cookies, leads)


async def _crew(session: AsyncSession) -> Crew:
    counties = {code: row.name for code, row in (await existing_counties(session, CITY)).items()}
    parks = {code: row.owner for code, row in (await existing_parks(session, CITY)).items()}
    return Crew(
        CITY, await create_demo_accounts(session, CITY, name="商洛市", counties=counties, parks=parks)
    )


async def _match(database: Database, crew: Crew) -> None:
    """Match the pool under a rule of fairness: ranks, reasons, proposals and each county's line to hide."""
    async with database.session() as session:
        rule = FairnessForm(effective_from=TODAY, enabled=True, floor_bp=5_000, credits=True)
        await set_rule(session, crew.office, Still(), rule, 0)
    async with database.session() as session:
        run = await request_run(session, crew.office, RunForm(seconds=5))
    await execute(database, Still(), CITY, run.id, memory_mb=2048)
    async with database.session() as session:
        done = await session.get_one(MatchRun, (CITY, run.id))
        assert done.state is RunState.done, done.failure


async def _ask(database: Database, crew: Crew, leads: Mapping[str, UUID]) -> None:
    """Ask as the outsider and as the city's office, so that there are answers that tell of other leads."""
    async with database.session() as session:
        lead = (await session.get_one(Project, (CITY, leads["proposed"]))).public_id
    outsider = crew.one(Role.county_officer, OUTSIDER)
    for who, kind, level in (
        (outsider, QuestionKind.would_win, 2),
        (outsider, QuestionKind.why_not, None),
        (crew.office, QuestionKind.override_price, None),
    ):
        async with database.session() as session:
            form = PairForm(park=OUTSIDER_PARK)
            asked = await questions.ask_pair(session, who, lead, kind, form, level=level)
        await work.execute(database, CITY, asked.id, memory_mb=2048)


async def _walk(database: Database, crew: Crew) -> dict[str, UUID]:
    """Bring leads of other counties to the steps at which the outsider sees least, more, and nothing."""
    async with database.session() as session:
        rows = await session.execute(
            select(col(Project.id), col(Project.origin), col(Project.land_mu))
            .where(
                col(Project.city) == CITY,
                col(Project.state) == State.pooled,
                col(Project.origin).not_in([OUTSIDER, HOST]),
                ~select(Proposal.id)
                .where(
                    col(Proposal.city) == col(Project.city),
                    col(Proposal.project) == col(Project.id),
                    col(Proposal.county) == OUTSIDER,
                )
                .exists(),
            )
            # The least first: two of them are promised by one park.
            .order_by(col(Project.energy_tce), col(Project.code))
        )
        pooled = [row.id for row in rows]
        private = (
            await session.execute(
                select(col(Project.id))
                .where(
                    col(Project.city) == CITY,
                    col(Project.state) == State.accepted,
                    col(Project.origin) != OUTSIDER,
                )
                .order_by(col(Project.code))
            )
        ).scalars()
        leads = dict(zip(("sealed", "proposed", "revealed", "held", "signed"), pooled, strict=False))
        leads["private"] = next(iter(private))
    async with database.session() as session:
        await projects.propose(session, crew.office, str(leads["proposed"]), [OUTSIDER_PARK])
        await _object(session, crew, leads["proposed"])
    for kind, county, park in (
        ("revealed", OUTSIDER, OUTSIDER_PARK),
        ("held", HOST, HOST_PARK),
        ("signed", HOST, HOST_PARK),
    ):
        place = Place(project=leads[kind], park=park, county=county, ranked=[park])
        async with database.session() as session:
            lead, _ = await _lead(session, leads[kind])
            await agree_on_host(session, crew, lead, place, TODAY)
    for kind in ("held", "signed"):
        async with database.session() as session:
            lead, _ = await _lead(session, leads[kind])
            words = joint_minutes(lead, TODAY)
            await take_hold(session, crew.office, leads[kind], HOST_PARK, minutes=words)
    async with database.session() as session:
        lead, transfer = await _lead(session, leads["signed"])
        await sign_papers(session, crew, lead, transfer, NOW, TODAY)
    return leads


async def _object(session: AsyncSession, crew: Crew, lead: UUID) -> None:
    """Let a lead's origin object to its proposals, which no other county may learn."""
    found = await session.get_one(Project, (CITY, lead))
    form = MatchObjectionForm(ground=Ground.stock, reasons="推荐园区的供水余量与现场不符")
    await object_to(session, crew.officer(found.origin), form, ref=found.public_id)


async def _lead(session: AsyncSession, project: UUID) -> tuple[Project, Transfer]:
    row = await session.execute(
        select(Project, Transfer)
        .join(
            Transfer, (col(Transfer.city) == col(Project.city)) & (col(Transfer.project) == col(Project.id))
        )
        .where(col(Project.id) == project, col(Transfer.state) == TransferState.approved)
    )
    lead, transfer = row.one()
    return lead, transfer


async def _sign_in(
    session: AsyncSession, crew: Crew
) -> tuple[dict[tuple[Role, str], Principal], dict[tuple[Role, str], str]]:
    people: dict[tuple[Role, str], Principal] = {}
    cookies: dict[tuple[Role, str], str] = {}
    wanted = [(role, office_of(role)) for role in Role]
    wanted += [(role, ORIGIN) for role in (Role.county_officer, Role.county_leader, Role.county_finance)]
    for role, office in wanted:
        account = await session.get_one(Account, (CITY, crew.one(role, office).account))
        signed = await open_session(session, account, SessionKind.console, NOW)
        people[role, office] = signed.principal
        cookies[role, office] = signed.secret.text
    return people, cookies


def today() -> date:
    """The city's business date."""
    return TODAY
