"""The knapsack bound of bins is never above the optimum, nor is what it says of single pairs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching import bins_question
from allocation.matching.bins import FAR, Bench, Bins, bench_of, bins_of, multipliers, select
from allocation.matching.bins_bound import DEAD, descend, reduce_pairs
from allocation.matching.bins_question import Question
from allocation.matching.bins_range import Span, Turns
from allocation.matching.bins_search import CUT, FOUND, NONE, explore, trail_of
from allocation.matching.bins_tables import force, settle
from allocation.matching.chance import seeded
from allocation.matching.encode import encode_gap
from allocation.matching.instance import Gap
from tests.allocation.matching import factories as make
from tests.allocation.matching.test_tight import judged, solve, tight_gap


def binned(gap: Gap) -> tuple[Bins, int]:
    """Read a problem as bins, with the sum of its jobs' least costs."""
    enc = encode_gap(gap)
    bins = bins_of(enc)
    assert bins is not None
    return bins, -sum(np.maximum.reduceat(enc.worth, enc.start[:-1]).tolist())


def solvable(gap: Gap) -> bool:
    """Tell whether each job has an agent with room for it."""
    return all(
        any(gap.use[agent][job] <= gap.capacity[agent] for agent in range(gap.agents))
        for job in range(gap.jobs)
    )


@given(make.gaps.filter(solvable), st.lists(st.integers(-40, 60), min_size=4, max_size=4), st.integers(1, 8))
@settings(max_examples=20)
def test_whatever_the_multipliers_the_bound_is_valid(gap: Gap, draws: list[int], steps: int) -> None:
    bins, least = binned(gap)
    best = make.cheapest(gap)
    scaled = FAR if best is None else (best - least) << bins.shift
    bench = bench_of(bins)
    alive = np.ones(len(bins.job), np.int8)
    fixed = settle(bins, bench, alive)
    price = np.array(draws[: gap.jobs], float) * (1 << bins.shift)
    if fixed == FAR:
        assert best is None
        return
    assert descend(bins, bench, alive, price, fixed, FAR, steps, 5 << bins.shift) <= scaled


@given(make.gaps.filter(solvable))
@settings(max_examples=20)
def test_what_forcing_a_pair_costs_is_never_overstated(gap: Gap) -> None:
    bins, least = binned(gap)
    bench = bench_of(bins)
    alive = np.ones(len(bins.job), np.int8)
    fixed = settle(bins, bench, alive)
    if fixed == FAR:
        return
    price = multipliers(bins, np.ones(len(bins.room)))
    bound = descend(bins, bench, alive, price, fixed, FAR, 3, 1 << bins.shift)
    force(bins, bench, alive)
    host = np.repeat(np.arange(len(bins.room)), np.diff(bins.first)).tolist()
    for pair, (agent, job) in enumerate(zip(host, bins.job.tolist(), strict=True)):
        if not alive[pair] or bench.choices[job] == 1:
            continue
        others = [number for number in range(gap.agents) if number != agent]
        within = make.cheapest(_barred(gap, job, others))
        without = make.cheapest(_barred(gap, job, [agent]))
        for cost, gain in ((within, bench.into[pair]), (without, bench.out[pair])):
            assert cost is None or bound + gain <= (cost - least) << bins.shift


def _barred(gap: Gap, job: int, agents: list[int]) -> Gap:
    """Make a job too large for some agents."""
    use = tuple(
        tuple(10**6 if agent in agents and at == job else spent for at, spent in enumerate(row))
        for agent, row in enumerate(gap.use)
    )
    return replace(gap, use=use)


def search(bins: Bins, most: int, cells: int = 10**8, levels: int = 60) -> tuple[int, list[int]]:
    """Ask for a placement of at most a cost; list its pairs."""
    found = np.zeros(bins.jobs, np.int64)
    price = multipliers(bins, np.ones(len(bins.room)))
    status = explore(
        bins, bench_of(bins), trail_of(bins, levels, price), most << bins.shift, 1 << bins.shift, cells, 8,
        seeded(1), found,
    )  # fmt: skip
    return status, bins.pair[found].tolist()


@pytest.mark.parametrize("seed", range(2))
def test_a_search_finds_the_optimum_and_proves_that_nothing_is_cheaper(seed: int) -> None:
    gap, best = tight_gap(seed, jobs=7)
    bins, least = binned(gap)
    enc = encode_gap(gap)
    status, pairs = search(bins, best - least)
    assert status == FOUND
    assert -int(enc.worth[pairs].sum()) == best
    assert search(bins, best - least - 1)[0] == NONE


@given(make.gaps.filter(solvable), st.integers(0, 60))
@settings(max_examples=20)
def test_a_search_answers_as_brute_force_does(gap: Gap, most: int) -> None:
    bins, least = binned(gap)
    best = make.cheapest(gap)
    status, pairs = search(bins, most)
    assert status == (FOUND if best is not None and best - least <= most else NONE)
    if status == FOUND:
        cost = -int(encode_gap(gap).worth[pairs].sum())
        assert best is not None
        assert best <= cost <= most + least


