"""A run is frozen, solved apart, judged, and stored once: whatever dies or changes in between."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from allocation.matching.judge import pool_faults
from allocation.matching.record import digest, pool_record, read_pool
from allocation.matching.result import Rule, Solution, Status
from allocation.matching.solve import solve_pool
from services.kit import queue
from services.kit.clock import Clock
from services.kit.database import Database
from services.matching import repo, runs, service
from services.matching.apart import Found, solve_pool_apart
from services.matching.errors import TooManyRuns
from services.matching.process import Limits
from services.matching.run_requests import RUNS_AN_HOUR
from services.matching.snapshot import build_pool
from services.matching.tables import MatchRun
from services.matching.words import Failure, RunState
from services.projects import repo as projects_repo
from services.regions.imports import write_plots
from tests.services.matching import factories as make
from tests.services.regions import factories as regions


async def test_a_run_and_its_job_are_there_together(pool: Database) -> None:
    run = await make.request(pool)
    assert run.state is RunState.queued
    async with pool.session() as session:
        assert await queue.waiting(session, f"611000:matching.run:{run.id}:0")


async def test_a_run_rolled_back_leaves_no_job(pool: Database) -> None:
    async def fail() -> None:
        async with pool.session() as session:
            await service.request_run(session, make.OFFICE)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with pool.session() as session:
        assert (await session.execute(text("SELECT count(*) FROM pgqueuer.pgqueuer"))).scalar_one() == 0


async def test_a_stored_run_is_proven_and_names_its_input(pool: Database, run: MatchRun) -> None:
    assert (run.state, run.status, run.verified, run.gap_ppm) == (RunState.done, Status.OPTIMAL, True, 0)
    assert (run.leads, run.parks, run.placed, run.attempts) == (4, 3, 3, 1)
    assert run.value == run.bound
    assert run.snapshot is not None
    assert digest(run.snapshot) == run.snapshot_sha256
    assert run.versions is not None
    assert run.versions["ortools"].startswith("9.15")


async def test_a_stored_run_can_be_replayed(pool: Database, run: MatchRun) -> None:
    assert run.snapshot is not None
    again = read_pool(run.snapshot)
    match = solve_pool(again, seconds=make.SECONDS, seed=run.seed)
    assert (match.solution.objective, pool_faults(again, match)) == (run.value, [])
    async with pool.session() as session:
        placed = {str(row.project): row.park for row in await repo.placements(session, make.CITY, run.id)}
    assert placed == match.solution.assignment


async def test_every_lead_and_park_is_explained(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        for code in (make.LAND, make.HALL, make.BLOCKED, make.WIDE):
            project = await make.project(session, code)
            best = await repo.candidates(session, make.CITY, run.id, project.id)
            others = await repo.rejections(session, make.CITY, run.id, project.id)
            assert {row.park for row in best} | {row.park for row in others} == {
                make.PARK,
                make.CITY_PARK,
                make.LUONAN_PARK,
            }
        blocked = await make.project(session, make.BLOCKED)
        rules = {
            row.rule
            for row in await repo.rejections(session, make.CITY, run.id, blocked.id)
            if row.park == make.PARK
        }
    assert rules == {Rule.FORBIDDEN, Rule.INTENSITY, Rule.TAX, Rule.LAND}


async def test_hosts_with_room_are_proposed(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        project = await make.project(session, make.HALL)
        proposals = await projects_repo.open_proposals(session, project)
        first = (await repo.candidates(session, make.CITY, run.id, project.id))[0]
    assert proposals[0].park == first.park
    assert {row.run for row in proposals} == {run.id}


async def test_storing_is_one_transaction_and_happens_once(pool: Database, run: MatchRun) -> None:
    await make.execute(pool, run.id)
    async with pool.session() as session:
        assert len(await repo.placements(session, make.CITY, run.id)) == 4


async def test_changed_inputs_queue_a_new_run(pool: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await make.request(pool)
    solve = runs.solve_pool_apart

    async def solve_while_land_changes(*args: Any, **more: Any) -> Found | Failure:
        answer = await solve(*args, **more)
        async with pool.session() as session:
            plots = [regions.plot_input("6110P01-001", area_mu=11_000)]
            await write_plots(session, make.projects_make.SYSTEM, plots)
        return answer

    monkeypatch.setattr(runs, "solve_pool_apart", solve_while_land_changes)
    await make.execute(pool, run.id)
    old = await make.run_of(pool, run.id)
    async with pool.session() as session:
        (new, _) = await repo.runs(session, make.CITY, limit=2)
        assert not await repo.placements(session, make.CITY, run.id)
    assert old.state is RunState.superseded
    assert (new.replaces, new.round, new.state) == (run.id, 2, RunState.queued)
    monkeypatch.undo()
    await make.execute(pool, new.id)
    assert (await make.run_of(pool, new.id)).state is RunState.done


async def test_inputs_that_never_rest_end_the_chain(pool: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await make.request(pool)
    async with pool.session() as session:
        await session.execute(text("UPDATE match_run SET round = 3"))
    monkeypatch.setattr(runs, "digest", lambda record: str(id(record)))
    await make.execute(pool, run.id)
    ended = await make.run_of(pool, run.id)
    assert (ended.state, ended.failure) == (RunState.failed, Failure.inputs_changing)


async def test_a_lost_run_is_taken_up_once_and_then_fails(pool: Database) -> None:
    run = await make.request(pool)
    async with pool.session() as session:
        first = await runs._take(session, Clock(), make.CITY, run.id)
    async with pool.session() as session:
        second = await runs._take(session, Clock(), make.CITY, run.id)
    assert first is not None
    assert second is not None
    assert (first.attempt, second.attempt) == (1, 2)
    async with pool.session() as session:
        assert await runs._take(session, Clock(), make.CITY, run.id) is None
    ended = await make.run_of(pool, run.id)
    assert (ended.state, ended.failure, ended.attempts) == (RunState.failed, Failure.worker_lost, 2)


async def test_a_worker_that_wakes_up_late_stores_nothing(pool: Database) -> None:
    run = await make.request(pool)
    async with pool.session() as session:
        first = await runs._take(session, Clock(), make.CITY, run.id)
    async with pool.session() as session:
        await runs._take(session, Clock(), make.CITY, run.id)
        assert first is not None
        assert await runs._mine(session, first) is None


async def test_a_solver_out_of_memory_is_tried_twice(pool: Database) -> None:
    run = await make.request(pool)
    await make.execute(pool, run.id, memory_mb=64)
    between = await make.run_of(pool, run.id)
    assert (between.state, between.attempts) == (RunState.queued, 1)
    await make.execute(pool, run.id, memory_mb=64)
    ended = await make.run_of(pool, run.id)
    assert (ended.state, ended.failure) == (RunState.failed, Failure.out_of_memory)


async def test_a_solver_out_of_time_is_killed(pool: Database) -> None:
    run = await make.request(pool)
    await make.execute(pool, run.id, wall=0.01)
    await make.execute(pool, run.id, wall=0.01)
    assert (await make.run_of(pool, run.id)).failure is Failure.out_of_time


async def test_what_the_judge_refuses_is_not_stored(pool: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await make.request(pool)
    change_solution(monkeypatch, lambda said: replace(said, objective=(said.objective or 0) + 1))
    await make.execute(pool, run.id)
    ended = await make.run_of(pool, run.id)
    assert (ended.state, ended.failure, ended.verified) == (RunState.failed, Failure.not_verified, False)
    async with pool.session() as session:
        assert not await repo.placements(session, make.CITY, run.id)


@pytest.mark.parametrize(
    ("status", "failure"),
    [(Status.UNKNOWN, Failure.no_result), (Status.INFEASIBLE, Failure.infeasible)],
)
async def test_no_result_fails_with_its_reason(
    pool: Database, monkeypatch: pytest.MonkeyPatch, status: Status, failure: Failure
) -> None:
    run = await make.request(pool)
    change_solution(monkeypatch, lambda said: replace(said, status=status))
    await make.execute(pool, run.id)
    assert (await make.run_of(pool, run.id)).failure is failure


def change_solution(monkeypatch: pytest.MonkeyPatch, change: Callable[[Solution], Solution]) -> None:
    """Let the solver's process tell something else than it found."""
    solve = runs.solve_pool_apart

    async def tell_otherwise(*args: Any, **more: Any) -> Found | Failure:
        found = await solve(*args, **more)
        assert isinstance(found, Found)
        return replace(found, match=replace(found.match, solution=change(found.match.solution)))

    monkeypatch.setattr(runs, "solve_pool_apart", tell_otherwise)


