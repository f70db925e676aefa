"""The matcher's front door. Importing it loads the solver: do so in a worker's child or a command only."""

from allocation.matching import engine
from allocation.matching.compile import compile_pool
from allocation.matching.encode import encode_gap, encode_instance
from allocation.matching.explain import explain
from allocation.matching.instance import Gap, Instance
from allocation.matching.pool import Pool
from allocation.matching.price import priced
from allocation.matching.result import Match, Solution, Status


def solve_pool(
    pool: Pool,
    *,
    seconds: float,
    seed: int,
    report: engine.Report | None = None,
    stop: engine.Stop | None = None,
) -> Match:
    """Match a pool: compile, solve, explain.

    The caller asks `judge.pool_faults` before it believes the answer.

    Args:
        pool: the frozen pool.
        seconds: what the search may take; its limits are derived from it.
        seed: of the search; same pool and seed, same answer.
        report: called at the end of each stage that leaves a placement.
        stop: asked now and then; True ends the search with the best placement so far.
    """
    instance = compile_pool(pool)
    solution = solve_instance(instance, seconds=seconds, seed=seed, report=report, stop=stop)
    if solution.status not in {Status.OPTIMAL, Status.FEASIBLE}:
        return Match(solution, ())
    explanations = explain(pool, solution.assignment)
    return Match(solution, priced(instance, solution, explanations, seconds=seconds, seed=seed))


def solve_instance(
    instance: Instance,
    *,
    seconds: float,
    seed: int,
    report: engine.Report | None = None,
    stop: engine.Stop | None = None,
) -> Solution:
    """Solve a compiled instance: maximise the value placed."""
    enc = encode_instance(instance)
    found = engine.solve(enc, effort=engine.Effort.of(seconds, enc), seed=seed, report=report, stop=stop)
    return solution_of(found, {} if found.taken is None else enc.placement(found.taken))


def solve_gap(
    gap: Gap,
    *,
    seconds: float,
    seed: int,
    report: engine.Report | None = None,
    stop: engine.Stop | None = None,
) -> Solution:
    """Solve a generalised assignment problem: minimise the cost of placing every job.

    Jobs and agents are named by their numbers, from 0.
    """
    enc = encode_gap(gap)
    found = engine.solve(enc, effort=engine.Effort.of(seconds, enc), seed=seed, report=report, stop=stop)
    placed = {} if found.taken is None else enc.placement(found.taken)
    assignment = {str(int(job)): None if agent is None else str(int(agent)) for job, agent in placed.items()}
    return solution_of(found, assignment, sign=-1)


def solution_of(found: engine.Found, assignment: dict[str, str | None], sign: int = 1) -> Solution:
    """Write what the engine found as a solution.

    Args:
        found: the engine's answer.
        assignment: its placement by names.
        sign: −1 turns worth into cost.
    """
    return Solution(
        status=found.status,
        assignment=assignment,
        objective=None if found.value is None else sign * found.value,
        bound=None if found.bound is None else sign * found.bound,
        deterministic_limit=found.effort.deterministic,
        limited_by_wall=found.limited_by_wall,
        work=found.work,
        bound_scope=found.bound_scope,
        seed=found.seed,
        moves=found.moves,
        move_limit=found.effort.moves,
        passes=found.passes,
        route=found.route,
    )