def knapsacks(jobs: int = 6) -> Gap:
    """A problem of correlated costs, where a search must branch."""
    use = tuple(tuple(2 + (agent * 7 + job * 11) % 13 for job in range(jobs)) for agent in range(3))
    cost = tuple(
        tuple(20 - spent + (agent * job) % 4 for job, spent in enumerate(row))
        for agent, row in enumerate(use)
    )
    return Gap(cost, use, tuple(sum(row) * 11 // 30 for row in use))


def test_a_search_that_may_not_go_on_claims_nothing() -> None:
    bins, _ = binned(knapsacks())
    tops = [search(bins, most)[0] for most in (0, 200)]
    assert tops[0] == NONE
    assert tops[-1] == FOUND
    assert search(bins, 200, levels=2)[0] == CUT
    assert search(bins, 200, cells=0)[0] == CUT


def test_a_search_goes_back_and_still_proves() -> None:
    bins, _ = binned(knapsacks())
    lowest = next(most for most in range(60) if search(bins, most)[0] == FOUND)
    small = select(bins, np.ones(len(bins.job), np.bool_))
    assert [search(small, lowest + step)[0] for step in (-1, 0)] == [NONE, FOUND]


def test_uses_are_divided_by_what_they_share() -> None:
    gap, best = tight_gap(2)
    bins, least = binned(gap)
    coarse, _ = binned(
        replace(
            gap,
            use=tuple(tuple(7 * amount for amount in row) for row in gap.use),
            capacity=tuple(7 * amount + 6 for amount in gap.capacity),
        )
    )
    assert coarse.use.tolist() == bins.use.tolist()
    assert coarse.room.tolist() == bins.room.tolist()
    assert coarse.unit.tolist() == [7 * unit for unit in bins.unit.tolist()]
    assert search(coarse, best - least)[0] == FOUND


def test_other_shapes_are_no_bins() -> None:
    gap, _ = tight_gap(1)
    enc = encode_gap(gap)
    assert bins_of(replace(enc, must=np.zeros(len(enc.leads), np.bool_))) is None
    assert bins_of(replace(enc, least=enc.most)) is None
    assert bins_of(replace(enc, limit=np.zeros_like(enc.limit))) is None
    assert bins_of(replace(enc, most=enc.most + 2**40)) is None
    assert bins_of(replace(enc, worth=enc.worth * 2**48)) is None


def test_large_costs_keep_exact() -> None:
    gap, best = tight_gap(3)
    factor = 2**38
    large = replace(gap, cost=tuple(tuple(factor * cost for cost in row) for row in gap.cost))
    bins, least = binned(large)
    assert 0 <= bins.shift < 10
    assert search(bins, best * factor - least)[0] == FOUND
    assert search(bins, best * factor - least - 1)[0] == NONE


def test_no_rounds_leave_all_open_and_a_job_without_pairs_is_dead() -> None:
    bins, _ = binned(knapsacks())
    bench = bench_of(bins)
    price = multipliers(bins, np.ones(len(bins.room)))
    alive = np.zeros(len(bins.job), np.int8)
    assert reduce_pairs(bins, bench, alive, price, FAR - 1, 1, 5, 1) == DEAD
    assert reduce_pairs(bins, bench, alive, price, FAR - 1, 1, 5, 0) == DEAD


def test_a_search_cut_short_goes_on_to_the_same_answer() -> None:
    bins, _ = binned(knapsacks(8))
    lowest = next(most for most in range(60) if search(bins, most)[0] == FOUND)
    price = multipliers(bins, np.ones(len(bins.room)))
    answers = []
    for most in (lowest - 1, lowest):
        question = Question.of(bins, _all_open(bins), price, 0, most)
        found = np.zeros(bins.jobs, np.int64)
        filled = [question.ask(1 << bins.shift, 0, 8, seeded(1), found)]
        while filled[-1][0] == CUT:
            assert not question.ended()
            filled.append(question.ask(1 << bins.shift, 0, 8, seeded(1), found))
        assert len(filled) > 2
        assert sum(cells for _, cells in filled) == question.cells()
        answers.append(filled[-1][0])
        if filled[-1][0] == FOUND:
            assert int(question.kept.cost[found].sum()) >> bins.shift == lowest
    assert answers == [NONE, FOUND]


def test_without_memory_for_the_way_down_nothing_false_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bins_question, "_MEMORY", 0)
    gap = knapsacks(8)
    best = make.cheapest(gap)
    enc, found = solve(gap)
    assert best is not None
    assert judged(gap, enc, found) == best
    assert found.bound is not None
    assert found.bound > -best


def _all_open(bins: Bins) -> Bench:
    """Room to work in which no pair costs anything to force in."""
    bench = bench_of(bins)
    bench.into[:] = 0
    return bench


def test_a_span_asks_between_bound_and_placement() -> None:
    span = Span(low=10, high=100, quota=8)
    assert span.target == 10 + 13 - 1
    span.none(10)
    assert (span.low, span.target) == (11, 11 + 13 - 1)
    span.none(9)
    assert (span.low, span.target) == (11, 23)
    span.cut(23)
    span.cut(11)
    assert (span.passed, span.target) == (23, 11 + 35 - 1)
    span.found(30)
    assert (span.high, span.target) == (29, 11 + 16 - 1)
    span.found(21)
    assert (span.low, span.quota, span.target, span.passed) == (11, 16, 11 + 4 - 1, -1)
    span.none(20)
    assert (span.low, span.high) == (21, 20)


def test_an_empty_span_is_no_error() -> None:
    assert Span(low=10, high=2, quota=8).target == 9


def test_the_climb_gets_as_much_work_as_the_search_where_proofs_are_quick() -> None:
    turns = Turns()
    assert turns.climbs()
    turns.spent(10, climbing=True)
    turns.spent(20, climbing=False)
    assert not turns.climbs()
    turns.proved(quickly=True)
    assert turns.climbs()
    turns.proved(quickly=False)
    assert not turns.climbs()
    turns.spent(10, climbing=False)
    assert turns.climbs()
