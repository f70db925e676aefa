"""Match a synthetic pool and print figures: `python -m benchmarks.matching city|province|country`.

A city and a province are solved with all pairs stored, as a run of the service solves them; a country by
`national`, which stores none. The last line is one JSON object. `cpu_seconds` and `wall_seconds` go from the
columns of the pool to the verified placement; compiling is done before on a tiny pool and stated apart.
"""

import argparse
import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from allocation.matching.columns import Columns
from allocation.matching.country import Stage
from allocation.matching.effort import Effort
from allocation.matching.encode import STAYS, Encoded, Small
from allocation.matching.engine import solve
from allocation.matching.limits import encode_columns
from allocation.matching.national import Plan, match_country
from allocation.matching.verify_columns import column_faults
from benchmarks.events import event_figures
from benchmarks.pools import SHAPES, Shape, names, synthetic

SECONDS: Final = {"city": 1.0, "province": 10.0, "country": 300.0}
"""What is asked of each, unless the caller says otherwise."""

TINY: Final = Shape(60, 6, 3)


@dataclass(frozen=True, slots=True)
class Answer:
    """A placement and what is said of it."""

    park: Small
    value: int
    bound: int
    bound_scope: str
    route: str
    moves: int


def main() -> None:
    """Run the benchmark."""
    asked = _arguments().parse_args()
    whole = SHAPES[asked.pool]
    parks = asked.parks or whole.parks
    shape = Shape(asked.leads or whole.leads, parks, max(1, whole.counties * parks // whole.parks))
    seconds = asked.seconds or SECONDS[asked.pool]
    run = _country if asked.pool == "country" else _stored
    started = time.process_time()
    run(synthetic(TINY, load=asked.load, seed=1), TINY, 0.01, 1, _quiet)
    compiled = time.process_time() - started

    columns = synthetic(shape, load=asked.load, seed=asked.seed)
    clocks = time.perf_counter(), time.process_time()
    answer = run(columns, shape, seconds, asked.seed, _say)
    wall, cpu = time.perf_counter() - clocks[0], time.process_time() - clocks[1]
    faults = column_faults(columns, answer.park, answer.value, answer.bound)
    for fault in faults:
        print(fault)
    result: dict[str, Any] = {
        "pool": asked.pool,
        "leads": shape.leads,
        "parks": shape.parks,
        "load": asked.load,
        "seed": asked.seed,
        "seconds": seconds,
        "value": answer.value,
        "bound": answer.bound,
        "bound_scope": answer.bound_scope,
        "gap_percent": round(100 * (answer.bound - answer.value) / max(1, answer.value), 4),
        "wall_seconds": round(wall, 2),
        "cpu_seconds": round(cpu, 2),
        "compile_seconds": round(compiled, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "placed": int((answer.park >= 0).sum()),
        "route": answer.route,
        "moves": answer.moves,
        "verified": not faults,
        "result_sha256": hashlib.sha256(answer.park.astype("<i4").tobytes()).hexdigest(),
    }
    if asked.event:
        result |= event_figures(columns, shape, answer.park, asked.seed)
    print(json.dumps(result))
    sys.exit(1 if faults or not result.get("event_verified", True) else 0)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.matching")
    parser.add_argument("pool", choices=sorted(SHAPES))
    parser.add_argument("--seed", type=int, default=1, help="of the pool and of the search")
    parser.add_argument("--load", type=float, default=1.3, help="what all want, as a multiple of all land")
    parser.add_argument("--leads", type=int, help="another number of leads")
    parser.add_argument("--parks", type=int, help="another number of parks, and of counties in proportion")
    parser.add_argument("--event", action="store_true", help="also repair the plan after events")
    parser.add_argument("--seconds", type=float, help="from which the limits of the search are derived")
    return parser


Say = Callable[[str], None]


def _say(line: str) -> None:
    print(f"{time.process_time():8.1f} s  {line}", flush=True)


def _quiet(_: str) -> None:
    """Say nothing."""


def _stored(columns: Columns, shape: Shape, seconds: float, seed: int, say: Say) -> Answer:
    """Store all pairs and ask the engine."""
    enc: Encoded = encode_columns(columns, names("L", shape.leads), names("P", shape.parks))
    say(f"{enc.pairs} pairs, {len(enc.most)} limits")
    found = solve(
        enc,
        effort=Effort.of(seconds, enc),
        seed=seed,
        report=lambda step: say(f"{step.stage}: {step.value} of {step.bound}"),
    )
    park = np.full(shape.leads, STAYS, np.int32)
    if found.taken is None or found.value is None or found.bound is None:
        return Answer(park, 0, 0, found.bound_scope, found.route, found.moves)
    placed = found.taken != STAYS
    park[placed] = enc.host[found.taken[placed]]
    return Answer(park, found.value, found.bound, found.bound_scope, found.route, found.moves)


def _country(columns: Columns, shape: Shape, seconds: float, seed: int, say: Say) -> Answer:
    """Store no pairs but each lead's best."""

    def tell(stage: Stage) -> None:
        if stage.share in {0.25, 0.5, 0.75, 1.0}:
            say(f"{stage.name}: {stage.share:.0%}{'' if stage.figure is None else f', {stage.figure}'}")

    found = match_country(
        columns,
        names("L", shape.leads),
        names("P", shape.parks),
        plan=Plan.of(seconds),
        seed=seed,
        report=tell,
    )
    return Answer(found.park, found.value, found.bound, "all", "national", found.moves)


if __name__ == "__main__":
    main()
