"""Two engines of sharing, compared to the fen and timed: `python -m benchmarks.sharing [--long]`.

First seeded agreements of ten years are computed by both and every line is compared. Then an agreement with
the most lines there can be (years x 12 months x taxes) is timed alone, and many such ones by each engine. CPU
seconds of one thread; reading the receipts in is not counted for either. The last line is one JSON object;
the exit code is 1 where the engines differ.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Mapping
from typing import Any, Final

import duckdb

from allocation.sharing.entitlement import TermsVersion, entitle
from benchmarks import second_engine as second
from benchmarks.sharing_cases import FIRST_YEAR, Case, make_case, steady_case

YEARS: Final = 10
TAXES: Final = 6
LAST_YEAR: Final = FIRST_YEAR + YEARS - 1
REPEATS: Final = 7
PATTERNS: Final = 20
"""So many different agreements are made; the others repeat them, for making receipts is no part of it."""


def main() -> None:
    """Compare, time and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sharing", description=__doc__)
    parser.add_argument("--long", action="store_true", help="100,000 receipts a year and 6 million lines")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    receipts, lines = (1_000_000, 6_000_000) if asked.long else (20_000, 200_000)
    figures = {
        "seed": asked.seed,
        "years": YEARS,
        **_compared(asked.seed, receipts),
        **_one(asked.seed),
        **_many(asked.seed, lines),
    }
    for name, figure in figures.items():
        print(f"{name:>24}  {figure}")
    print(json.dumps(figures))
    sys.exit(0 if figures["different_lines"] == 0 else 1)


def _compared(seed: int, receipts: int) -> Mapping[str, Any]:
    """Compute agreements with so many receipts in all by both engines, and count lines that differ."""
    draw = random.Random(seed)
    each = 500
    cases = {
        number: make_case(draw, years=YEARS, receipts=each, last_year=LAST_YEAR)
        for number in range(receipts // each)
    }
    database = _loaded(cases)
    second.compute(database)
    own = {second.as_row(number, line) for number, case in cases.items() for line in _entitled(case)}
    other = set(second.lines(database))
    return {
        "receipts": receipts,
        "compared_lines": len(own),
        "different_lines": len(own ^ other),
        "shared_fen": sum(row[-3] for row in own),
    }


def _one(seed: int) -> Mapping[str, Any]:
    """Time one agreement of the most lines; the median of some runs."""
    case = steady_case(random.Random(seed), years=YEARS, taxes=TAXES)
    spent = []
    for _ in range(REPEATS):
        started = time.process_time()
        found = len(_entitled(case))
        spent.append(time.process_time() - started)
    return {"one_lines": found, "one_ms": round(statistics.median(spent) * 1000, 2)}


def _many(seed: int, lines: int) -> Mapping[str, Any]:
    """Time so many lines by each engine."""
    draw = random.Random(seed)
    patterns = [steady_case(draw, years=YEARS, taxes=TAXES) for _ in range(PATTERNS)]
    agreements = -(-lines // (YEARS * 12 * TAXES))
    cases = {number: patterns[number % PATTERNS] for number in range(agreements)}
    database = _loaded(cases)
    started = time.process_time()
    by_sql = second.compute(database)
    sql_seconds = time.process_time() - started
    started = time.process_time()
    by_python = sum(len(_entitled(case)) for case in cases.values())
    return {
        "agreements": agreements,
        "lines": by_python,
        "same_count": by_sql == by_python,
        "sql_cpu_seconds": round(sql_seconds, 2),
        "python_cpu_seconds": round(time.process_time() - started, 2),
    }


def _loaded(cases: Mapping[int, Case]) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(config={"threads": 1})
    second.load(database, {number: case.terms for number, case in cases.items()})
    second.load_receipts(database, {number: case.receipts for number, case in cases.items()})
    second.load_incentives(database, {number: case.incentives for number, case in cases.items()})
    return database


def _entitled(case: Case) -> Any:
    version = TermsVersion(1, case.terms)
    return entitle([version], case.receipts, case.incentives, through=f"{LAST_YEAR}-12").lines


if __name__ == "__main__":
    main()
