"""The search: regrets and room add up to the gap, moves are undone exactly, no placement breaks a rule."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.chance import below, seeded, unit
from allocation.matching.core import Core, core_of, owners, price_table, regrets, typical_worth, unmet
from allocation.matching.encode import STAYS, Encoded, Ints, encode_instance
from allocation.matching.lagrange import Floats, sealed
from allocation.matching.moves import NEVER, attempt
from allocation.matching.prices import dual_prices
from allocation.matching.rounding import round_priced
from allocation.matching.search import better_of, improve
from allocation.matching.state import State, put, state_of, undo
from tests.allocation.matching import factories as make
from tests.allocation.matching.planted import best_value, planted, value_of

SEEDS = st.integers(0, 500)
MOVES = 300


def demandless(enc: Encoded) -> Encoded:
    """Drop what must be placed or reached, so that every placement within the upper limits is allowed."""
    return replace(
        enc,
        must=sealed(np.zeros(len(enc.leads), np.bool_)),
        least=sealed(np.zeros(len(enc.least), np.int64)),
    )


def case(seed: int) -> tuple[Encoded, Floats, Ints]:
    """Give a planted instance without demands, prices a little off, and a first placement."""
    enc = demandless(planted(seed, leads=16, counties=2).enc)
    prices = dual_prices(enc, passes=10).limit
    return enc, prices, round_priced(enc, prices)


def start(seed: int, regret: float = 1e12) -> tuple[Core, State, Ints]:
    """Give a core, its state, and the core's number of each pair of the instance."""
    enc, prices, taken = case(seed)
    core, pair = core_of(enc, prices, regret=regret, kept=taken)
    number = np.full(enc.pairs + 1, STAYS, np.int64)
    number[pair] = np.arange(len(pair))
    return core, state_of(core, number[taken]), pair


def test_chance_is_the_seed_s_alone() -> None:
    first, second = seeded(7), seeded(7)
    draws = [float(unit(first)) for _ in range(1_000)]
    assert draws == [float(unit(second)) for _ in range(1_000)]
    assert draws != [float(unit(first)) for _ in range(1_000)]
    assert all(0 <= draw < 1 for draw in draws)
    assert abs(sum(draws) / 1_000 - 0.5) < 0.05
    assert {below(first, 3) for _ in range(100)} == {0, 1, 2}
    assert seeded(-1)[0] != seeded(1)[0]


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_the_gap_is_regret_and_room(seed: int) -> None:
    enc, prices, taken = case(seed)
    of_pair, of_stay = regrets(enc, price_table(enc, prices))
    assert of_pair.min(initial=0) >= 0
    placed = taken != STAYS
    regret = of_pair[taken[placed]].sum() + of_stay[~placed].sum()
    used = enc.most - state_of(*_all_of(enc, prices, taken)).free
    room = (prices * (enc.most - used)).sum()
    best = np.zeros(len(enc.leads))
    reduced = enc.worth - (price_table(enc, prices)[enc.host] * enc.need[enc.row]).sum(axis=1)
    np.maximum.at(best, owners(enc), reduced)
    bound = best.sum() + (prices * enc.most).sum()
    value = value_of(enc, taken)
    assert value is not None
    assert bound - value == pytest.approx(regret + room, abs=1e-3)


def _all_of(enc: Encoded, prices: Floats, taken: Ints) -> tuple[Core, Ints]:
    core, pair = core_of(enc, prices, regret=1e15, kept=taken)
    number = np.full(enc.pairs + 1, STAYS, np.int64)
    number[pair] = np.arange(len(pair))
    return core, number[taken]


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_attempts_keep_every_limit_and_are_undone_exactly(seed: int) -> None:
    core, state, _ = start(seed)
    chance = seeded(seed)
    for pair in core.order.tolist():
        before = [part.copy() for part in (state.taken, state.free, state.now, state.number)]
        counted = int(state.now.sum())
        gain = attempt(core, state, pair, -1e9, 10.0, chance)
        assert (state.free >= 0).all()
        if gain != NEVER:
            assert state.taken[core.lead[pair]] != STAYS
            assert int(state.now.sum()) - counted == gain
        here = [state.here[core.nearby[h] : core.nearby[h] + state.number[h]].tolist() for h in range(4)]
        for host, leads in enumerate(here):
            assert all(core.host[state.taken[lead]] == host for lead in leads)
        if pair % 2 or gain == NEVER:
            undo(core, state)
            after = (state.taken, state.free, state.now, state.number)
            assert all((left == right).all() for left, right in zip(before, after, strict=True))


