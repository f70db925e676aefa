"""The watch over runs: a bias shows, chance does not, and a floor undoes it at a stated cost."""

import random
from dataclasses import replace
from datetime import date
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.matching.exact import solve_instance
from allocation.matching.fairness import FairnessRule, Tally, bounds, shares
from allocation.matching.fairness_watch import (
    Verdict,
    WatchedRun,
    WatchRule,
    chance,
    last_of_months,
    once,
    watch,
)
from allocation.matching.instance import CountyLimit, Host, Instance
from allocation.matching.result import Solution
from allocation.matching.verify import instance_faults
from tests.allocation.matching import factories as make

LAND = {"c0": 90, "c1": 90, "c2": 90, "c3": 90}
SHARES = shares(LAND, {})
RULE = WatchRule()


def city(month: int, bias: int) -> Instance:
    """Forty leads, four equal counties; a bias turns the values at the first county by so many per cent."""
    rng = np.random.Generator(np.random.PCG64(month))
    leads = tuple(
        make.seeker(
            f"l{month}-{number:02}",
            *(
                make.option(f"h{host}", int(rng.integers(60, 100)) * (bias if host == 0 else 100), size)
                for host in range(4)
            ),
        )
        for number, size in enumerate(rng.integers(8, 14, 40).tolist())
    )
    hosts = tuple(Host(f"h{number}", f"c{number}", (LAND[f"c{number}"],)) for number in range(4))
    return Instance(("land",), hosts, leads, ())


def solved(problem: Instance) -> Solution:
    answer = solve_instance(problem, seconds=5, seed=1)
    assert instance_faults(problem, answer) == []
    return answer


def hosts(answer: Solution) -> dict[str, str]:
    return {lead: f"c{host[1:]}" for lead, host in answer.assignment.items() if host is not None}


def tallies(answer: Solution) -> dict[str, Tally]:
    found = list(hosts(answer).values())
    return {county: Tally(found.count(county), 0) for county in LAND}


def runs(bias: int, floor_bp: int | None = None) -> tuple[list[WatchedRun], list[int]]:
    """Solve five months; where there is a floor, each run is held to it, and tells what that costs."""
    found: list[WatchedRun] = []
    costs: list[int] = []
    for month in range(1, 6):
        # There is twice the room, so a county that is scored down goes short of leads, not of land.
        problem = city(month, bias)
        problem = replace(problem, hosts=tuple(replace(host, capacity=(180,)) for host in problem.hosts))
        answer = solved(problem)
        if floor_bp is not None:
            free = answer
            held = bounds(SHARES, {}, tallies(free), FairnessRule(ceiling_bp=None, floor_bp=floor_bp))
            limits = tuple(CountyLimit(code, None, count.min_leads, (None,)) for code, count in held.items())
            answer = solved(replace(problem, counties=limits))
            costs.append((free.objective or 0) - (answer.bound or 0))
        found.append(WatchedRun(date(2026, month, 1), SHARES, hosts(answer)))
    return found, costs


def test_a_county_that_is_scored_down_is_flagged_and_a_floor_restores_it_at_a_cost() -> None:
    fair, _ = runs(100)
    assert {line.verdict for line in watch(fair, RULE)} == {Verdict.USUAL}
    biased, _ = runs(80)
    lines = watch(biased[::-1], RULE)
    assert lines[0].verdict is Verdict.LESS
    assert lines[0].ratio_bp is not None
    assert lines[0].ratio_bp < 8_000
    restored, costs = runs(80, 9_000)
    lines = watch(restored, RULE)
    assert {line.verdict for line in lines} == {Verdict.USUAL}
    assert all(ratio is not None and ratio >= 9_000 for ratio in lines[0].ratios_bp)
    assert all(cost > 0 for cost in costs)


