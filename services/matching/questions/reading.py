"""Questions as their readers may see them, and why a project is not at a park, from what a run stored."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.matching import repo as runs
from services.matching.errors import NoSuchMatch
from services.matching.questions import repo
from services.matching.questions.schemas import QuestionAnswer, WhyNotCard
from services.matching.questions.show import Called, Reading, shown
from services.matching.questions.standing import Stored
from services.matching.questions.tables import MatchQuestion
from services.matching.sight import CITY_EYES, NAMED, OWN_PARKS, WHOLE, park_owners, parks_seen, sight_of
from services.projects import repo as projects
from services.projects.lists import views_of
from services.projects.tables import Project


async def answer_of(
    session: AsyncSession, principal: Principal, rows: Sequence[MatchQuestion]
) -> list[QuestionAnswer]:
    """Show questions; those on a pair whose explanation the reader may not see (any more) are left out."""
    owners = await park_owners(session, principal.city)
    city_eyes = principal.role in CITY_EYES
    named: set[str] = {str(row.project) for row in rows if row.project is not None}
    if city_eyes:
        named |= {lead for row in rows for lead in _leads_in(row.answer)}
    called, seen = await _calls(session, principal, owners, named)
    answers = []
    for row in rows:
        project = None if row.project is None else str(row.project)
        parks = frozenset(owners) if project is None else seen.get(project, frozenset())
        if not parks or (row.park is not None and row.park not in parks):
            continue
        reading = Reading(city_eyes=city_eyes, leads=called, parks=parks)
        answers.append(
            QuestionAnswer(
                id=row.id,
                run=row.run,
                kind=row.kind,
                project=None if project is None else called[project].project,
                park=row.park,
                level=row.level,
                asked=row.asked if project is None else {},
                state=row.state,
                failure=row.failure,
                snapshot_sha256=row.snapshot_sha256 if city_eyes else None,
                created_at=row.created_at,
                finished_at=row.finished_at,
                answer=None if row.answer is None else shown(row.answer, reading),
            )
        )
    return answers


def _leads_in(value: Any) -> Iterable[str]:
    """Every lead that an answer names."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "lead" and isinstance(item, str):
                yield item
            else:
                yield from _leads_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leads_in(item)


async def _calls(
    session: AsyncSession, principal: Principal, owners: dict[str, str], leads: set[str]
) -> tuple[dict[str, Called], dict[str, frozenset[str]]]:
    """Tell what each project is called to a reader, and the parks at which they may read of it."""
    ids = [UUID(lead) for lead in leads]
    query = projects.visible_to(principal).where(col(Project.id).in_(ids))
    found = (await session.scalars(query)).all() if ids else []
    called: dict[str, Called] = {}
    seen: dict[str, frozenset[str]] = {}
    for project, view in await views_of(session, principal, found):
        if view in WHOLE | OWN_PARKS:
            key = str(project.id)
            name = project.name if view in NAMED else None
            called[key] = Called(project.public_id, project.code_name, name)
            seen[key] = parks_seen(principal, view, owners)
    return called, seen


async def why_not(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    run_id: UUID | None = None,
    *,
    park: str | None = None,
    county: str | None = None,
) -> WhyNotCard:
    """Tell how parks stood for a project in a run: one park, a county's, or all that the reader may see.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        NoSuchMatch: no stored run knows it, or the asker may not read of that park or county.
    """
    sight = await sight_of(session, principal, ref)
    city, project = principal.city, sight.dossier.project.id
    run = await runs.latest_done(session, city) if run_id is None else await runs.run(session, city, run_id)
    if run is None or await runs.placement(session, city, run.id, project) is None:
        raise NoSuchMatch
    wanted = [
        code for code in sorted(sight.parks) if park in {None, code} and county in {None, sight.owners[code]}
    ]
    if not wanted:
        raise NoSuchMatch
    placed = await runs.placements(session, city, run.id)
    rows = await repo.of_project(session, city, run.id, project)
    readable = [row for row in rows if sight.city_eyes or row.county == principal.county]
    stored = Stored(
        sight=sight,
        candidates={row.park: row for row in await runs.candidates(session, city, run.id, project)},
        rejections=await runs.rejections(session, city, run.id, project),
        shortages={row.park: row for row in await repo.shortages(session, city, run.id, project)},
        others=Counter(row.park for row in placed if row.park is not None and row.project != project),
        questions=await answer_of(session, principal, readable),
    )
    host = next((row.park for row in placed if row.project == project), None)
    return WhyNotCard(
        run=run.id,
        as_of=run.as_of,
        project=sight.dossier.project.public_id,
        host=host if host in sight.parks else None,
        parks=tuple(stored.standing(code) for code in wanted),
    )
