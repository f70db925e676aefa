"""How near prices bring the bound to the linear relaxation, and what that costs.

    python -m benchmarks.prices city|province [--load 1.3] [--seed N] [--peer]

Prices are found for all pairs of a synthetic pool. `--peer` solves the relaxation over each lead's best 16
pairs with PDLP too, an independent judge, and compares it with the bound of the same prices over the same
pairs: `over_peer_percent` is what the tolerances of both leave. The last line is one JSON object.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import numpy as np
from ortools.linear_solver import linear_solver_pb2, pywraplp

from allocation.matching.bound import exact_bound
from allocation.matching.candidates import best_pairs
from allocation.matching.encode import UNLIMITED, Encoded
from allocation.matching.prices import price_all
from benchmarks.pools import SHAPES, Shape, encoded

KEEP: Final = 16
TOLERANCE: Final = 1e-5
T = TypeVar("T")


def main() -> None:
    """Price a pool and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prices")
    parser.add_argument("shape", choices=("city", "province"))
    parser.add_argument("--load", type=float, default=1.3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer", action="store_true")
    asked = parser.parse_args()
    _, compiled = timed(lambda: first_use(asked.load))
    enc = encoded(SHAPES[asked.shape], load=asked.load, seed=asked.seed)
    found, pricing = timed(lambda: price_all(enc))
    bound, bounding = timed(lambda: exact_bound(enc, found.limit))
    part, choosing = timed(lambda: best_pairs(enc, found.limit, KEEP).enc)
    figures: dict[str, Any] = {
        "pool": asked.shape,
        "seed": asked.seed,
        "pairs": enc.pairs,
        "limits": len(enc.most),
        "passes": found.passes,
        "bound": bound,
        "price_cpu_seconds": round(pricing, 3),
        "bound_cpu_seconds": round(bounding, 3),
        "candidates_cpu_seconds": round(choosing, 3),
        "compile_cpu_seconds": round(compiled, 1),
    }
    if asked.peer:
        relaxed, solving = timed(lambda: relaxation(part))
        ours = exact_bound(part, found.limit)
        figures |= {
            "peer": "PDLP",
            "peer_bound": round(relaxed),
            "over_peer_percent": round(100 * (ours - relaxed) / relaxed, 4),
            "peer_cpu_seconds": round(solving, 1),
        }
    print(json.dumps(figures))


def timed(run: Callable[[], T]) -> tuple[T, float]:
    """Run, and tell the CPU seconds it took."""
    started = time.process_time()
    result = run()
    return result, time.process_time() - started


def first_use(load: float) -> None:
    """Compile, or load what is compiled."""
    enc = encoded(Shape(50, 5, 2), load=load, seed=1)
    found = price_all(enc)
    exact_bound(best_pairs(enc, found.limit, 2).enc, found.limit)


def relaxation(enc: Encoded) -> float:
    """Solve the linear relaxation with PDLP.

    Raises:
        ValueError: it found no optimum.
    """
    model = linear_solver_pb2.MPModelProto(maximize=True)
    for worth in enc.worth.tolist():
        model.variable.add(lower_bound=0.0, upper_bound=1.0, objective_coefficient=worth)
    for lead, must in enumerate(enc.must.tolist()):
        inside = range(enc.start[lead], enc.start[lead + 1])
        model.constraint.add(
            lower_bound=float(must), upper_bound=1.0, var_index=inside, coefficient=[1.0] * len(inside)
        )
    entries = np.diff(enc.first)[enc.host]
    pair = np.repeat(np.arange(enc.pairs), entries)
    entry = np.concatenate([np.arange(*enc.first[at : at + 2]) for at in enc.host])
    amount = enc.need[enc.row[pair], enc.column[entry]]
    order = np.argsort(enc.limit[entry], kind="stable")
    ends = np.searchsorted(enc.limit[entry][order], np.arange(len(enc.most) + 1))
    for number, (least, most) in enumerate(zip(enc.least.tolist(), enc.most.tolist(), strict=True)):
        inside_limit = order[ends[number] : ends[number + 1]]
        model.constraint.add(
            lower_bound=least,
            upper_bound=np.inf if most == UNLIMITED else most,
            var_index=pair[inside_limit].tolist(),
            coefficient=amount[inside_limit].tolist(),
        )
    request = linear_solver_pb2.MPModelRequest(
        model=model,
        solver_type=linear_solver_pb2.MPModelRequest.PDLP_LINEAR_PROGRAMMING,
        solver_specific_parameters=(
            "termination_criteria { simple_optimality_criteria {"
            f" eps_optimal_relative: {TOLERANCE} eps_optimal_absolute: {TOLERANCE} }} }}"
        ),
    )
    answer = linear_solver_pb2.MPSolutionResponse()
    pywraplp.Solver.SolveWithProto(request, answer)
    if answer.status != linear_solver_pb2.MPSOLVER_OPTIMAL:
        raise ValueError(f"PDLP stopped with status {answer.status}")
    return float(answer.objective_value)


if __name__ == "__main__":
    main()
