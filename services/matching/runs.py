"""The life of a run: asked for, taken by a worker, solved apart, judged, stored or replaced."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.matching.judge import pool_faults
from allocation.matching.record import digest, pool_record, read_pool, weights_record
from allocation.matching.result import Match, Status
from auth.principal import Principal
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.matching import repo
from services.matching.apart import Found, Reporter, record_answer, solve_pool_apart
from services.matching.fair_record import read_report
from services.matching.fair_results import store_report
from services.matching.fair_snapshot import book_holds, freeze, held_to
from services.matching.process import Limits
from services.matching.questions import repo as questions
from services.matching.run_requests import queue_job, queue_run
from services.matching.tables import MatchRun
from services.matching.taken import Taken, spent
from services.matching.words import Failure, RunState
from services.projects import service as projects
from services.projects.errors import MoveRefused

MAX_ROUNDS: Final = 3
"""How often inputs may change under a run before it gives up."""

log = structlog.get_logger()


async def execute(
    database: Database, clock: Clock, city: str, run_id: UUID, *, memory_mb: int, wall: float | None = None
) -> None:
    """Carry out a run: snapshot, solve apart with no transaction open, judge, store.

    Whatever goes wrong in the solver ends the run with a reason, or starts its second attempt. Errors of the
    database are passed on: the queue brings the job back.

    Args:
        database: where the pool lies.
        clock: tells the business date.
        city: the city's code.
        run_id: the run.
        memory_mb: the solver's memory.
        wall: seconds after which the solver is killed, if not those derived from the run's.
    """
    async with database.session() as session:
        taken = await _take(session, clock, city, run_id)
    if taken is None:
        return
    started = datetime.now(UTC)
    found = await solve_pool_apart(
        taken.task,
        Limits(seconds=taken.task["seconds"], memory_mb=memory_mb, wall=wall),
        listener=Reporter(database, city, run_id, taken.attempt),
    )
    if isinstance(found, Failure):
        async with database.session() as session:
            await _fail(session, taken, found)
        return
    solved = held_to(taken.task["pool"], found.fair)
    failure = await asyncio.to_thread(_judge, taken, solved, found.match)
    async with database.session() as session:
        if failure is not None:
            await _end(session, taken, RunState.failed, failure)
            return
        await _finish(session, clock, taken, solved, found, datetime.now(UTC) - started)


async def _take(session: AsyncSession, clock: Clock, city: str, run_id: UUID) -> Taken | None:
    """Take a run and freeze its pool; a run that was taken twice already has failed."""
    run = await repo.run(session, city, run_id, lock=True)
    if run is None or run.state not in {RunState.queued, RunState.running}:
        return None
    if spent(run.attempts):
        run.state, run.failure, run.finished_at = RunState.failed, Failure.worker_lost, datetime.now(UTC)
        log.warning("matching.run_failed", run=str(run_id), failure=run.failure.value)
        return None
    run.as_of = await clock.today(session, city)
    await book_holds(session, city, run)
    pool, run.fairness = await freeze(session, city, run.as_of)
    record = pool_record(pool)
    run.state, run.attempts, run.started_at = RunState.running, run.attempts + 1, datetime.now(UTC)
    run.progress_stage, run.progress_bp = "start", 0
    run.progress_value, run.progress_bound = None, None
    run.snapshot, run.snapshot_sha256 = record, digest(record)
    run.weights, run.leads, run.parks = weights_record(pool.weights), len(pool.leads), len(pool.parks)
    await session.flush()
    asked = {"pool": record, "seconds": run.seconds, "seed": run.seed, "fair": run.fairness}
    asked["standing"] = await _standing(session, run)
    return Taken(city, run_id, run.attempts, asked)


async def _standing(session: AsyncSession, run: MatchRun) -> dict[str, Any] | None:
    """Give the latest stored plan, from which a warm run starts; None before the first, or for a cold one."""
    former = await repo.latest_done(session, run.city) if run.warm else None
    if former is None:
        return None
    run.warm_from = former.id
    places = await repo.placements(session, run.city, former.id)
    return {"assignment": {str(row.project): row.park for row in places}, "budget": run.churn_budget}


def _judge(taken: Taken, solved: Mapping[str, Any], match: Match) -> Failure | None:
    """Let the judge look at an answer before anything of it is stored."""
    if match.solution.status not in {Status.OPTIMAL, Status.FEASIBLE}:
        nothing = match.solution.status is Status.INFEASIBLE
        return Failure.infeasible if nothing else Failure.no_result
    faults = pool_faults(read_pool(solved), match)
    for fault in faults:
        log.error("matching.not_verified", run=str(taken.row), fault=fault)
    return Failure.not_verified if faults else None


async def _mine(session: AsyncSession, taken: Taken) -> MatchRun | None:
    """Return the run if it is still in this worker's hands."""
    run = await repo.run(session, taken.city, taken.row, lock=True)
    mine = run is not None and run.state is RunState.running and run.attempts == taken.attempt
    return run if mine else None


