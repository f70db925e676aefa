"""A pool solved in a process of its own: its progress shown, its best kept when it is ended early."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from allocation.matching.record import read_match
from allocation.matching.result import Match, gap_ppm
from services.kit.database import Database
from services.matching import repo
from services.matching.process import Limits, Line, Listener, Outcome, solve_apart
from services.matching.protocol import Task
from services.matching.run_words import BoundScope, CutShort
from services.matching.tables import MatchRun
from services.matching.words import Failure, RunState

_MS: Final = 1_000
_PACE: Final = 1.0
"""Seconds between two notes of how far a run is."""
_KEPT: Final[Mapping[Failure, CutShort]] = {
    Failure.out_of_time: CutShort.time,
    Failure.out_of_memory: CutShort.memory,
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a solver left: its match, unverified; what it was made with; and why it ended early, if it did.

    `shortages` are records of what each lead without a host lacks at each park (level 0 of "would win if");
    `fair` are the bounds of fairness and the report on them, where the city has a rule; `warm` is what
    a repair did to the former plan.
    """

    match: Match
    versions: Mapping[str, Any]
    peak_mb: int
    shortages: Sequence[dict[str, Any]] = ()
    fair: Mapping[str, Any] | None = None
    warm: Mapping[str, int] | None = None
    cut_short: CutShort | None = None


class Reporter:
    """Notes on a run's row how far it is, at most once a second, while the run is in this worker's hands."""

    def __init__(self, database: Database, city: str, run: UUID, attempt: int) -> None:
        self._database, self._city, self._run, self._attempt = database, city, run, attempt
        self._last = -_PACE

    async def __call__(self, line: Line) -> None:
        """Take in a progress line."""
        now = time.monotonic()
        if now - self._last < _PACE:
            return
        self._last = now
        async with self._database.session() as session:
            await repo.note_progress(
                session,
                self._city,
                self._run,
                self._attempt,
                progress_stage=line["stage"],
                progress_bp=line["share_bp"],
                progress_value=line.get("value"),
                progress_bound=line.get("bound"),
            )


async def solve_pool_apart(
    asked: Mapping[str, Any], limits: Limits, *, listener: Listener | None = None
) -> Found | Failure:
    """Match a pool in a process of its own.

    A process that is ended for time or memory leaves its best placement, which a second process explains;
    prices of other hosts are then missing. A process that crashed is not believed at all.

    Args:
        asked: what `Task.pool` takes.
        limits: time and memory.
        listener: told of each progress line.

    Returns:
        An unverified match, or why there is none.
    """
    outcome = await solve_apart({**asked, "task": Task.pool}, limits, listener=listener)
    if outcome.answer is not None:
        return _found(outcome.answer, outcome.peak_mb)
    failure = outcome.failure or Failure.crashed
    cut = _KEPT.get(failure)
    if cut is None or outcome.best is None:
        return failure
    log.warning("matching.cut_short", why=cut.value, value=outcome.best["objective"])
    if outcome.explained is not None:
        return replace(_found(outcome.explained, outcome.peak_mb), cut_short=cut)
    return await _kept(asked, outcome, limits, failure, cut)


async def _kept(
    asked: Mapping[str, Any], outcome: Outcome, limits: Limits, failure: Failure, cut: CutShort
) -> Found | Failure:
    """Explain what was kept, without the limit that ended the search: explaining is brief."""
    task = {**asked, "task": Task.explain, "best": outcome.best, "ground": outcome.ground}
    told = await solve_apart(task, replace(limits, wall=None))
    if told.answer is None:
        return failure
    return replace(_found(told.answer, max(told.peak_mb, outcome.peak_mb)), cut_short=cut)


def _found(answer: Line, peak_mb: int) -> Found:
    return Found(
        match=read_match(answer["match"]),
        versions=answer["versions"],
        peak_mb=peak_mb,
        shortages=answer["shortages"],
        fair=answer["fair"],
        warm=answer["warm"],
    )


def record_answer(run: MatchRun, found: Found, used: timedelta) -> None:
    """Write the figures of a judged answer on its run."""
    solution = found.match.solution
    value, bound = solution.objective or 0, solution.bound or 0
    run.state, run.status, run.verified = RunState.done, solution.status, True
    run.value, run.bound, run.gap_ppm = value, bound, gap_ppm(value, bound)
    run.bound_scope = BoundScope(solution.bound_scope)
    run.placed = sum(1 for host in solution.assignment.values() if host is not None)
    run.route, run.passes = solution.route, solution.passes
    run.moves, run.move_limit = solution.moves, solution.move_limit
    run.work_limit_ms = round(solution.deterministic_limit * _MS)
    run.work_ms = round(solution.work * _MS)
    run.limited_by_wall = solution.limited_by_wall or found.cut_short is CutShort.time
    run.cut_short, run.peak_mb = found.cut_short, found.peak_mb
    run.elapsed_ms = round(used.total_seconds() * _MS)
    run.versions = dict(found.versions)
    if found.warm is None:  # solved anew: nothing was repaired
        run.warm_from = None
    else:
        run.changed, run.evicted = found.warm["changed"], found.warm["evicted"]
