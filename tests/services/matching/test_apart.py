"""A run that is ended early keeps its best; a run under way tells how far it is."""

from typing import Any

import pytest

from allocation.matching.judge import pool_faults
from allocation.matching.record import pool_record, read_pool
from allocation.matching.result import Status
from services.kit.database import Database
from services.matching import apart, kernel_cache, repo, runs
from services.matching.apart import Found, Reporter, solve_pool_apart
from services.matching.fair_record import fair_task, read_report
from services.matching.fair_snapshot import freeze, held_to
from services.matching.process import Limits, Outcome, solve_apart
from services.matching.protocol import Said, Task
from services.matching.run_words import CutShort
from services.matching.words import Failure, RunState
from tests.services.matching import factories as make
from tests.services.matching.test_fair_runs import set_rule
from tests.services.regions import factories as regions


async def asked(database: Database) -> dict[str, Any]:
    async with database.session() as session:
        pool, fair = await freeze(session, make.CITY, regions.BUSINESS_DATE)
    return {"pool": pool_record(pool), "seconds": 2, "seed": 1, "fair": fair}


LIMITS = Limits(seconds=2, memory_mb=make.MEMORY_MB)


def killed(monkeypatch: pytest.MonkeyPatch, failure: Failure, *, explained: bool) -> None:
    """End the search as a limit does: all that it told stays, its answer does not."""

    async def end_early(task: dict[str, Any], limits: Limits, **more: Any) -> Outcome:
        outcome = await solve_apart(task, limits, **more)
        if task["task"] is Task.pool:
            outcome.answer, outcome.failure = None, failure
            outcome.explained = outcome.explained if explained else None
        return outcome

    monkeypatch.setattr(apart, "solve_apart", end_early)


async def test_what_was_kept_is_explained_by_a_second_process(
    pool: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_rule(pool, ceiling_bp=10_000)
    task = await asked(pool)
    killed(monkeypatch, Failure.out_of_memory, explained=False)
    found = await solve_pool_apart(task, LIMITS)
    assert isinstance(found, Found)
    assert (found.cut_short, found.peak_mb > 0) == (CutShort.memory, True)
    assert found.fair is not None
    held = read_pool(held_to(task["pool"], found.fair))
    assert held.limits
    assert pool_faults(held, found.match) == []
    assert read_report(found.fair["report"]).counties
    assert {candidate.price for said in found.match.explanations for candidate in said.candidates} == {None}


async def test_a_run_ended_for_time_is_stored_and_marked(
    pool: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await make.request(pool)
    killed(monkeypatch, Failure.out_of_time, explained=True)
    await make.execute(pool, run.id)
    done = await make.run_of(pool, run.id)
    assert (done.state, done.cut_short, done.verified) == (RunState.done, CutShort.time, True)
    assert (done.limited_by_wall, done.placed) == (True, 3)
    assert done.status in {Status.OPTIMAL, Status.FEASIBLE}


async def test_a_crash_keeps_nothing(pool: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(monkeypatch, Failure.crashed, explained=True)
    assert await solve_pool_apart(await asked(pool), LIMITS) is Failure.crashed


async def test_what_cannot_be_explained_is_not_kept(pool: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def starve(task: dict[str, Any], limits: Limits, **_: Any) -> Outcome:
        best = {"objective": 1} if task["task"] is Task.pool else None
        return Outcome(best=best, failure=Failure.out_of_memory)

    monkeypatch.setattr(apart, "solve_apart", starve)
    assert await solve_pool_apart({"seconds": 1}, LIMITS) is Failure.out_of_memory


async def test_progress_is_noted_once_a_second_and_only_by_the_worker_in_charge(pool: Database) -> None:
    run = await make.request(pool)
    async with pool.session() as session:
        taken = await runs._take(session, runs.Clock(), make.CITY, run.id)
    assert taken is not None
    line = {"said": Said.progress, "stage": "search", "share_bp": 4_000, "value": 5, "bound": 9}
    reporter = Reporter(pool, make.CITY, run.id, taken.attempt)
    await reporter(line)
    await reporter(line | {"share_bp": 9_000})
    late = Reporter(pool, make.CITY, run.id, taken.attempt + 1)
    await late(line | {"share_bp": 8_000})
    found = await make.run_of(pool, run.id)
    assert (found.progress_stage, found.progress_bp) == ("search", 4_000)
    assert (found.progress_value, found.progress_bound) == (5, 9)


async def test_inputs_of_fairness_that_change_queue_a_new_run(
    pool: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await make.request(pool)
    solve = runs.solve_pool_apart

    async def solve_while_the_rule_changes(*args: Any, **more: Any) -> Found | Failure:
        found = await solve(*args, **more)
        await set_rule(pool)
        return found

    monkeypatch.setattr(runs, "solve_pool_apart", solve_while_the_rule_changes)
    await make.execute(pool, run.id)
    assert (await make.run_of(pool, run.id)).state is RunState.superseded
    async with pool.session() as session:
        assert not await repo.placements(session, make.CITY, run.id)


def test_a_task_of_fairness_reads_back() -> None:
    from allocation.matching.fairness import FairnessRule, Tally
    from services.matching.fair_record import read_past, read_rule

    rule = FairnessRule(ceiling_bp=12_000, weights_bp={"611022": 5_000})
    past = {"611022": Tally(2, 300)}
    record = fair_task(rule, past)
    assert (read_rule(record), read_past(record)) == (rule, past)


def test_kernels_are_kept_where_only_oneself_can_write(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, locked = tmp_path / "cache", tmp_path / "source"
    monkeypatch.delenv(kernel_cache.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    (locked / "__pycache__").mkdir(parents=True)
    assert kernel_cache.kernel_cache(locked) == {}
    there = home / "yipanqi" / "kernels"
    assert kernel_cache.kernel_cache(tmp_path / "nowhere") == {kernel_cache.VARIABLE: str(there)}
    there.chmod(0o777)
    monkeypatch.setattr(kernel_cache, "gettempdir", lambda: str(tmp_path))
    elsewhere = kernel_cache.kernel_cache(tmp_path / "nowhere")[kernel_cache.VARIABLE]
    assert elsewhere.startswith(str(tmp_path / "yipanqi-kernels-"))
    monkeypatch.setattr(kernel_cache, "gettempdir", lambda: "/proc/nowhere")
    assert kernel_cache.kernel_cache(tmp_path / "nowhere") == {}
    monkeypatch.setenv(kernel_cache.VARIABLE, "elsewhere")
    assert kernel_cache.kernel_cache(tmp_path / "nowhere") == {}
