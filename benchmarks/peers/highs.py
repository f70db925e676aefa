"""HiGHS with one thread: python -m benchmarks.peers.highs FILE SECONDS SEED.

A process that loaded OR-Tools cannot load HiGHS, nor the other way round.
"""

from importlib.metadata import version
from typing import Any

import highspy
import numpy as np

from allocation.matching.instance import Gap
from benchmarks.peers.common import Answer, main, when_spent


def solve(gap: Gap, seconds: float, seed: int) -> Answer:
    """Solve the mixed integer programme; variable `agent * jobs + job` places the job at the agent."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its class is typed but for this
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("presolve", "on"),
        ("mip_rel_gap", 0.0),
        ("random_seed", seed),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(_model(gap))
    solver.HandleUserInterrupt = True
    when_spent(seconds, solver.cancelSolve)
    solver.solve()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Answer(None, None, proved=False)
    chosen = np.array(solver.getSolution().col_value).reshape(gap.agents, gap.jobs)
    proved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Answer([int(agent) for agent in chosen.argmax(axis=0)], info.mip_dual_bound, proved=proved)


def _model(gap: Gap) -> Any:
    """Write the programme by columns: each has a row of its job and one of its agent."""
    columns = gap.agents * gap.jobs
    model = highspy.HighsLp()
    model.num_col_ = columns
    model.num_row_ = gap.jobs + gap.agents
    model.col_cost_ = np.array(gap.cost, float).reshape(-1)
    model.col_lower_ = np.zeros(columns)
    model.col_upper_ = np.ones(columns)
    model.row_lower_ = np.concatenate([np.ones(gap.jobs), np.full(gap.agents, -highspy.kHighsInf)])
    model.row_upper_ = np.concatenate([np.ones(gap.jobs), np.array(gap.capacity, float)])
    matrix = highspy.HighsSparseMatrix()
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.num_col_ = columns
    matrix.num_row_ = model.num_row_
    matrix.start_ = 2 * np.arange(columns + 1)
    jobs = np.tile(np.arange(gap.jobs), gap.agents)
    agents = gap.jobs + np.repeat(np.arange(gap.agents), gap.jobs)
    matrix.index_ = np.stack([jobs, agents], axis=1).reshape(-1)
    matrix.value_ = np.stack([np.ones(columns), np.array(gap.use, float).reshape(-1)], axis=1).reshape(-1)
    model.a_matrix_ = matrix
    model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    return model


if __name__ == "__main__":
    main("highs", version("highspy"), solve)
