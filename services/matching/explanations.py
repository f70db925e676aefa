"""Who may read which part of a run: a county its own and its proposed projects, nobody's else."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.matching.result import UNITS, Rule
from auth.policy import View
from auth.principal import Principal
from services.kit.clock import Clock
from services.matching import repo
from services.matching.errors import NoSuchMatch, NoSuchRun
from services.matching.schemas import (
    CandidateAnswer,
    DecisionAnswer,
    MatchAnswer,
    PlacementAnswer,
    RejectionAnswer,
    Shortfall,
)
from services.matching.sight import NAMED, OWN_PARKS, WHOLE, park_owners, parks_seen, sight_of
from services.matching.tables import MatchCandidate, MatchDecision, MatchRejection, MatchRun
from services.matching.words import DecisionState
from services.projects import repo as project_repo
from services.projects.lists import views_of


async def run_of(session: AsyncSession, principal: Principal, run_id: UUID) -> MatchRun:
    """Return a run of the asker's city.

    Raises:
        NoSuchRun: there is none.
    """
    run = await repo.run(session, principal.city, run_id)
    if run is None:
        raise NoSuchRun
    return run


async def placements(session: AsyncSession, principal: Principal, run: MatchRun) -> list[PlacementAnswer]:
    """List the projects of a run whose explanation the asker may read, earliest deadline first.

    A host that a project was proposed to reads where it is placed only if that is its own park.
    """
    rows = {row.project: row for row in await repo.placements(session, principal.city, run.id)}
    first = await repo.first_ranks(session, principal.city, run.id)
    owners = await park_owners(session, principal.city)
    today = await Clock().today(session, principal.city)
    query = project_repo.visible_to(principal)
    found = [project for project in await session.scalars(query) if project.id in rows]
    found.sort(key=lambda project: (project.land_deadline, project.public_id))
    answers = []
    for project, view in await views_of(session, principal, found):
        if view not in WHOLE | OWN_PARKS:
            continue
        row = rows[project.id]
        seen = row.park is not None and row.park in parks_seen(principal, view, owners)
        answers.append(
            PlacementAnswer(
                project=project.public_id,
                code_name=project.code_name,
                code=project.code if view in NAMED else None,
                name=project.name if view in NAMED else None,
                state=project.state,
                land_deadline=project.land_deadline,
                overdue=project.land_deadline < today,
                park=row.park if seen else None,
                county=owners[row.park] if seen and row.park is not None else None,
                total=first[project.id].total if seen else None,
                value=row.value if seen else None,
            )
        )
    return answers


async def match_of(
    session: AsyncSession, principal: Principal, ref: str | UUID, run_id: UUID | None = None
) -> MatchAnswer:
    """Explain a project by a run, the latest stored one if none is named.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        NoSuchMatch: no run knows it, or the asker may not read what it says.
    """
    sight = await sight_of(session, principal, ref)
    dossier = sight.dossier
    city, project = principal.city, dossier.project.id
    run = await repo.latest_done(session, city) if run_id is None else await repo.run(session, city, run_id)
    if run is None or await repo.placement(session, city, run.id, project) is None:
        raise NoSuchMatch
    candidates = await repo.candidates(session, city, run.id, project)
    rejections = await repo.rejections(session, city, run.id, project)
    decided = (
        await repo.decisions(session, city, project) if dossier.view in {View.office, View.auditor} else []
    )
    return MatchAnswer(
        run=run.id,
        as_of=run.as_of,
        project=dossier.project.public_id,
        scope="all" if sight.whole else "own",
        candidates=tuple(
            candidate_answer(row, sight.owners, office=sight.city_eyes)
            for row in candidates
            if row.park in sight.parks
        ),
        rejections=_rejections(
            [row for row in rejections if row.park in sight.parks], sight.owners, office=sight.city_eyes
        ),
        decisions=tuple(decision_answer(row, dossier.project.public_id) for row in decided),
    )


def candidate_answer(row: MatchCandidate, owners: dict[str, str], *, office: bool) -> CandidateAnswer:
    """Show a ranked host; prices and what others leave free are for the city's eyes (`office`)."""
    # A price and what others leave free are sums over projects that a county may not see.
    return CandidateAnswer(
        rank=row.rank,
        park=row.park,
        county=owners[row.park],
        positioning=row.positioning,
        fit=row.fit,
        headroom=row.headroom,
        intensity=row.intensity,
        tax=row.tax,
        total=row.total,
        value=row.value,
        price=row.price if office else None,
        placed=row.placed,
        shortfalls=tuple(
            shortfall(Rule(item["rule"]), str(item["measured"]), str(item["limit"]) if office else None)
            for item in row.shortfalls
        ),
    )


def _rejections(
    rows: Sequence[MatchRejection], owners: dict[str, str], *, office: bool
) -> tuple[RejectionAnswer, ...]:
    parks = dict.fromkeys(row.park for row in rows)
    return tuple(
        RejectionAnswer(
            park=park,
            county=owners[park],
            rules=tuple(rejection_rule(row, office=office) for row in rows if row.park == park),
        )
        for park in parks
    )


def rejection_rule(row: MatchRejection, *, office: bool) -> Shortfall:
    """Show a stored reason; a limit that others' placements made is for the city's eyes (`office`)."""
    return shortfall(row.rule, row.measured, row.limit_ if office or not row.crowded else None)


def shortfall(rule: Rule, measured: str, limit: str | None) -> Shortfall:
    """Read a stored reason: codes stay text, figures become numbers again."""
    unit = UNITS[rule]
    if unit in {"region", "industry"}:
        return Shortfall(rule=rule, unit=unit, measured=measured, limit=limit)
    return Shortfall(
        rule=rule, unit=unit, measured=int(measured), limit=None if limit is None else int(limit)
    )


def decision_answer(row: MatchDecision, project: str) -> DecisionAnswer:
    """Show a decision."""
    return DecisionAnswer(
        id=row.id,
        run=row.run,
        project=project,
        park=row.park,
        rank=row.rank,
        override_reason=row.override_reason,
        minutes=row.minutes,
        note=row.note,
        price=row.price,
        question=row.question,
        state=DecisionState(row.state),
        decided_at=row.decided_at,
    )