async def test_a_crash_is_told_apart() -> None:
    asked = {"pool": {"format": "something else"}, "seconds": 1, "seed": 1}
    limits = Limits(seconds=1, memory_mb=make.MEMORY_MB)
    assert await solve_pool_apart(asked, limits) is Failure.crashed


async def test_an_empty_pool_is_a_run_of_nothing(database: Database) -> None:
    async with database.session() as session:
        await regions.make_city(session)
    run = await make.stored_run(database)
    assert (run.state, run.leads, run.placed, run.value) == (RunState.done, 0, 0, 0)


async def test_a_finished_run_does_not_change(pool: Database, run: MatchRun) -> None:
    for statement in (
        "UPDATE match_run SET value = 1",
        "DELETE FROM match_run",
        "UPDATE match_placement SET value = 1",
        "DELETE FROM match_rejection",
        "TRUNCATE match_candidate",
    ):
        async with pool.session() as session:
            savepoint = await session.begin_nested()
            with pytest.raises(Exception, match=r"change|deleted|append"):
                await session.execute(text(statement))
            await savepoint.rollback()
    assert (await make.run_of(pool, run.id)).value == run.value


async def test_nobody_starts_runs_without_end(pool: Database) -> None:
    for _ in range(RUNS_AN_HOUR):
        await make.request(pool)
    with pytest.raises(TooManyRuns):
        await make.request(pool)
    async with pool.session() as session:
        await service.request_run(session, make.projects_make.SYSTEM)


async def test_the_snapshot_reads_back_equal(pool: Database) -> None:
    async with pool.session() as session:
        found = await build_pool(session, make.CITY, regions.BUSINESS_DATE)
    assert read_pool(pool_record(found)) == found
    assert len(found.leads) == 4


async def test_a_run_of_another_city_is_not_there(pool: Database) -> None:
    run = await make.request(pool)
    await service.execute(pool, Clock(), "610100", run.id, memory_mb=make.MEMORY_MB)
    assert (await make.run_of(pool, run.id)).state is RunState.queued
