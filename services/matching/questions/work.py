"""The worker's part of a question: taken, worked out apart on the run's frozen input, checked, stored."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.matching.answer_record import read_answer
from allocation.matching.record import read_pool
from allocation.matching.result import Status
from auth.principal import Principal
from services.kit.database import Database
from services.kit.events import record_event
from services.matching import repo as runs
from services.matching.process import Limits, Line, solve_apart
from services.matching.protocol import Task
from services.matching.questions import repo
from services.matching.questions.checking import Checked, answer_faults
from services.matching.questions.scenarios import scenario_of
from services.matching.questions.service import queue_job
from services.matching.questions.tables import MatchQuestion
from services.matching.questions.words import QuestionFailure, QuestionKind, QuestionState
from services.matching.taken import Taken, spent

_MS: Final = 1_000

log = structlog.get_logger()


async def execute(
    database: Database, city: str, question_id: UUID, *, memory_mb: int, wall: float | None = None
) -> None:
    """Work out a question; whatever goes wrong in the solver ends it with a reason, or starts it once more.

    Args:
        database: where the questions lie.
        city: the city's code.
        question_id: the question.
        memory_mb: the solver's memory.
        wall: seconds after which the solver is killed, if not those derived from the run's.
    """
    async with database.session() as session:
        taken = await _take(session, city, question_id)
    if taken is None:
        return
    started = datetime.now(UTC)
    limits = Limits(seconds=taken.task["seconds"], memory_mb=memory_mb, wall=wall)
    outcome = await solve_apart(taken.task, limits)
    async with database.session() as session:
        if outcome.answer is None:
            failure = outcome.failure.value if outcome.failure is not None else "crashed"
            await _fail(session, taken, QuestionFailure(failure))
        elif not await asyncio.to_thread(_answers, taken, outcome.answer):
            await _end(session, taken, QuestionFailure.not_verified)
        else:
            await _store(session, taken, outcome.answer, datetime.now(UTC) - started)


async def _take(session: AsyncSession, city: str, question_id: UUID) -> Taken | None:
    """Take a question with the frozen input and the plan of its run."""
    question = await repo.question(session, city, question_id, lock=True)
    if question is None or question.state not in {QuestionState.queued, QuestionState.running}:
        return None
    if spent(question.attempts):
        question.state, question.failure = QuestionState.failed, QuestionFailure.worker_lost
        question.finished_at = datetime.now(UTC)
        return None
    run = await runs.run(session, city, question.run)
    if run is None or run.status is None:
        raise LookupError(f"question {question_id} is about no stored run")
    placed = await runs.placements(session, city, run.id)
    question.state, question.attempts = QuestionState.running, question.attempts + 1
    question.started_at = datetime.now(UTC)
    await session.flush()
    task = {
        "task": Task.question,
        "kind": question.kind.value,
        "asked": question.asked,
        "pool": run.snapshot,
        "placement": {str(row.project): row.park for row in placed},
        "status": run.status.value,
        "bound": run.bound,
        "value": run.value,
        "seconds": run.seconds,
        "seed": run.seed,
    }
    return Taken(city, question_id, question.attempts, task)


def _answers(taken: Taken, line: Line) -> bool:
    """Tell whether an answer is one to this very question, and the judge finds nothing false in it."""
    record, task = line["answer"], taken.task
    asked = task["asked"]
    if any(record[name] != asked[name] for name in ("lead", "park", "level") if name in asked):
        return False
    pool = read_pool(task["pool"])
    scenario = scenario_of(pool, asked) if task["kind"] == QuestionKind.scenario else None
    run = Checked(
        pool=pool,
        hosts=task["placement"],
        value=task["value"],
        status=Status(task["status"]),
        scenario=scenario,
    )
    faults = answer_faults(run, read_answer(record))
    for fault in faults:
        log.error("matching.answer_not_verified", question=str(taken.row), fault=fault)
    return record["kind"] == task["kind"] and not faults


async def _mine(session: AsyncSession, taken: Taken) -> MatchQuestion | None:
    """Return the question if it is still in this worker's hands."""
    row = await repo.question(session, taken.city, taken.row, lock=True)
    mine = row is not None and row.state is QuestionState.running and row.attempts == taken.attempt
    return row if mine else None


async def _fail(session: AsyncSession, taken: Taken, failure: QuestionFailure) -> None:
    """Start the second attempt of a question whose solver failed, or end it with the reason."""
    if taken.last:
        await _end(session, taken, failure)
        return
    row = await _mine(session, taken)
    if row is not None:
        row.state = QuestionState.queued
        await queue_job(session, taken.city, taken.row, taken.attempt)


async def _end(session: AsyncSession, taken: Taken, failure: QuestionFailure) -> None:
    row = await _mine(session, taken)
    if row is not None:
        row.state, row.failure, row.finished_at = QuestionState.failed, failure, datetime.now(UTC)
        log.info("matching.question_failed", question=str(row.id), failure=failure.value)


async def _store(session: AsyncSession, taken: Taken, line: Line, used: timedelta) -> None:
    row = await _mine(session, taken)
    if row is None:
        return
    row.state, row.answer, row.versions = QuestionState.done, line["answer"], dict(line["versions"])
    row.elapsed_ms, row.finished_at = round(used.total_seconds() * _MS), datetime.now(UTC)
    await session.flush()
    await record_event(
        session,
        taken.city,
        actor=Principal.system(taken.city),
        action="matching.question_answered",
        entity="match_question",
        entity_id=row.id,
        after={"kind": row.kind.value, "snapshot": row.snapshot_sha256},
    )
