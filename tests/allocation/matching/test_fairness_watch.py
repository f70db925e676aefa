"""The watch over runs: a bias shows, chance does not, and a floor undoes it at a stated cost."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from allocation.matching.exact import solve_instance
from allocation.matching.fairness import FairnessRule, Measure, Tally, bounds, shares
from allocation.matching.fairness_watch import Side, WatchedRun, WatchRule, strong, watch
from allocation.matching.instance import CountyLimit, Host, Instance
from allocation.matching.result import Solution
from allocation.matching.verify import instance_faults
from allocation.units import Fen
from tests.allocation.matching import factories as make

LAND = {"c0": 90, "c1": 90, "c2": 90, "c3": 90}
SHARES = shares(LAND, {})


def city(month: int, bias: int) -> Instance:
    """Forty leads, four equal counties; a bias turns the values at the first county by so many per cent."""
    rng = np.random.Generator(np.random.PCG64(month))
    leads = tuple(
        make.seeker(
            f"l{number:02}",
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


def given(answer: Solution) -> dict[str, Tally]:
    hosts = list(answer.assignment.values())
    return {f"c{number}": Tally(hosts.count(f"h{number}"), 0) for number in range(4)}


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
            held = bounds(SHARES, {}, given(free), FairnessRule(ceiling_bp=None, floor_bp=floor_bp))
            limits = tuple(CountyLimit(code, None, count.min_leads, (None,)) for code, count in held.items())
            answer = solved(replace(problem, counties=limits))
            costs.append((free.objective or 0) - (answer.bound or 0))
        found.append(WatchedRun(date(2026, month, 1), SHARES, given(answer)))
    return found, costs


def test_a_county_that_is_scored_down_is_flagged_and_a_floor_restores_it_at_a_cost() -> None:
    fair, _ = runs(100)
    assert {line.flag for line in watch(fair, Measure.LEADS, WatchRule())} == {None}
    biased, _ = runs(80)
    lines = watch(biased[::-1], Measure.LEADS, WatchRule())
    assert lines[0].flag is Side.LESS
    assert lines[0].ratio_bp is not None
    assert lines[0].ratio_bp < 8_000
    restored, costs = runs(80, 9_000)
    lines = watch(restored, Measure.LEADS, WatchRule())
    assert {line.flag for line in lines} == {None}
    assert all(ratio is not None and ratio >= 9_000 for ratio in lines[0].ratios_bp)
    assert all(cost > 0 for cost in costs)


def series(*counts: tuple[int, int]) -> list[WatchedRun]:
    entitled = shares({"a": 50, "b": 50}, {})
    return [
        WatchedRun(date(2026, month, 1), entitled, {"a": Tally(mine, mine), "b": Tally(yours, yours)})
        for month, (mine, yours) in enumerate(counts, start=1)
    ]


@pytest.mark.parametrize(
    ("counts", "flag"),
    [
        ([(2, 20)] * 3, Side.LESS),
        ([(20, 2)] * 3, Side.MORE),
        ([(2, 20)] * 2, None),  # too few runs
        ([(1, 3)] * 3, None),  # may be chance
        ([(2, 20), (2, 20), (30, 20)], None),  # the last run was on the other side
        ([(45, 55)] * 9, None),  # inside the band
        ([(20, 2), (20, 2), (2, 3)], None),
    ],
)
def test_flags_need_a_side_a_size_and_more_than_chance(
    counts: list[tuple[int, int]], flag: Side | None
) -> None:
    assert watch(series(*counts), Measure.LEADS, WatchRule())[0].flag is flag


def test_investment_needs_no_chance_and_an_empty_county_has_no_ratio() -> None:
    assert watch(series((1, 3), (1, 3), (1, 3)), Measure.INVESTMENT, WatchRule())[0].flag is Side.LESS
    none = WatchedRun(date(2026, 1, 1), shares({"a": 0, "b": 5}, {}), {"b": Tally(1, 1)})
    line = watch([none, *series((1, 1))], Measure.LEADS, WatchRule())[0]
    assert (line.ratios_bp, line.ratio_bp, line.flag) == ((None, 10_000), 10_000, None)
    assert watch([none], Measure.LEADS, WatchRule())[0].ratio_bp is None
    assert watch([], Measure.LEADS, WatchRule()) == ()


def test_a_county_that_came_later_counts_from_then() -> None:
    early = WatchedRun(date(2025, 1, 1), shares({"b": 5}, {}), {"b": Tally(4, 4)})
    line = watch([*series((1, 1)), early], Measure.LEADS, WatchRule())[0]
    assert line.ratios_bp == (None, 10_000)


def test_strong_leads_are_those_of_enough_investment() -> None:
    leads = (make.lead("L1"), make.lead("L2", investment_fen=Fen(10**6)), make.lead("L3"))
    pool = make.pool(leads, (make.park("A"), make.park("B", "610000")))
    found = strong(pool, {"L1": "A", "L2": "A", "L3": "B"}, 20_000 * 10**6)
    assert found == {"610001": Tally(1, 20_000), "610002": Tally()}
    assert strong(pool, {"L1": None, "L2": "A", "L3": None}, 10**6)["610001"] == Tally(1, 1)
