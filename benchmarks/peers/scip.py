"""SCIP with one thread: python -m benchmarks.peers.scip FILE SECONDS SEED."""

from importlib.metadata import version

import pyscipopt

from allocation.matching.instance import Gap
from benchmarks.peers.common import Answer, main

CPU_CLOCK = 1
"""SCIP's `timing/clocktype` that counts CPU seconds of the user."""


def solve(gap: Gap, seconds: float, seed: int) -> Answer:
    """Solve by one binary variable a pair."""
    model = pyscipopt.Model()
    model.hideOutput()
    model.setParam("timing/clocktype", CPU_CLOCK)
    model.setParam("limits/time", seconds)
    model.setParam("randomization/randomseedshift", seed)
    taken = [
        [model.addVar(vtype="B", obj=gap.cost[agent][job]) for job in range(gap.jobs)]
        for agent in range(gap.agents)
    ]
    for job in range(gap.jobs):
        model.addCons(pyscipopt.quicksum(row[job] for row in taken) == 1)
    for row, use, most in zip(taken, gap.use, gap.capacity, strict=True):
        model.addCons(pyscipopt.quicksum(u * var for u, var in zip(use, row, strict=True)) <= most)
    model.optimize()
    if not model.getNSols():
        return Answer(None, None, proved=False)
    best = model.getBestSol()
    agents = [
        max(range(gap.agents), key=lambda agent: model.getSolVal(best, taken[agent][job]))
        for job in range(gap.jobs)
    ]
    return Answer(agents, model.getDualbound(), proved=model.getStatus() == "optimal")


if __name__ == "__main__":
    main("scip", version("pyscipopt"), solve)
