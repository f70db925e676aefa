"""What a county gains by shading tiers, land or need: `python -m benchmarks.misreport [--seeds N]`.

Each seed makes a pool of its own; each county lies alone, in each way; both results are judged at the truth
(`allocation.matching.misreport` says how, and what a gain is), once without any rule of fairness and once
with a ceiling on each county's investment. The matcher does not prove every result, so a gain holds within
the gap that it states. Prints mean and worst gain by kind; the last line is one JSON object.
"""

import argparse
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from allocation.matching.compile import compile_pool
from allocation.matching.fairness import FairnessRule, Measure, bounds, entitlements, tallies
from allocation.matching.misreport import Trial, simulate, summary
from allocation.matching.pool import Pool
from allocation.matching.result import gap_percent
from allocation.matching.solve import solve_instance
from allocation.matching.verify import instance_faults
from allocation.units import WHOLE
from benchmarks.cities import city

TARGET_PERCENT: Final = 1.0
"""The mean gain of no kind should be above this."""


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.misreport")
    parser.add_argument("--seeds", type=int, default=3, help="number of pools")
    parser.add_argument("--leads", type=int, default=120)
    parser.add_argument("--parks", type=int, default=10)
    parser.add_argument("--counties", type=int, default=5)
    parser.add_argument("--by", type=float, default=20.0, help="shaded by so many per cent")
    parser.add_argument("--ceiling", type=float, default=1.15, help="of investment, by entitlement")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each solve")
    asked = parser.parse_args()
    gaps: list[float] = []

    def matcher(pool: Pool) -> Mapping[str, str | None]:
        instance = compile_pool(pool)
        found = solve_instance(instance, seconds=asked.seconds, seed=1)
        faults = instance_faults(instance, found)
        if faults or found.objective is None or found.bound is None:
            raise SystemExit(f"no result to judge: {found.status} {faults}")
        gaps.append(gap_percent(found.objective, found.bound))
        return found.assignment

    started = time.process_time()
    free: list[Trial] = []
    held: list[Trial] = []
    rule = FairnessRule(measure=Measure.INVESTMENT, ceiling_bp=round(asked.ceiling * WHOLE))
    shade = round(asked.by * WHOLE / 100)
    for seed in range(1, asked.seeds + 1):
        pool = city(asked.leads, asked.parks, asked.counties, seed=seed)
        free += simulate(pool, matcher, by_bp=shade)
        given = tallies(pool, matcher(pool))
        limits = bounds(entitlements(pool, rule), {}, given, rule)
        held += simulate(replace(pool, limits=limits), matcher, by_bp=shade)
        print(
            f"seed {seed}: {len(free) + len(held)} trials, {time.process_time() - started:.1f} s", flush=True
        )
    rows = _told(free, "without rule") + _told(held, "with ceiling")
    print(
        json.dumps(
            {
                "pools": asked.seeds,
                "leads": asked.leads,
                "parks": asked.parks,
                "counties": asked.counties,
                "trials": len(free) + len(held),
                "shaded_percent": asked.by,
                "ceiling": asked.ceiling,
                "target_percent": TARGET_PERCENT,
                "within_target": all(row["mean_gain_percent"] <= TARGET_PERCENT for row in rows),
                "worst_gap_percent": max(gaps),
                "cpu_seconds": round(time.process_time() - started, 1),
                "kinds": rows,
            }
        )
    )


def _told(trials: list[Trial], rule: str) -> list[dict[str, Any]]:
    lines = summary(trials)
    print(rule)
    for line in lines:
        worst = line.worst
        print(
            f"  {line.kind:10} mean {line.mean_gain_bp / 100:6.2f} %   worst {worst.gain_bp / 100:6.2f} %"
            f" ({worst.county}, {worst.lost} of its leads failed)"
        )
    return [
        {
            "rule": rule,
            "kind": line.kind.value,
            "trials": line.trials,
            "mean_gain_percent": line.mean_gain_bp / 100,
            "worst_gain_percent": line.worst.gain_bp / 100,
            "worst_county": line.worst.county,
        }
        for line in lines
    ]


if __name__ == "__main__":
    main()
