"""What a ceiling by land share costs: `python -m benchmarks.fairness [city|province] [--seed N]`.

A synthetic pool is solved without any bound on how many leads a county takes, then with ceilings of so many
times each county's land share of the leads that the first run placed. A price is the difference of the values
found; what is certain is the range, from the value without less the bound with, to the bound without less the
value with. The last line is one JSON object.
"""

import argparse
import json
import time
from dataclasses import replace
from typing import Any, Final

import numpy as np

from allocation.matching.columns import NOWHERE, Columns
from allocation.matching.effort import Effort
from allocation.matching.encode import STAYS, UNLIMITED, Ints, Small
from allocation.matching.engine import solve
from allocation.matching.fairness import shares
from allocation.matching.limits import encode_columns
from allocation.matching.verify_columns import column_faults
from allocation.units import WHOLE
from benchmarks.pools import SHAPES, Shape, names, synthetic

CEILINGS: Final = (1.5, 1.15, 1.0)
"""Times the land share."""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.fairness")
    parser.add_argument("pool", choices=["city", "province"], nargs="?", default="city")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--load", type=float, default=1.3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each solve")
    asked = parser.parse_args()
    shape = SHAPES[asked.pool]
    columns = synthetic(shape, load=asked.load, seed=asked.seed)
    started = time.process_time()
    unbounded = np.full(shape.counties, UNLIMITED, np.int64)
    free = _solved(columns, shape, unbounded, asked.seconds, asked.seed)
    lines = []
    for ceiling in CEILINGS:
        most = _ceilings(columns, free["given"], ceiling)
        held = _solved(columns, shape, most, asked.seconds, asked.seed)
        lines.append(_line(columns, free, held, ceiling))
        print(lines[-1], flush=True)
    print(
        json.dumps(
            {
                "pool": asked.pool,
                "seed": asked.seed,
                "load": asked.load,
                "value": free["value"],
                "bound": free["bound"],
                "ceilings": lines,
                "cpu_seconds": round(time.process_time() - started, 1),
            }
        )
    )


def _land(columns: Columns) -> dict[str, int]:
    """Sum the land of each county's parks."""
    inside = columns.capacities.county != NOWHERE
    land = columns.capacities.land[-1][inside].astype(np.float64)  # whole numbers far below 2^53: exact
    total = np.bincount(columns.capacities.county[inside], land, len(columns.counties))
    return dict(zip(columns.counties, total.astype(np.int64).tolist(), strict=True))


def _ceilings(columns: Columns, given: Ints, times: float) -> Ints:
    entitled = shares(_land(columns), {})
    total, share_bp = int(given.sum()), round(times * WHOLE)
    return np.array([share.most(total, share_bp) for share in entitled], np.int64)


def _solved(columns: Columns, shape: Shape, most: Ints, seconds: float, seed: int) -> dict[str, Any]:
    bounded = replace(columns, capacities=columns.capacities._replace(most=most))
    enc = encode_columns(bounded, names("L", shape.leads), names("P", shape.parks))
    found = solve(enc, effort=Effort.of(seconds, enc), seed=seed)
    if found.taken is None or found.value is None or found.bound is None:
        raise SystemExit(f"no result: {found.status}")
    park: Small = np.full(shape.leads, STAYS, np.int32)
    placed = found.taken != STAYS
    park[placed] = enc.host[found.taken[placed]]
    faults = column_faults(bounded, park, found.value, found.bound)
    if faults:
        raise SystemExit("; ".join(faults))
    county = columns.capacities.county[park[park >= 0]]
    given = np.bincount(county[county != NOWHERE], minlength=shape.counties)
    return {"value": found.value, "bound": found.bound, "park": park, "given": given}


def _line(columns: Columns, free: dict[str, Any], held: dict[str, Any], ceiling: float) -> dict[str, Any]:
    entitled = shares(_land(columns), {})
    counts = held["given"].tolist()
    ratios = [
        ratio
        for share, count in zip(entitled, counts, strict=True)
        if (ratio := share.ratio_bp(count, sum(counts))) is not None
    ]
    part = 100 / free["value"]
    return {
        "ceiling": ceiling,
        "price_percent": round((free["value"] - held["value"]) * part, 3),
        "at_least": round(max(0, free["value"] - held["bound"]) * part, 3),
        "at_most": round((free["bound"] - held["value"]) * part, 3),
        "least_ratio": min(ratios) / WHOLE,
        "most_ratio": max(ratios) / WHOLE,
        "displaced": int((free["park"] != held["park"]).sum()),
    }


if __name__ == "__main__":
    main()