def test_a_core_leaves_out_what_is_much_regretted() -> None:
    enc, prices, taken = case(3)
    whole, _ = core_of(enc, prices, regret=1e15, kept=taken)
    small, pair = core_of(enc, prices, regret=1.0, kept=taken)
    assert len(whole.lead) == enc.pairs
    of_pair, _ = regrets(enc, price_table(enc, prices))
    assert set(taken[taken != STAYS].tolist()) <= set(pair.tolist())
    assert all(of_pair[number] <= 1.0 or number in taken for number in pair.tolist())
    assert len(small.lead) < enc.pairs
    assert not small.mobile.all()
    for number, lead in enumerate(whole.lead.tolist()):
        others = [whole.worth[p] for p in range(whole.start[lead], whole.start[lead + 1]) if p != number]
        assert whole.other[number] == max([0, *others])


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_the_search_never_loses_and_never_beats_the_optimum(seed: int) -> None:
    enc, prices, taken = case(seed)
    better, used = improve(enc, taken, prices, moves=MOVES, seed=seed)
    first, last = value_of(enc, taken), value_of(enc, better)
    assert first is not None
    assert last is not None
    assert last >= first
    assert used == MOVES or (used == 0 and last == first)  # nothing may be in play
    again, _ = improve(enc, taken, prices, moves=MOVES, seed=seed)
    assert again.tobytes() == better.tobytes()


@given(make.small_instances, SEEDS)
@settings(max_examples=25, deadline=None)
def test_small_searches_reach_brute_force_where_demands_are_met(problem: make.Instance, seed: int) -> None:
    enc = encode_instance(problem)
    prices = dual_prices(enc, passes=20).limit
    taken, _ = improve(enc, round_priced(enc, prices), prices, moves=200, seed=seed, regret=1e9)
    value, best = value_of(enc, taken), best_value(enc)
    assert value is None or (best is not None and value <= best)


def test_demands_are_met_by_the_search() -> None:
    """A county must take one lead, and another lead must be placed, where only giving way makes both fit."""
    hosts = {"a": ("c", (5,)), "b": ("d", (5,))}
    leads = (
        make.seeker("1", make.option("a", 90, 5), make.option("b", 10, 5)),
        make.seeker("2", make.option("a", 50, 5), must=True),
        make.seeker("3", make.option("b", 5, 5)),
    )
    limits = (make.CountyLimit("d", None, 1, (None,)), make.CountyLimit("c", 1, 1, (None,)))
    enc = encode_instance(make.instance(hosts, *leads, counties=limits))
    nothing = np.full(3, STAYS, np.int64)
    taken, _ = improve(enc, nothing, np.zeros(len(enc.most)), moves=200, seed=1, regret=1e9)
    assert value_of(enc, taken) == 60
    assert unmet(enc, nothing) == 3
    assert better_of(enc, nothing, taken) is taken
    assert better_of(enc, taken, nothing) is taken


def test_a_search_stops_when_asked_and_tells_what_it_has() -> None:
    enc, prices, _ = case(5)
    nothing = np.full(len(enc.leads), STAYS, np.int64)
    told: list[Ints] = []
    better, used = improve(enc, nothing, prices, moves=MOVES, seed=1, watch=told.append)
    assert used == MOVES
    assert told[-1].tobytes() == better.tobytes()
    same, used = improve(enc, nothing, prices, moves=MOVES, seed=1, stop=lambda: True)
    assert used == 0
    assert same.tobytes() == nothing.tobytes()


def test_nothing_to_search_is_no_search() -> None:
    empty = encode_instance(make.instance({"h": ("c", (1,))}, make.seeker("l")))
    assert typical_worth(empty) == 1.0
    taken, used = improve(empty, np.array([STAYS]), np.zeros(0), moves=10, seed=1)
    assert (taken.tolist(), used) == ([STAYS], 0)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_rounding_keeps_limits_and_what_it_was_given(seed: int) -> None:
    plan = planted(seed, leads=16, counties=2)
    enc = demandless(plan.enc)
    prices = dual_prices(enc, passes=10).limit
    given_back = round_priced(enc, prices, start=plan.enc.taken(plan.assignment))
    own = plan.enc.taken(plan.assignment)
    assert (given_back == own)[own != STAYS].all()
    assert value_of(enc, given_back) == plan.value
    assert value_of(enc, round_priced(enc, prices)) is not None


