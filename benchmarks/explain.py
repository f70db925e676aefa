"""How fast and how true the matcher's explanations are.

    python -m benchmarks.explain [--leads 2000] [--parks 25] [--asked 40] [--cases 200] [--seed N]

1. A city is solved by the engine. Every park is explained for every lead and judged.
2. Level 0 (what is missing with nothing moved) for all leads without a host, in one pass; beside it for all
   leads, as if nobody had a host.
3. Level 1 (the change applied, solved again) for `asked` pairs of a lead without a host and a park that no
   rule bars for good.
4. Level 2 (the smallest change) for a few of them.
5. On small pools, solved to proof, `cases` changes that are said to win are applied to the pool itself,
   which is compiled and solved anew by CP-SAT with and without the lead bound to the park: it wins if both
   values are the same. Of changes said to be the smallest, one unit less of each figure must lose.

Times are CPU milliseconds of this process, after a first call that compiles. The last line is one JSON
object.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from allocation.matching import engine
from allocation.matching.answers import WouldWin
from allocation.matching.compile import compile_pool, encode_pool
from allocation.matching.exact import solve_instance
from allocation.matching.explain import Standing, explain
from allocation.matching.instance import Instance
from allocation.matching.judge import pool_faults
from allocation.matching.levers import changed
from allocation.matching.pool import Pool
from allocation.matching.pool_case import PoolCase
from allocation.matching.resolve import Run
from allocation.matching.result import Match, Solution, Status
from allocation.matching.shortage import shortage
from allocation.matching.shortages import ready, shortages
from allocation.matching.warm import run_prices
from allocation.matching.wouldwin import would_win
from benchmarks.cities import city

T = TypeVar("T")

SMALL = (9, 3, 2)
"""Leads, parks and counties of a pool that is solved to proof."""

SEARCHED = 5
"""Pairs whose smallest change is looked for in the city."""


def main() -> None:
    """Measure and check."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explain")
    parser.add_argument("--leads", type=int, default=2_000)
    parser.add_argument("--parks", type=int, default=25)
    parser.add_argument("--asked", type=int, default=40)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    pool = city(asked.leads, asked.parks, seed=asked.seed)
    found = _city(pool, asked.asked) | _cases(asked.cases, asked.seed)
    print(json.dumps({"leads": asked.leads, "parks": asked.parks, "seed": asked.seed} | found))


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """Do something, and tell its CPU milliseconds."""
    started = time.process_time()
    made = work()
    return made, 1_000 * (time.process_time() - started)


def _city(pool: Pool, asked: int) -> dict[str, Any]:
    run, match = _solved(pool)
    told, explained = _timed(lambda: explain(pool, run.assignment))
    faults, judged = _timed(lambda: pool_faults(pool, replace(match, explanations=told)))
    print(f"explain {explained:.0f} ms, judge {judged:.0f} ms, faults {len(faults)}")
    prepared, ready_ms = _timed(lambda: ready(pool, run.assignment))
    nobody = ready(pool, dict.fromkeys(run.assignment))
    shortages(prepared)
    lacking, level0 = _timed(lambda: shortages(prepared))
    _, everybody = _timed(lambda: shortages(nobody))
    print(
        f"level 0: {len(lacking.waiting)} leads without a host {level0:.2f} ms, all leads {everybody:.2f} ms"
        f" (prepared once a run: {ready_ms:.1f} ms)"
    )
    case = PoolCase(pool)
    pairs = list(_pairs(pool, run, asked))
    would_win(case, run, *pairs[0], 1)
    level1 = [_timed(partial(would_win, case, run, *pair, 1)) for pair in pairs]
    times = [used for _, used in level1]
    wins = sum(answer.wins for answer, _ in level1)
    print(f"level 1: median {statistics.median(times):.1f} ms, worst {max(times):.1f} ms, {wins} win")
    level2 = [_timed(partial(would_win, case, run, *pair, 2)) for pair in pairs[:SEARCHED]]
    again = sum(_again(case, run, answer) for answer, _ in level2)
    longest = max(used for _, used in level2)
    print(f"level 2: median {statistics.median(used for _, used in level2):.0f} ms, worst {longest:.0f} ms")
    return {
        "explain_ms": round(explained),
        "judge_ms": round(judged),
        "verified": not faults,
        "unplaced": len(lacking.waiting),
        "level0_ms": round(level0, 3),
        "level0_all_leads_ms": round(everybody, 3),
        "level0_prepared_ms": round(ready_ms, 1),
        "level1_median_ms": round(statistics.median(times), 1),
        "level1_worst_ms": round(max(times), 1),
        "level1_asked": len(times),
        "level2_median_ms": round(statistics.median(used for _, used in level2)),
        "level2_worst_ms": round(longest),
        "level2_win_again": f"{again}/{sum(answer.wins for answer, _ in level2)}",
    }


