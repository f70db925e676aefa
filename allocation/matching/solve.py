"""The matcher's front door. Importing it loads the solver: do so in a worker's child or a command only."""

from allocation.matching import exact
from allocation.matching.compile import compile_pool
from allocation.matching.explain import explain
from allocation.matching.instance import Gap, Instance
from allocation.matching.pool import Pool
from allocation.matching.price import priced
from allocation.matching.result import Match, Solution, Status


def solve_pool(pool: Pool, *, seconds: float, seed: int) -> Match:
    """Match a pool: compile, solve, explain.

    The caller asks `judge.pool_faults` before it believes the answer.

    Args:
        pool: the frozen pool.
        seconds: wall guard of the search.
        seed: of the search; same pool and seed, same answer.
    """
    instance = compile_pool(pool)
    solution = exact.solve_instance(instance, seconds=seconds, seed=seed)
    if solution.status not in {Status.OPTIMAL, Status.FEASIBLE}:
        return Match(solution, ())
    explanations = explain(pool, solution.assignment)
    return Match(solution, priced(instance, solution, explanations, seconds=seconds, seed=seed))


def solve_instance(instance: Instance, *, seconds: float, seed: int) -> Solution:
    """Solve a compiled instance."""
    return exact.solve_instance(instance, seconds=seconds, seed=seed)


def solve_gap(gap: Gap, *, seconds: float, seed: int) -> Solution:
    """Solve a generalised assignment problem."""
    return exact.solve_gap(gap, seconds=seconds, seed=seed)