def test_rounding_serves_demands_first() -> None:
    hosts = {"a": ("c", (5,)), "b": ("d", (5,))}
    leads = (
        make.seeker("1", make.option("a", 90, 5), make.option("b", 80, 5)),
        make.seeker("2", make.option("a", 1, 5), must=True),
        make.seeker("3", make.option("b", 85, 5)),
    )
    enc = encode_instance(make.instance(hosts, *leads, counties=(make.CountyLimit("d", None, 1, (None,)),)))
    taken = round_priced(enc, np.zeros(len(enc.most)))
    assert enc.placement(taken) == {"1": None, "2": "a", "3": "b"}


def test_crowds_are_asked_and_filled_up_to_a_limit() -> None:
    """Forty small leads at one full host: one more asks some of them only; a big one leaves room for all."""
    small = [make.seeker(f"s{n:02}", make.option("a", 9, 1), make.option("c", 8, 1)) for n in range(40)]
    big = make.seeker("z", make.option("a", 90, 40), make.option("b", 100, 40))
    hosts = {"a": ("k", (40,)), "b": ("k", (40,)), "c": ("k", (1,))}
    enc = encode_instance(make.instance(hosts, *small, make.seeker("y", make.option("a", 50, 1)), big))
    prices = np.zeros(len(enc.most))
    full = enc.taken({lead: "a" if lead.startswith("s") else None for lead in enc.leads})
    core, taken = _all_of(enc, prices, full)
    state = state_of(core, taken)
    newcomer = int(core.start[enc.leads.index("y")])
    assert attempt(core, state, newcomer, -1e9, 0.0, seeded(1)) == 50 - 9 + 8
    crowd = state_of(
        core, _all_of(enc, prices, enc.taken({lead: "a" if lead == "z" else None for lead in enc.leads}))[1]
    )
    away = int(core.start[enc.leads.index("z")])
    assert attempt(core, crowd, away, -1e9, 0.0, seeded(1)) == 100 - 90 + 50 + 5 * 9
    put(core, crowd, enc.leads.index("z"), STAYS)
    undo(core, crowd)
    assert attempt(core, state, away + 1, -1e9, 0.0, seeded(1)) == NEVER


def test_a_lead_without_a_choice_comes_and_goes_uncounted() -> None:
    enc = encode_instance(
        make.instance({"a": ("k", (1,))}, *(make.seeker(n, make.option("a", 5, 1)) for n in "xy"))
    )
    nothing = np.full(2, STAYS, np.int64)
    core, _ = core_of(enc, np.zeros(len(enc.most)), regret=1.0, kept=nothing)
    assert not core.mobile.any()
    state = state_of(core, nothing)
    put(core, state, 0, 0)
    assert (state.free.tolist(), state.number.tolist()) == ([0], [0])
    put(core, state, 0, STAYS)
    assert (state.free.tolist(), state.number.tolist()) == ([1], [0])


@pytest.mark.parametrize("seed", range(6))
def test_whoever_is_asked_first_the_cheaper_one_gives_way(seed: int) -> None:
    leads = [
        make.seeker(name, make.option("a", worth, 2)) for name, worth in (("x", 1), ("y", 100), ("z", 50))
    ]
    enc = encode_instance(make.instance({"a": ("k", (4,))}, *leads))
    full = enc.taken({"x": "a", "y": "a", "z": None})
    core, taken = _all_of(enc, np.zeros(len(enc.most)), full)
    state = state_of(core, taken)
    assert attempt(core, state, int(core.start[2]), -1e9, 0.0, seeded(seed)) == 50 - 1
    assert (state.taken == STAYS).tolist() == [True, False, False]


def test_only_some_of_a_crowd_are_asked_where_nobody_can_go_elsewhere() -> None:
    small = [make.seeker(f"s{n:02}", make.option("a", 9, 1), make.option("c", 8, 1)) for n in range(40)]
    others = (make.seeker("y", make.option("a", 50, 1)), make.seeker("z", make.option("c", 90, 1)))
    enc = encode_instance(make.instance({"a": ("k", (40,)), "c": ("k", (1,))}, *small, *others))
    full = enc.taken({lead: {"s": "a", "y": None, "z": "c"}[lead[0]] for lead in enc.leads})
    core, taken = _all_of(enc, np.zeros(len(enc.most)), full)
    state = state_of(core, taken)
    assert attempt(core, state, int(core.start[enc.leads.index("y")]), -1e9, 0.0, seeded(1)) == 50 - 9
