"""CP-SAT with one worker: python -m benchmarks.peers.cpsat FILE SECONDS SEED."""

from importlib.metadata import version
from typing import Any

from ortools.sat.python import cp_model

from allocation.matching.instance import Gap
from benchmarks.peers.common import Answer, main, when_spent


def solve(gap: Gap, seconds: float, seed: int) -> Answer:
    """Solve by exactly-one constraints and one knapsack an agent."""
    model = cp_model.CpModel()
    taken: list[list[Any]] = [[model.new_bool_var("") for _ in range(gap.jobs)] for _ in range(gap.agents)]
    for job in range(gap.jobs):
        model.add_exactly_one(row[job] for row in taken)
    for row, use, most in zip(taken, gap.use, gap.capacity, strict=True):
        model.add(cp_model.LinearExpr.weighted_sum(row, list(use)) <= most)
    model.minimize(
        sum(
            cp_model.LinearExpr.weighted_sum(row, list(cost))
            for row, cost in zip(taken, gap.cost, strict=True)
        )
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    when_spent(seconds, solver.stop_search)
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Answer(None, None, proved=False)
    agents = [
        next(agent for agent, row in enumerate(taken) if solver.boolean_value(row[job]))
        for job in range(gap.jobs)
    ]
    return Answer(agents, solver.best_objective_bound, proved=status == cp_model.OPTIMAL)


if __name__ == "__main__":
    main("cpsat", version("ortools"), solve)
