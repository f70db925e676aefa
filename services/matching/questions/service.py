"""Asking and reading: who may ask what of a stored run, and who may read the answer."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.matching.levers import BadChange
from allocation.matching.record import digest, read_pool
from allocation.matching.scenario import scenario_pool
from auth.errors import NotPermitted
from auth.policy import can_decide
from auth.principal import Principal
from services.kit import queue
from services.kit.events import record_event
from services.kit.pagination import Page, decode_cursor, encode_cursor, page_of
from services.kit.tables import uuid7
from services.matching import repo as runs
from services.matching.errors import (
    BadScenario,
    NoSuchMatch,
    NoSuchQuestion,
    NoSuchRun,
    RunNotDone,
    TooManyQuestions,
)
from services.matching.questions import repo
from services.matching.questions.forms import AlternativesForm, PairForm, ScenarioForm, scenario_asked
from services.matching.questions.reading import answer_of
from services.matching.questions.scenarios import scenario_of
from services.matching.questions.schemas import QuestionAnswer
from services.matching.questions.tables import MatchQuestion
from services.matching.questions.words import QuestionKind, QuestionState
from services.matching.sight import CITY_EYES, sight_of
from services.matching.tables import MatchRun
from services.matching.words import RunState

ENTRYPOINT: Final = "matching.question"
QUESTIONS_AN_HOUR: Final = 20
COUNTY_KINDS: Final = frozenset({QuestionKind.why_not, QuestionKind.would_win})
"""What a county may ask, of its own and its proposed projects; all else is the city office's."""


async def ask_pair(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    kind: QuestionKind,
    form: PairForm,
    *,
    level: int | None = None,
) -> MatchQuestion:
    """Ask about a project at a park: why not there, what would win it, or what an override costs.

    Raises:
        NoSuchProject, NoSuchRun, NoSuchMatch: there is none, or the asker may not read of it.
        NotPermitted: this question is the city office's.
        RunNotDone: the run has no result.
        TooManyQuestions: this person asked too often within an hour.
    """
    if kind not in COUNTY_KINDS and not can_decide(principal):
        raise NotPermitted
    sight = await sight_of(session, principal, ref)
    project = sight.dossier.project.id
    run = await _run(session, principal.city, form.run, project)
    if form.park not in sight.parks:
        raise NoSuchMatch
    asked = {"lead": str(project), "park": form.park}
    return await _ask(
        session,
        principal,
        run,
        {"kind": kind, "project": project, "park": form.park, "level": level},
        {**asked, **({} if level is None else {"level": level})},
    )


async def ask_alternatives(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: AlternativesForm
) -> MatchQuestion:
    """Ask for the best other hosts of a project, everything else solved again around each.

    Raises:
        As `ask_pair`.
    """
    if not can_decide(principal):
        raise NotPermitted
    project = (await sight_of(session, principal, ref)).dossier.project.id
    run = await _run(session, principal.city, form.run, project)
    values = {"kind": QuestionKind.alternatives, "project": project}
    return await _ask(session, principal, run, values, {"lead": str(project)})


async def ask_scenario(session: AsyncSession, principal: Principal, form: ScenarioForm) -> MatchQuestion:
    """Ask what other weights or other figures of parks would change of a run's plan.

    Raises:
        NotPermitted: scenarios are the city office's.
        NoSuchRun, RunNotDone: the run is not there, or has no result.
        BadScenario: a park is not in the run's input, or would have less than nothing.
        TooManyQuestions: this person asked too often within an hour.
    """
    if not can_decide(principal):
        raise NotPermitted
    run = await _run(session, principal.city, form.run, None)
    asked = scenario_asked(form)
    pool = read_pool(run.snapshot or {})
    try:
        scenario_pool(pool, scenario_of(pool, asked))
    except BadChange as error:
        raise BadScenario from error
    return await _ask(session, principal, run, {"kind": QuestionKind.scenario}, asked)


async def _run(session: AsyncSession, city: str, run_id: UUID | None, project: UUID | None) -> MatchRun:
    run = await runs.latest_done(session, city) if run_id is None else await runs.run(session, city, run_id)
    if run is None:
        raise NoSuchRun
    if run.state is not RunState.done:
        raise RunNotDone
    if project is not None and await runs.placement(session, city, run.id, project) is None:
        raise NoSuchMatch
    return run


