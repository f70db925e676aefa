"""What leads choose at prices, against the same worked out pair by pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.encode import STAYS, UNLIMITED, Encoded, encode_gap, encode_instance
from allocation.matching.instance import Gap, Instance
from allocation.matching.lagrange import (
    Floats,
    allowed,
    board,
    choose,
    draw,
    fold,
    live_columns,
    no_rates,
    sealed,
    worth_of_limits,
)
from tests.allocation.matching import factories as make
from tests.allocation.matching.planted import planted

seeds = st.integers(0, 2**32 - 1)


def plainly(enc: Encoded, prices: Floats) -> tuple[float, list[int], list[float]]:
    """Sum the best reduced values, name the pairs, and sum what they draw on each limit."""
    total, picks, used = 0.0, [], [0.0] * len(enc.most)
    for lead in range(len(enc.leads)):
        best, pick = (-np.inf if enc.must[lead] else 0.0), STAYS
        for pair in range(enc.start[lead], enc.start[lead + 1]):
            entries = range(*enc.first[enc.host[pair] : enc.host[pair] + 2])
            uses = {k: float(enc.need[enc.row[pair], enc.column[k]]) for k in entries}
            value = float(enc.worth[pair]) - sum(prices[enc.limit[k]] * use for k, use in uses.items())
            if value > best:
                best, pick, drawn = value, pair, uses
        picks.append(pick)
        if pick != STAYS:
            total += best
            for k, use in drawn.items():
                used[enc.limit[k]] += use
    return total, picks, used


def check(enc: Encoded, seed: int) -> None:
    """Compare at whole prices, where floats are exact."""
    prices = np.random.default_rng(seed).integers(-2, 6, len(enc.most)).astype(np.float64)
    view = board(enc)
    rates = no_rates(view)
    fold(view, prices, rates)
    pick, used = np.empty(len(enc.leads), np.int64), np.empty(len(enc.most))
    total = choose(view, rates, pick)
    draw(view, pick, used)
    assert (total, pick.tolist(), used.tolist()) == plainly(enc, prices)
    assert (rates.lines == rates.hosts.T).all()


@settings(max_examples=50)
@given(make.small_instances, seeds)
def test_leads_of_a_pool_choose_the_best(problem: Instance, seed: int) -> None:
    check(encode_instance(problem), seed)


@settings(max_examples=30)
@given(make.gaps, seeds)
def test_jobs_choose_the_best(gap: Gap, seed: int) -> None:
    check(encode_gap(gap), seed)


@pytest.mark.parametrize("seed", range(3))
def test_planted_leads_and_jobs_of_many_agents_choose_the_best(seed: int) -> None:
    check(planted(seed).enc, seed)
    dice = np.random.default_rng(seed)
    cost, use = (tuple(map(tuple, dice.integers(1, 40, (9, 12)).tolist())) for _ in range(2))
    check(encode_gap(Gap(cost, use, (60,) * 9)), seed)


def test_what_costs_counts_at_its_most_and_what_pays_at_its_least() -> None:
    view = board(planted(0).enc)._replace(most=np.array([9.0, 9.0, np.inf]), least=np.array([0.0, 4.0, 4.0]))
    assert worth_of_limits(view, np.array([2.0, 0.0, 0.0])) == 18.0
    assert worth_of_limits(view, np.array([0.0, -2.0, -1.0])) == -12.0


@settings(max_examples=50)
@given(make.small_instances, seeds)
def test_prices_are_brought_to_their_signs_and_no_further(problem: Instance, seed: int) -> None:
    enc = encode_instance(problem)
    prices = np.random.default_rng(seed).normal(0.0, 3.0, len(enc.most))
    for k, (before, after) in enumerate(zip(prices.tolist(), allowed(enc, prices).tolist(), strict=True)):
        wrong = (before < 0 and enc.least[k] == 0) or (before > 0 and enc.most[k] == UNLIMITED)
        assert after == (0.0 if wrong else before)


def test_columns_that_no_limit_counts_are_left_out() -> None:
    leads = [make.seeker(name, make.option("A", 5, 1, 2, 3)) for name in "xy"]
    enc = encode_instance(make.instance({"A": ("a", (9, 3, 9))}, *leads))
    assert enc.label == (("A", "r1"),)
    live, column = live_columns(enc)
    assert (live.tolist(), column.tolist()) == ([1], [0])
    assert board(enc).need.tolist() == [[2.0]]
    free = encode_instance(make.instance({"A": ("a", (9, 9, 9))}, *leads))
    assert live_columns(free)[0].tolist() == [0]  # one is there, though none is counted


def test_a_sealed_array_is_a_view_that_nobody_writes_into() -> None:
    array = np.arange(6).reshape(2, 3)
    view = sealed(array)
    assert not view.flags.writeable
    assert array.flags.writeable
    assert np.shares_memory(view, array)
    assert sealed(array.T).flags.c_contiguous
