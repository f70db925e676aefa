"""Candidates: the best few by reduced value, and whatever must be kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.bound import exact_bound
from allocation.matching.candidates import best_pairs
from allocation.matching.encode import STAYS, Encoded, encode_gap, encode_instance
from allocation.matching.instance import Gap, Instance
from allocation.matching.lagrange import Floats
from allocation.matching.prices import dual_prices
from tests.allocation.matching import factories as make
from tests.allocation.matching.planted import planted, value_of


def reduced(enc: Encoded, prices: Floats, pair: int) -> float:
    """Price one pair plainly, in the order in which the kernels fold."""
    host = enc.host[pair]
    entries = range(enc.first[host], enc.first[host + 1])
    cost = sum(prices[enc.limit[k]] * enc.need[enc.row[pair], enc.column[k]] for k in entries)
    return float(enc.worth[pair] - cost)


def expected(enc: Encoded, prices: Floats, keep: int, keep_must: int) -> list[int]:
    """Sort each lead's pairs by reduced value, the first of equals first."""
    kept: list[int] = []
    for lead in range(len(enc.leads)):
        pairs = range(enc.start[lead], enc.start[lead + 1])
        ranked = sorted(pairs, key=lambda pair: (-reduced(enc, prices, pair), pair))
        kept += ranked[: keep_must if enc.must[lead] else keep]
    return sorted(kept)


def whole_drawn(enc: Encoded, seed: int) -> Floats:
    """Draw whole prices, so that reduced values are exact and ties are ties."""
    return np.random.default_rng(seed).integers(0, 4, len(enc.most)).astype(np.float64)


@settings(max_examples=80)
@given(make.small_instances, st.integers(0, 2**32 - 1), st.integers(0, 4), st.integers(0, 4))
def test_the_best_by_reduced_value_are_kept(problem: Instance, seed: int, keep: int, keep_must: int) -> None:
    enc = encode_instance(problem)
    prices = whole_drawn(enc, seed)
    found = best_pairs(enc, prices, keep, keep_must=keep_must)
    assert found.pair.tolist() == expected(enc, prices, keep, keep_must)
    assert found.enc.worth.tolist() == enc.worth[found.pair].tolist()
    assert found.enc.host.tolist() == enc.host[found.pair].tolist()
    assert found.enc.row.tolist() == enc.row[found.pair].tolist()
    lead = np.repeat(np.arange(len(enc.leads)), np.diff(enc.start))
    assert (
        np.bincount(lead[found.pair], minlength=len(enc.leads)).tolist() == np.diff(found.enc.start).tolist()
    )


@settings(max_examples=40)
@given(make.gaps, st.integers(0, 2**32 - 1), st.integers(0, 3))
def test_each_pair_may_have_a_need_of_its_own(gap: Gap, seed: int, keep: int) -> None:
    enc = encode_gap(gap)
    prices = whole_drawn(enc, seed)
    assert best_pairs(enc, prices, 0, keep_must=keep).pair.tolist() == expected(enc, prices, 0, keep)


def test_a_lead_that_must_be_placed_keeps_all() -> None:
    case = planted(8)
    found = best_pairs(case.enc, case.prices, 1)
    pairs = np.diff(case.enc.start)
    assert np.diff(found.enc.start).tolist() == np.where(case.enc.must, pairs, np.minimum(1, pairs)).tolist()


def test_prices_choose_not_worth() -> None:
    problem = make.instance(
        {"A": ("c", (3,)), "B": ("c", (3,))},
        make.seeker("x", make.option("A", 9, 2), make.option("B", 8, 2)),
        make.seeker("y", make.option("A", 9, 2), make.option("B", 8, 2)),
    )
    enc = encode_instance(problem)
    assert best_pairs(enc, np.array([0.0, 0.0]), 1).enc.host.tolist() == [0, 0]
    assert best_pairs(enc, np.array([1.0, 0.0]), 1).enc.host.tolist() == [1, 1]
    assert best_pairs(enc, np.array([0.5, 0.0]), 1).enc.host.tolist() == [0, 0]  # the first of equals


def test_the_standing_placement_is_kept_and_numbered_both_ways() -> None:
    case = planted(9)
    taken = case.enc.taken(case.assignment)
    found = best_pairs(case.enc, case.prices, 0, keep_must=0, also=taken)
    assert found.pair.tolist() == sorted(taken[taken != STAYS].tolist())
    inside = found.part(taken)
    assert found.whole(inside).tolist() == taken.tolist()
    assert value_of(found.enc, inside) == case.value
    assert found.enc.placement(inside) == case.assignment


def test_what_is_no_candidate_stays() -> None:
    case = planted(9)
    taken = case.enc.taken(case.assignment)
    none = best_pairs(case.enc, case.prices, 0, keep_must=0)
    assert none.part(taken).tolist() == [STAYS] * len(taken)
    assert none.whole(none.part(taken)).tolist() == [STAYS] * len(taken)


@pytest.mark.parametrize("keep", [1, 2, 5])
def test_fewer_pairs_never_raise_the_bound(keep: int) -> None:
    case = planted(10)
    prices = dual_prices(case.enc, passes=50).limit
    part = best_pairs(case.enc, prices, keep).enc
    assert exact_bound(part, prices) == exact_bound(case.enc, prices)  # the best pair of each lead is kept
    assert exact_bound(part, 0 * prices) <= exact_bound(case.enc, 0 * prices)


def test_many_hosts_and_needs_of_their_own() -> None:
    dice = np.random.default_rng(11)
    cost, use = (tuple(map(tuple, dice.integers(1, 40, (9, 12)).tolist())) for _ in range(2))
    enc = encode_gap(Gap(cost, use, (60,) * 9))
    prices = dice.integers(0, 3, 9).astype(np.float64)
    assert best_pairs(enc, prices, 0, keep_must=4).pair.tolist() == expected(enc, prices, 0, 4)