def _solved(pool: Pool) -> tuple[Run, Match]:
    enc = encode_pool(pool)
    effort = engine.Effort.of(1.0, enc)
    found = engine.solve(enc, effort=effort, seed=1)
    if found.taken is None:
        raise SystemExit("no plan was found")
    placement = enc.placement(found.taken)
    solution = Solution(found.status, placement, found.value, found.bound, effort.deterministic)
    run = Run(
        assignment=placement,
        status=found.status,
        bound=found.bound,
        seconds=1.0,
        seed=1,
        value=found.value,
        prices=run_prices(enc),
    )
    return run, Match(solution, ())


def _pairs(pool: Pool, run: Run, asked: int) -> Iterator[tuple[str, str]]:
    """Name pairs of a lead without a host and a park that may take it, one park for each lead in turn."""
    standing = Standing.of(pool, run.assignment)
    told = 0
    for turn in range(len(pool.parks)):
        for number, lead in enumerate(pool.leads):
            park = pool.parks[(number + turn) % len(pool.parks)]
            if run.assignment[lead.id] is None and not shortage(standing, lead, park).barred:
                yield lead.id, park.code
                told += 1
                if told == asked:
                    return


def _again(case: PoolCase, run: Run, answer: WouldWin) -> bool:
    """Apply a change to the pool itself and repair the run's plan there, as the next asker would."""
    applied = PoolCase(changed(case.pool, answer.change))
    return answer.wins and would_win(applied, run, answer.lead, answer.park, 2).change == ()


def _cases(wanted: int, seed: int) -> dict[str, Any]:
    won = small = smallest = 0
    cases = 0
    while cases < wanted:
        pool = city(*SMALL, load=1.5, seed=seed)
        seed += 1
        for lead, park, run in _lost(pool):
            for level in (1, 2):
                answer = would_win(PoolCase(pool), run, lead, park, level)
                if answer.wins and answer.change and cases < wanted:
                    cases += 1
                    won += _wins(changed(pool, answer.change), lead, park)
                    if answer.minimal:
                        smallest += 1
                        small += not any(_wins(less, lead, park) for less in _less(pool, answer))
    print(f"applied and solved again: {won} of {cases} win; {small} of {smallest} smallest are smallest")
    return {"cases": cases, "win": won, "smallest": smallest, "no_unit_less_wins": small}


def _lost(pool: Pool) -> Iterator[tuple[str, str, Run]]:
    instance = compile_pool(pool)
    found = solve_instance(instance, seconds=10, seed=1)
    run = Run(
        assignment=found.assignment,
        status=found.status,
        bound=found.bound,
        seconds=10,
        seed=1,
        value=found.objective,
    )
    standing = Standing.of(pool, found.assignment)
    for lead in pool.leads:
        for park in pool.parks:
            if found.assignment[lead.id] != park.code and not shortage(standing, lead, park).barred:
                yield lead.id, park.code, run


def _less(pool: Pool, answer: WouldWin) -> Iterator[Pool]:
    for place, change in enumerate(answer.change):
        lower = [*answer.change]
        lower[place] = replace(change, amount=change.amount - 1)
        if change.amount == 1:
            del lower[place]
        yield changed(pool, lower)


def _wins(pool: Pool, lead: str, park: str) -> bool:
    """Tell whether some best plan places the lead at the park: two solves that know nothing of each other."""
    instance = compile_pool(pool)
    free = solve_instance(instance, seconds=10, seed=2)
    bound = solve_instance(_bound(instance, lead, park), seconds=10, seed=2)
    proven = free.status is Status.OPTIMAL and bound.status in {Status.OPTIMAL, Status.INFEASIBLE}
    return proven and free.objective == bound.objective


def _bound(instance: Instance, lead: str, park: str) -> Instance:
    return replace(
        instance,
        leads=tuple(
            replace(item, must_place=True, options=tuple(one for one in item.options if one.host == park))
            if item.id == lead
            else item
            for item in instance.leads
        ),
    )


if __name__ == "__main__":
    main()
