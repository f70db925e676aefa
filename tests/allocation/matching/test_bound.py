"""The bound: exact, never below a feasible value, the same by both kinds of integers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.graph.python import min_cost_flow

from allocation.matching import bound
from allocation.matching.bound import block_bound, close_bound, exact_bound, unplaceable, whole_prices
from allocation.matching.encode import STAYS, UNLIMITED, Encoded, encode_gap, encode_instance
from allocation.matching.instance import CountyLimit, Gap, Host, Instance
from allocation.matching.lagrange import Floats, sealed
from allocation.matching.prices import dual_prices
from tests.allocation.matching import factories as make
from tests.allocation.matching.planted import best_value, planted, value_of, without

seeds = st.integers(0, 2**32 - 1)


def any_prices(enc: Encoded, seed: int, scale: float = 8.0) -> Floats:
    """Draw prices of either sign, some of them 0."""
    dice = np.random.default_rng(seed)
    drawn: Floats = dice.normal(0.0, scale, len(enc.most)) * dice.integers(0, 2, len(enc.most))
    return drawn


def in_long_integers(enc: Encoded, prices: Floats, shift: int) -> int:
    """Make the bound as for figures that 64 bits cannot hold, at a given shift."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bound, "WORD", 0)
        patch.setattr(bound, "LONG_SHIFT", shift)
        whole = whole_prices(enc, prices)
        assert whole.lines is None
        return close_bound(whole, block_bound(enc, whole))


@pytest.mark.parametrize("seed", range(12))
def test_the_planted_prices_prove_the_planted_value(seed: int) -> None:
    case = planted(seed)
    assert value_of(case.enc, case.enc.taken(case.assignment)) == case.value
    assert exact_bound(case.enc, case.prices) == case.value


@pytest.mark.parametrize(("big", "grain"), [(1, 2**34), (2**20, 2**14), (2**22, 2**22)])
def test_figures_near_the_limit_are_bounded_exactly(big: int, grain: int) -> None:
    case = planted(3, big=big, grain=grain)
    assert value_of(case.enc, case.enc.taken(case.assignment)) == case.value
    assert exact_bound(case.enc, case.prices) == case.value
    assert in_long_integers(case.enc, case.prices, 5) == case.value


def test_magnitudes_decide_which_integers_count() -> None:
    case = planted(3)
    assert whole_prices(case.enc, case.prices).lines is not None
    assert whole_prices(case.enc, case.prices * 2.0**56).lines is None  # a cost would not fit
    free = np.zeros(len(case.enc.most))
    assert whole_prices(case.enc, free, need=[2**57] * 7).lines is not None
    assert whole_prices(case.enc, free, need=[2**58] * 7).lines is None  # nor rounding, times need
    wide = replace(case.enc, most=sealed(np.full(len(case.enc.most), 2**61)))
    assert whole_prices(wide, case.prices, worth=1).lines is None  # rounding, times room, would cost too much


@settings(max_examples=80)
@given(make.small_instances, seeds)
def test_no_prices_bound_below_the_best_value(problem: Instance, seed: int) -> None:
    enc = encode_instance(problem)
    best = make.brute_force(problem)
    prices = any_prices(enc, seed)
    assert best is None or exact_bound(enc, prices) >= best
    assert best is None or exact_bound(enc, dual_prices(enc, passes=30).limit) >= best
    assert best is None or exact_bound(enc, dual_prices(enc, passes=5, start=prices).limit) >= best


@settings(max_examples=40)
@given(make.gaps, seeds)
def test_no_prices_bound_above_the_least_cost(gap: Gap, seed: int) -> None:
    enc = encode_gap(gap)
    least = make.cheapest(gap)
    assert least is None or -exact_bound(enc, any_prices(enc, seed)) <= least
    assert least is None or -exact_bound(enc, dual_prices(enc, passes=30).limit) <= least


@settings(max_examples=40)
@given(make.small_instances, seeds, st.sampled_from([1e-9, 1.0, 1e6]))
def test_both_kinds_of_integers_agree(problem: Instance, seed: int, scale: float) -> None:
    enc = encode_instance(problem)
    prices = any_prices(enc, seed, scale)
    whole = whole_prices(enc, prices)
    assert whole.lines is not None
    assert exact_bound(enc, prices) == in_long_integers(enc, prices, whole.shift)


@pytest.mark.parametrize("worth", [2**40 - 1, 2**20])
@pytest.mark.parametrize("price", [2.0**-30, 1.0, 2.0**36, -(2.0**36)])
def test_nothing_overflows_at_the_edge(worth: int, price: float) -> None:
    case = planted(5)
    whole = whole_prices(case.enc, np.full(len(case.enc.most), price), worth=worth)
    enc = replace(case.enc, worth=sealed(np.full(case.enc.pairs, worth)))
    assert whole.lines is not None
    total = block_bound(enc, whole)
    assert total == block_bound(enc, replace(whole, lines=None))


def test_the_bound_is_rounded_down() -> None:
    problem = make.instance(
        {"A": ("c", (3,))}, make.seeker("x", make.option("A", 5, 2)), make.seeker("y", make.option("A", 5, 2))
    )
    enc = encode_instance(problem)
    assert exact_bound(enc, np.array([2.5])) == 7  # 3 x 2.5
    assert exact_bound(enc, np.array([2.0])) == 8  # 3 x 2 + 1 + 1
    assert exact_bound(enc, np.array([0.0])) == 10