async def _end(session: AsyncSession, taken: Taken, state: RunState, failure: Failure | None = None) -> None:
    run = await _mine(session, taken)
    if run is not None:
        run.state, run.failure, run.finished_at = state, failure, datetime.now(UTC)
        log.info("matching.run_ended", run=str(run.id), state=state.value, failure=failure)


async def _fail(session: AsyncSession, taken: Taken, failure: Failure) -> None:
    """Start the second attempt of a run whose solver failed, or end it with the reason."""
    if taken.last:
        await _end(session, taken, RunState.failed, failure)
        return
    run = await _mine(session, taken)
    if run is not None:
        run.state = RunState.queued
        await queue_job(session, run)


async def _finish(
    session: AsyncSession,
    clock: Clock,
    taken: Taken,
    solved: Mapping[str, Any],
    found: Found,
    used: timedelta,
) -> None:
    """Store the answer if the inputs are still the same; else queue a run on the new ones.

    What is kept as the run's snapshot is the pool that was solved and judged: with the bounds of fairness.
    """
    run = await _mine(session, taken)
    if run is None:
        return
    now, fair = await freeze(session, taken.city, await clock.today(session, taken.city))
    if (digest(pool_record(now)), fair) != (run.snapshot_sha256, taken.task["fair"]):
        await _replace(session, run)
        return
    record_answer(run, found, used)
    run.finished_at = datetime.now(UTC)
    run.snapshot, run.snapshot_sha256 = dict(solved), digest(solved)
    if found.fair is not None:
        run.fairness = {**(run.fairness or {}), "lowered": found.fair["report"]["relaxed"]}
    await session.flush()
    await repo.store(session, taken.city, run.id, found.match)
    await questions.store_shortages(session, taken.city, run.id, found.shortages)
    if found.fair is not None:
        report = read_report(found.fair["report"])
        await store_report(session, taken.city, run.id, read_pool(solved), report)
    await record_event(
        session,
        taken.city,
        actor=Principal.system(taken.city),
        action="matching.run_stored",
        entity="match_run",
        entity_id=run.id,
        after={"value": run.value, "bound": run.bound, "placed": run.placed, "sha256": run.snapshot_sha256},
    )
    await _propose(session, taken, found.match)


async def _replace(session: AsyncSession, run: MatchRun) -> None:
    run.finished_at = datetime.now(UTC)
    if run.round >= MAX_ROUNDS:
        run.state, run.failure = RunState.failed, Failure.inputs_changing
        return
    run.state = RunState.superseded
    await session.flush()
    await queue_run(
        session,
        MatchRun(
            city=run.city,
            id=uuid7(),
            state=RunState.queued,
            seconds=run.seconds,
            seed=run.seed,
            warm=run.warm,
            churn_budget=run.churn_budget,
            requested_by=run.requested_by,
            requested_office=run.requested_office,
            replaces=run.id,
            round=run.round + 1,
            attempts=0,
        ),
        Principal.system(run.city),
    )


async def _propose(session: AsyncSession, taken: Taken, match: Match) -> None:
    """Propose each lead to the hosts that have room for it: they may then read what it needs."""
    system = Principal.system(taken.city)
    for explanation in match.explanations:
        parks = [found.park for found in explanation.candidates if not found.shortfalls]
        if parks:
            try:
                await projects.propose(session, system, UUID(explanation.lead), parks, run=taken.row)
            except MoveRefused:  # the investor has chosen meanwhile: nobody else is to be asked
                log.info("matching.not_proposed", project=explanation.lead)
