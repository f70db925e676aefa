"""A run with a lead that is too large for every park, and questions about it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.kit.database import Database
from services.matching import service as matching
from services.matching.questions import repo, service, work
from services.matching.questions.forms import (
    AlternativesForm,
    PairForm,
    ParkChangeForm,
    ScenarioForm,
    WouldWinForm,
)
from services.matching.questions.schemas import QuestionAnswer
from services.matching.questions.tables import MatchQuestion
from services.matching.questions.words import QuestionKind
from services.matching.schemas import RunForm
from services.projects import service as projects
from tests.services.matching import factories as make
from tests.services.projects import factories as projects_make

BIG = "6110-2026-0005"
NEED, ROOM, SHORT = 21_000, 20_000, 1_000
"""The large lead wants 210 mu where the largest park has 200."""
WAN = 1_000_000
OFFICE = make.OFFICE
ORIGIN = projects_make.officer(make.DANFENG)
HOST = projects_make.officer(make.LUONAN)
OTHER_HOST = projects_make.officer(make.SHANGZHOU)
AUDITOR = projects_make.principal(projects_make.Role.auditor, make.CITY)
PARK = make.LUONAN_PARK
MORE = ScenarioForm(title="多 20 亩", parks=(ParkChangeForm(park=PARK, land_mu=2 * SHORT),))


def big() -> projects_make.ProjectInput:
    """A lead that is barred nowhere and fits nowhere."""
    return projects_make.project_input(
        BIG,
        industry="3982",
        land_mu=NEED,
        investment_fen=100_000 * WAN,
        fixed_investment_fen=80_000 * WAN,
        tax_fen=20_000 * WAN,
        land_deadline=make.rows()[3].land_deadline,
    )


async def build(database: Database) -> None:
    """Store the pool, run it, propose the large lead to one park, and ask one question of each kind."""
    async with database.session() as session:
        await projects_make.make_pool(session, *make.rows(), big())
    async with database.session() as session:  # time enough for a proof on a busy machine
        run = await matching.request_run(session, OFFICE, RunForm(seconds=60))
    await make.execute(database, run.id, wall=120)
    async with database.session() as session:
        lead = await make.project(session, BIG)
        await projects.propose(session, OFFICE, str(lead.id), [PARK])
    for who, kind in ((OFFICE, QuestionKind.would_win), (HOST, QuestionKind.would_win), (OFFICE, None)):
        async with database.session() as session:
            row = (
                await ask(session, who, BIG, kind) if kind else await service.ask_scenario(session, who, MORE)
            )
        await work.execute(database, make.CITY, row.id, memory_mb=make.MEMORY_MB, wall=60)


async def ask(
    session: AsyncSession,
    who: Principal,
    code: str,
    kind: QuestionKind,
    *,
    park: str = PARK,
    level: int = 2,
    run: UUID | None = None,
) -> MatchQuestion:
    """Ask about a project by its registration number."""
    ref = (await make.project(session, code)).public_id
    if kind is QuestionKind.alternatives:
        return await service.ask_alternatives(session, who, ref, AlternativesForm(run=run))
    if kind is QuestionKind.would_win:
        form = WouldWinForm(park=park, level=level, run=run)
        return await service.ask_pair(session, who, ref, kind, form, level=level)
    return await service.ask_pair(session, who, ref, kind, PairForm(park=park, run=run))


async def worked_out(database: Database, who: Principal, row: MatchQuestion) -> QuestionAnswer:
    """Work out a question and read its answer."""
    await work.execute(database, make.CITY, row.id, memory_mb=make.MEMORY_MB, wall=60)
    async with database.session() as session:
        return await service.question_of(session, who, row.id)


async def asked(session: AsyncSession, who: Principal, kind: QuestionKind) -> MatchQuestion:
    """The question of a kind that a county asked in `build`."""
    run = await make_run(session)
    rows = await repo.of_project(session, make.CITY, run, (await make.project(session, BIG)).id)
    return next(row for row in rows if row.kind is kind and row.county == who.county)


async def make_run(session: AsyncSession) -> UUID:
    """The latest run's id."""
    from services.matching import repo as runs

    found = await runs.latest_done(session, make.CITY)
    assert found is not None
    return found.id