def drawn(seed: int, weights: dict[str, int], months: int = 12) -> list[WatchedRun]:
    """Months of leads, each drawn by `weights`; entitled are `c0` … `c5` to 40, 25, 15, 10, 7, 3 parts."""
    draw = random.Random(seed)
    entitled = shares({"c0": 40, "c1": 25, "c2": 15, "c3": 10, "c4": 7, "c5": 3}, {})
    counties = [share.county for share in entitled]
    odds = [weights.get(share.county, share.weight // 10_000) for share in entitled]
    return [
        WatchedRun(
            date(2026, month, 20),
            entitled,
            {f"{month}-{number}": draw.choices(counties, odds)[0] for number in range(draw.randint(0, 40))},
        )
        for month in range(1, months + 1)
    ]


def flagged(runs: list[WatchedRun]) -> dict[str, Verdict]:
    return {
        line.county: line.verdict
        for line in watch(runs, RULE)
        if line.verdict in {Verdict.LESS, Verdict.MORE}
    }


def test_counties_that_are_drawn_fairly_are_flagged_no_oftener_than_stated() -> None:
    years = 250
    found = sum(len(flagged(drawn(seed, {}))) for seed in range(years))
    assert found <= years * 6 * 2 * RULE.chance
    # Nor is that because nothing is ever found: the same years with one county starved, or fed.
    starved = sum(flagged(drawn(seed, {"c0": 15})).get("c0") is Verdict.LESS for seed in range(60))
    fed = sum(flagged(drawn(seed, {"c2": 45})).get("c2") is Verdict.MORE for seed in range(60))
    assert min(starved, fed) > 40


@given(st.integers(0, 60), st.integers(1, 99), st.integers(0, 60))
def test_the_chance_is_never_below_the_exact_one(total: int, per_cent: int, leads: int) -> None:
    share = per_cent / 100
    leads = min(leads, total)
    tail = range(leads, total + 1) if leads >= total * share else range(leads + 1)
    exact = sum(comb(total, k) * share**k * (1 - share) ** (total - k) for k in tail)
    assert chance(leads, total, share) >= exact * (1 - 1e-9)


def test_the_chance_holds_where_shares_differ_from_month_to_month() -> None:
    odds = [0.1] * 6 + [0.6] * 4
    exact = [0.0] * (len(odds) + 1)
    for outcome in product((0, 1), repeat=len(odds)):
        weight = 1.0
        for hit, odd in zip(outcome, odds, strict=True):
            weight *= odd if hit else 1 - odd
        exact[sum(outcome)] += weight
    mean = sum(odds)
    for leads in range(len(odds) + 1):
        tail = exact[leads:] if leads >= mean else exact[: leads + 1]
        assert chance(leads, len(odds), mean / len(odds)) >= sum(tail)


def test_nothing_drawn_or_no_share_is_no_evidence() -> None:
    assert (chance(0, 0, 0.5), chance(5, 5, 1.0), chance(0, 5, 0.0)) == (1.0, 1.0, 1.0)


def series(*counts: tuple[int, int], day: int = 1) -> list[WatchedRun]:
    entitled = shares({"a": 50, "b": 50}, {})
    return [
        WatchedRun(
            date(2026, month, day),
            entitled,
            {
                **{f"{month}-{day}-a{number}": "a" for number in range(mine)},
                **{f"{month}-{day}-b{number}": "b" for number in range(yours)},
            },
        )
        for month, (mine, yours) in enumerate(counts, start=1)
    ]


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ([(2, 20)] * 3, Verdict.LESS),
        ([(20, 2)] * 3, Verdict.MORE),
        ([(2, 20)] * 2, Verdict.SHORT),
        ([(2, 20), (0, 0), (2, 20)], Verdict.SHORT),  # a month that placed nothing tells nothing
        ([(1, 3)] * 3, Verdict.USUAL),  # may be chance
        ([(2, 20), (2, 20), (30, 20)], Verdict.USUAL),  # the last month was on the other side
        ([(450, 550)] * 9, Verdict.USUAL),  # no chance, but inside the band
        ([(20, 2), (20, 2), (2, 3)], Verdict.USUAL),
        ([], None),
    ],
)
def test_flags_need_a_side_a_size_and_more_than_chance(
    counts: list[tuple[int, int]], verdict: Verdict | None
) -> None:
    lines = watch(series(*counts), RULE)
    assert (lines[0].verdict if lines else None) is verdict


def test_of_a_month_the_last_run_counts_alone() -> None:
    counts = [(2, 20)] * 4
    last = series(*counts, day=28)
    assert watch([*series(*[(20, 2)] * 4, day=5), *last], RULE) == watch(last, RULE)
    again = [replace(last[0], hosts={}), *last[1:]]
    assert watch([*last, again[0]], RULE) == watch(again, RULE), "of one day the run that was done last"
    days = [date(2026, 1, 3), date(2025, 1, 9), date(2026, 1, 2)]
    assert last_of_months(days, lambda day: day) == [date(2025, 1, 9), date(2026, 1, 3)]


def test_a_lead_that_waits_counts_in_its_first_month_alone() -> None:
    (first,) = series((2, 20))
    waits = [replace(first, on=date(2026, month, 1)) for month in range(1, 7)]
    assert [len(run.hosts) for run in once(waits)] == [22, 0, 0, 0, 0, 0]
    line = watch(waits, RULE)[0]
    assert (line.leads, line.total, line.verdict) == (2, 22, Verdict.SHORT)


def test_a_line_tells_its_base() -> None:
    line = watch(series((2, 20), (4, 6)), RULE)[0]
    assert (line.county, line.leads, line.total, line.due_bp) == ("a", 6, 32, 160_000)
    assert (line.ratios_bp, line.ratio_bp) == ((1_818, 8_000), 3_750)
    assert line.chance == chance(6, 32, 0.5)


def test_a_county_without_land_or_that_came_later_is_told_apart() -> None:
    none = WatchedRun(date(2026, 1, 1), shares({"a": 0, "b": 5}, {}), {"x": "b"})
    line = watch([none], RULE)[0]
    assert (line.ratios_bp, line.ratio_bp, line.verdict) == ((None,), None, Verdict.NO_SHARE)
    early = WatchedRun(date(2025, 1, 1), shares({"b": 5}, {}), {"x": "b"})
    line = watch([*series((1, 1)), early], RULE)[0]
    assert (line.ratios_bp, line.total, line.verdict) == ((None, 10_000), 3, Verdict.SHORT)