@given(seeds)
@settings(max_examples=20)
def test_blocks_of_leads_add_up(seed: int) -> None:
    case = planted(7)
    prices = any_prices(case.enc, seed)
    whole = whole_prices(case.enc, prices)
    cut = seed % len(case.enc.leads)
    first, second = case.enc, case.enc
    for _ in range(cut):
        second = without(second, 0)
    for _ in range(len(case.enc.leads) - cut):
        first = without(first, len(first.leads) - 1)
    total = block_bound(first, whole) + block_bound(second, whole)
    assert close_bound(whole, total) == exact_bound(case.enc, prices)


def test_a_lead_that_must_go_nowhere_is_told() -> None:
    problem = make.instance(
        {"A": ("c", (3,))},
        make.seeker("x", make.option("A", 5, 4), must=True),
        make.seeker("y", make.option("A", 5, 2), must=True),
        make.seeker("z"),
    )
    enc = encode_instance(problem)
    assert unplaceable(enc).tolist() == [0]
    assert exact_bound(enc, np.zeros(len(enc.most))) == 5
    assert in_long_integers(enc, np.zeros(len(enc.most)), 10) == 5


def test_nothing_is_bounded_by_nothing() -> None:
    enc = encode_instance(Instance((), (), (), ()))
    assert exact_bound(enc, np.zeros(0)) == 0
    assert dual_prices(enc, passes=3).bound == 0.0


def test_prices_must_be_numbers() -> None:
    case = planted(1)
    with pytest.raises(ValueError, match="NaN"):
        exact_bound(case.enc, np.full(len(case.enc.most), np.nan))
    with pytest.raises(OverflowError):
        exact_bound(case.enc, np.full(len(case.enc.most), np.inf))


@settings(max_examples=40)
@given(make.small_instances, seeds, st.data())
def test_less_room_never_raises_value_or_bound(problem: Instance, seed: int, data: st.DataObject) -> None:
    enc = encode_instance(problem)
    bounded = [k for k in range(len(enc.most)) if enc.least[k] < enc.most[k] < UNLIMITED]
    if not bounded:
        return
    less = enc.most.copy()
    less[data.draw(st.sampled_from(bounded))] -= 1
    tight = replace(enc, most=sealed(less))
    prices = any_prices(enc, seed)
    assert exact_bound(tight, prices) <= exact_bound(enc, prices)
    before, after = best_value(enc), best_value(tight)
    assert after is None or (before is not None and after <= before)


@settings(max_examples=40)
@given(make.small_instances, seeds, st.integers(0, 3))
def test_a_lead_more_never_lowers_value_or_bound(problem: Instance, seed: int, lead: int) -> None:
    enc = replace(encode_instance(problem), must=sealed(np.zeros(4, np.bool_)))
    fewer = without(enc, lead)
    prices = any_prices(enc, seed)
    assert exact_bound(fewer, prices) <= exact_bound(enc, prices)
    before, after = best_value(fewer), best_value(enc)
    assert before is None or (after is not None and after >= before)


def flow_value(enc: Encoded) -> int:
    """Solve exactly where each host counts leads only: a flow from leads to hosts."""
    flow = min_cost_flow.SimpleMinCostFlow()
    leads, hosts = len(enc.leads), len(enc.hosts)
    source, sink = leads + hosts, leads + hosts + 1
    for lead in range(leads):
        flow.add_arc_with_capacity_and_unit_cost(source, lead, 1, 0)
        flow.add_arc_with_capacity_and_unit_cost(lead, sink, 1, 0)
        for pair in range(enc.start[lead], enc.start[lead + 1]):
            flow.add_arc_with_capacity_and_unit_cost(
                lead, leads + int(enc.host[pair]), 1, -int(enc.worth[pair])
            )
    for host in range(hosts):
        limits = enc.limit[enc.first[host] : enc.first[host + 1]]
        room = min((int(enc.most[k]) for k in limits), default=leads)
        flow.add_arc_with_capacity_and_unit_cost(leads + host, sink, room, 0)
    flow.set_node_supply(source, leads)
    flow.set_node_supply(sink, -leads)
    assert flow.solve() == flow.OPTIMAL
    return -int(flow.optimal_cost())


@pytest.mark.parametrize("seed", range(4))
def test_min_cost_flow_agrees_where_each_lead_uses_one_unit(seed: int) -> None:
    dice = np.random.default_rng(seed)
    rooms = dice.integers(0, 7, 8)
    values = dice.integers(0, 10_000, (40, 8))
    problem = Instance(
        ("seat",),
        tuple(Host(f"h{number}", "c", (int(room),)) for number, room in enumerate(rooms)),
        tuple(
            make.seeker(
                f"l{number:02}", *(make.option(f"h{host}", int(line[host]), 1) for host in range(number % 9))
            )
            for number, line in enumerate(values)
        ),
        (CountyLimit("c", None, 0, (None,)),),
    )
    enc = encode_instance(problem)
    best = flow_value(enc)
    proven = exact_bound(enc, dual_prices(enc, passes=400).limit)
    assert best <= proven <= best * 1.0001  # such a relaxation has no gap: only prices may be short of it


def test_a_placement_back_and_forth() -> None:
    case = planted(2)
    taken = case.enc.taken(case.assignment)
    assert case.enc.placement(taken) == case.assignment
    assert (taken == STAYS).any()
