"""A pool and a scenario of it, solved the same way and compared."""

from allocation.matching.answers import ScenarioDiff
from allocation.matching.compile import encode_pool
from allocation.matching.override import standing_plan
from allocation.matching.pool_case import PoolCase
from allocation.matching.resolve import Run, Solve, solve_exactly
from allocation.matching.scenario import Scenario, Solved, difference, scenario_pool
from allocation.matching.warm import solve_again


def compare(case: PoolCase, run: Run, scenario: Scenario) -> ScenarioDiff:
    """Solve a scenario and tell what differs from the run.

    A proven run stands as it is against a proven plan with the fewest moves. An unproven one is searched
    once more without the scenario's changes, so that both sides had the same search.

    Args:
        case: the run's pool.
        run: its standing plan.
        scenario: what is different.

    Raises:
        BadChange: a change or a rule of the scenario cannot be.
    """
    other = scenario_pool(case.pool, scenario)
    enc = encode_pool(other)
    if run.proven:
        before, after = (
            Solve(plan=standing_plan(case, run), assignment=run.assignment),
            solve_exactly(enc, run),
        )
    else:
        before, after = solve_again(case.encoded(), run), solve_again(enc, run)
    return difference(
        run.assignment,
        Solved(case.pool, before.plan, before.assignment),
        Solved(other, after.plan, after.assignment),
    )
