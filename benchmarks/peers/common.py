"""What the runners of other solvers share: read the instance, count CPU seconds, check, print one JSON line.

A limit counts the CPU seconds of the process, so that a busy machine takes nothing from a solver.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from allocation.matching.formats import decode, parse_gap
from allocation.matching.instance import Gap
from allocation.matching.result import Solution, Status
from allocation.matching.verify import gap_faults


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solver says: the agent of each job (None: no result), its lower bound, whether it proved it."""

    agents: list[int] | None
    bound: float | None
    proved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a runner prints."""

    solver: str
    version: str
    cost: int | None
    bound: float | None
    status: str
    verified: bool
    cpu_seconds: float


Solve = Callable[[Gap, float, int], Answer]


def main(solver: str, version: str, solve: Solve) -> None:
    """Run `solve` on what the command line says: FILE SECONDS SEED."""
    path, seconds, seed = sys.argv[1:]
    gap = parse_gap(decode(Path(path).read_bytes()))
    started = time.process_time()
    answer = solve(gap, float(seconds), int(seed))
    spent = time.process_time() - started
    print(json.dumps(asdict(_line(gap, answer, solver=solver, version=version, spent=spent))))


def when_spent(seconds: float, stop: Callable[[], object]) -> None:
    """Call `stop` in another thread once this process has used so many CPU seconds from now on."""
    until = time.process_time() + seconds

    def watch() -> None:
        while time.process_time() < until:
            time.sleep(0.05)
        stop()

    threading.Thread(target=watch, daemon=True).start()


def _line(gap: Gap, answer: Answer, *, solver: str, version: str, spent: float) -> Line:
    """Check the answer with the judge of our own results; the cost is summed anew."""
    cost = None
    verified = False
    if answer.agents is not None:
        cost = sum(gap.cost[agent][job] for job, agent in enumerate(answer.agents))
        named: dict[str, str | None] = {str(job): str(agent) for job, agent in enumerate(answer.agents)}
        claimed = Solution(Status.FEASIBLE, named, cost, 0, 0.0)
        verified = not gap_faults(gap, claimed)
    return Line(
        solver=solver,
        version=version,
        cost=cost,
        bound=answer.bound,
        status="optimal" if answer.proved else "unknown" if cost is None else "feasible",
        verified=verified,
        cpu_seconds=round(spent, 2),
    )
