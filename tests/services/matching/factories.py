"""A small city with a pool that the matcher can place: by land, by hall, nowhere, and in two places."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.kit.clock import Clock
from services.kit.database import Database
from services.matching import service
from services.matching.questions import service as questions
from services.matching.questions import work
from services.matching.questions.forms import PairForm
from services.matching.questions.words import QuestionKind
from services.matching.schemas import RunForm
from services.matching.tables import MatchRun
from services.projects import service as projects
from services.projects.schemas import AcceptanceForm
from services.projects.tables import Project
from tests.services.compliance import records
from tests.services.projects import factories as projects_make
from tests.services.projects import road

CITY, SHANGZHOU, LUONAN, DANFENG = (
    projects_make.CITY,
    projects_make.SHANGZHOU,
    projects_make.LUONAN,
    projects_make.DANFENG,
)
PARK, CITY_PARK, LUONAN_PARK = projects_make.PARK, projects_make.CITY_PARK, projects_make.LUONAN_PARK
OFFICE = projects_make.OFFICE
SECOND = projects_make.principal(projects_make.Role.city_office, CITY, 2)
LAND, HALL, BLOCKED, WIDE = "6110-2026-0001", "6110-2026-0002", "6110-2026-0003", "6110-2026-0004"
SECONDS, MEMORY_MB = 5, 2048


def rows() -> list[projects_make.ProjectInput]:
    """The leads, all of Danfeng, which has no park."""
    wan = 1_000_000
    return [
        projects_make.project_input(LAND, industry="3963", tax_fen=3_000 * wan),
        projects_make.project_input(HALL, industry="3922", land_mu=0, hall_m2=9_000, tax_fen=500 * wan),
        projects_make.project_input(BLOCKED, industry="2710", land_mu=30_000, tax_fen=100 * wan),
        projects_make.project_input(
            WIDE, industry="3982", land_mu=5_000, tax_fen=3_000 * wan, land_deadline=date(2027, 9, 1)
        ),
    ]


async def make_pool(session: AsyncSession) -> None:
    await projects_make.make_pool(session, *rows())


async def project(session: AsyncSession, code: str) -> Project:
    return (await session.scalars(select(Project).where(col(Project.code) == code))).one()


async def request(database: Database, *, warm: bool = False) -> MatchRun:
    async with database.session() as session:
        return await service.request_run(session, OFFICE, RunForm(seconds=SECONDS, warm=warm))


async def execute(database: Database, run: UUID, *, memory_mb: int = MEMORY_MB, wall: float = 300) -> None:
    await service.execute(database, Clock(), CITY, run, memory_mb=memory_mb, wall=wall)


async def run_of(database: Database, run: UUID) -> MatchRun:
    async with database.session() as session:
        return await service.run_of(session, OFFICE, run)


async def stored_run(database: Database, *, warm: bool = False) -> MatchRun:
    """Ask for a run, carry it out, and return it."""
    asked = await request(database, warm=warm)
    await execute(database, asked.id)
    return await run_of(database, asked.id)


async def latest_run(database: Database) -> MatchRun:
    """The latest stored run."""
    async with database.session() as session:
        found = await service.latest(session, OFFICE)
    assert found is not None
    return found


async def price(database: Database, code: str, park: str) -> None:
    """Let the city's office ask what a park costs against the latest run, and have it answered."""
    async with database.session() as session:
        found = await project(session, code)
        form = PairForm(park=park)
        asked = await questions.ask_pair(session, OFFICE, found.id, QuestionKind.override_price, form)
    await work.execute(database, CITY, asked.id, memory_mb=MEMORY_MB)


async def choose(session: AsyncSession, code: str, park: str, county: str) -> Project:
    """Bring a proposed lead to the investor's choice of a park, with all records that a decision needs."""
    found = await project(session, code)
    await projects.accept_terms(
        session, projects_make.leader(county), found.public_id, AcceptanceForm(park=park)
    )
    await projects.record_consent(session, road.OFFICER, found.id, road.consent(county))
    letter = road.letter(park)
    await projects.commit(session, projects_make.officer(county), found.public_id, letter)
    chosen = await projects.record_choice(session, OFFICE, found.id, road.choice(park))
    await records.complete(session, found.id, county)
    return chosen