async def _ask(
    session: AsyncSession, principal: Principal, run: MatchRun, about: dict[str, Any], asked: dict[str, Any]
) -> MatchQuestion:
    """Write a question and queue its job, or return what this county asked in the same words before."""
    kind: QuestionKind = about["kind"]
    county = principal.county or principal.city
    asked_sha256 = digest({"kind": kind.value, **asked})
    before = await repo.same(session, run.city, run.id, county, asked_sha256)
    if before is not None:
        return before
    now = datetime.now(UTC)
    asked_lately = await repo.recent(session, run.city, principal.account, now)
    if asked_lately >= QUESTIONS_AN_HOUR and not principal.is_system:
        raise TooManyQuestions(retry_after=600)
    values = {
        "city": run.city,
        "id": uuid7(),
        "run": run.id,
        **about,
        "asked": asked,
        "asked_sha256": asked_sha256,
        "snapshot_sha256": run.snapshot_sha256,
        "county": county,
        "state": QuestionState.queued,
        "attempts": 0,
        "requested_by": principal.account,
        "requested_office": principal.office,
    }
    if await repo.add(session, values):
        await queue_job(session, run.city, values["id"], 0)
        await record_event(
            session,
            run.city,
            actor=principal,
            action="matching.question_asked",
            entity="match_question",
            entity_id=values["id"],
            after={"run": str(run.id), "kind": kind.value, **asked},
        )
    found = await repo.same(session, run.city, run.id, county, asked_sha256)
    if found is None:  # the other one's failed between our two looks
        raise NoSuchQuestion
    return found


async def queue_job(session: AsyncSession, city: str, question: UUID, attempts: int) -> None:
    """Queue the work on a question in the caller's transaction."""
    key = f"{city}:{ENTRYPOINT}:{question}:{attempts}"
    await queue.enqueue(session, ENTRYPOINT, f"{city}:{question}".encode(), key)


async def question_of(session: AsyncSession, principal: Principal, question_id: UUID) -> QuestionAnswer:
    """Return a question with its answer as the asker may read it.

    A county reads what it asked itself, as long as it may read that pair's explanation.

    Raises:
        NoSuchQuestion: there is none, or it is not this reader's.
    """
    row = await repo.question(session, principal.city, question_id)
    if row is None or not _readable(principal, row):
        raise NoSuchQuestion
    answers = await answer_of(session, principal, [row])
    if not answers:
        raise NoSuchQuestion
    return answers[0]


def _readable(principal: Principal, row: MatchQuestion) -> bool:
    return principal.role in CITY_EYES or row.county == principal.county


async def questions_of(
    session: AsyncSession, principal: Principal, ref: str | UUID, run_id: UUID | None = None
) -> list[QuestionAnswer]:
    """Return what was asked about a project on a run, latest first, as far as this reader may see.

    Raises:
        NoSuchProject, NoSuchRun, NoSuchMatch: there is none, or the reader may not read of it.
        RunNotDone: the run has no result.
    """
    sight = await sight_of(session, principal, ref)
    project = sight.dossier.project.id
    run = await _run(session, principal.city, run_id, project)
    rows = await repo.of_project(session, principal.city, run.id, project)
    return await answer_of(session, principal, [row for row in rows if _readable(principal, row)])


async def scenarios(
    session: AsyncSession, principal: Principal, *, secret: str, cursor: str | None = None, limit: int = 20
) -> Page[QuestionAnswer]:
    """Return one page of the city's scenarios, latest first.

    Raises:
        NotPermitted: scenarios are for the city's eyes.
        BadCursor: a cursor of another list or person.
    """
    if principal.role not in CITY_EYES:
        raise NotPermitted
    bound = f"scenarios|{principal.account}"
    before = UUID(decode_cursor(secret, bound, cursor)[0]) if cursor else None
    rows = await repo.scenarios(session, principal.city, before=before, limit=limit + 1)
    answers = {row.id: row for row in await answer_of(session, principal, list(rows))}
    return page_of(
        rows,
        limit,
        item=lambda row: answers[row.id],
        cursor=lambda row: encode_cursor(secret, bound, [str(row.id)]),
    )
