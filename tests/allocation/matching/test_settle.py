"""Settling and pushing in: what the state says is true, nothing is overdrawn, and pushes only gain."""

from dataclasses import replace

import numpy as np
import pytest

from allocation.matching.columns import Columns
from allocation.matching.country import Country
from allocation.matching.descent import frame_of
from allocation.matching.eject import eject
from allocation.matching.encode import Flags, Ints
from allocation.matching.lagrange import Floats
from allocation.matching.pairs import NO, score_block
from allocation.matching.pool import CountyCount
from allocation.matching.push import Search
from allocation.matching.scan import LOW, ZERO, sketch
from allocation.matching.settle import ANYWHERE, DEMANDED, settle
from allocation.matching.sweep import NOBODY
from allocation.matching.tabulate import tabulate
from allocation.matching.verify_columns import column_faults
from allocation.units import Fen
from benchmarks.pools import Shape, names, synthetic
from tests.allocation.matching import factories as make

SMALL = Shape(60, 8, 4)


def search_of(columns: Columns, prices: Floats | None = None) -> Search:
    hosts = names("P", len(columns.parks.owner))
    country = Country(
        columns, names("L", len(columns.must)), hosts, sketch(columns), frame_of(columns, hosts)
    )
    prices = np.zeros(len(country.frame.most)) if prices is None else prices
    return Search(country, prices, country.bound(prices, lambda _: None)[1])


def priced(columns: Columns, scale: float) -> Search:
    """A search at prices of land, energy … that are neither nothing nor too much."""
    frame = frame_of(columns, names("P", len(columns.parks.owner)))
    rng = np.random.Generator(np.random.PCG64(7))
    need = frame.need[:, frame.column].mean(axis=0)
    prices = np.zeros(len(frame.most))
    prices[frame.limit] = scale * rng.random(len(frame.column)) / np.maximum(1, need)
    return search_of(columns, prices)


def check(search: Search) -> None:
    """The books agree with the parks, and the parks with the rules."""
    state, draws, columns = search.state, search.draws, search.country.columns
    used = np.zeros(len(draws.most), np.int64)
    inside: list[list[int]] = [[] for _ in range(len(draws.first) - 1)]
    for lead in np.flatnonzero(state.park != NOBODY).tolist():
        park = int(state.park[lead])
        inside[park].append(lead)
        for entry in range(draws.first[park], draws.first[park + 1]):
            used[draws.limit[entry]] += draws.need[lead, draws.column[entry]]
    assert state.free.tolist() == (draws.most - used).tolist()
    for park, leads in enumerate(inside):
        member, before, listed = int(state.head[park]), NOBODY, []
        while member != NOBODY:
            assert state.before[member] == before
            listed.append(member)
            member, before = int(state.after[member]), member
        assert sorted(listed) == leads
    value = int(state.worth.sum())
    faults = column_faults(replace(columns, must=np.zeros_like(columns.must)), state.park, value, value)
    assert [fault for fault in faults if "least" not in fault] == []


def all_in_order(search: Search) -> Ints:
    return np.arange(len(search.best))


def push(search: Search, chosen: Ints, part: float = 0.1) -> int:
    cost = search.country.tariff(search.prices)
    must: Flags = search.must
    return eject(search.market, cost, search.draws, search.state, must, chosen, np.float32(part))


@pytest.mark.parametrize("seed", [1, 2])
def test_whoever_settles_goes_where_the_reduced_value_is_highest_among_parks_with_room(seed: int) -> None:
    columns = synthetic(SMALL, load=1.3, seed=seed)
    search = priced(columns, 8_000.0)
    cost = search.country.tariff(search.prices)
    table = search.country.frame.table(search.prices)
    worths = score_block(columns.leads, columns.parks, columns.most, 0, SMALL.leads)
    reduced = np.where(worths == NO, -np.inf, worths - search.draws.need @ table)
    for lead in range(SMALL.leads):
        free = search.state.free.copy()
        settle(search.market, cost, search.draws, search.state, np.array([lead]), ZERO, ANYWHERE)
        room = [
            all(
                free[search.draws.limit[entry]] >= search.draws.need[lead, search.draws.column[entry]]
                for entry in range(search.draws.first[park], search.draws.first[park + 1])
            )
            for park in range(SMALL.parks)
        ]
        best = reduced[lead][room].max(initial=0.0)
        park = search.state.park[lead]
        # A guess may be some points too high, so that nearly equal parks may change places.
        slack = 10.0 * columns.leads.weight[lead]
        assert (0.0 if park == NOBODY else reduced[lead, park]) >= best - slack
    check(search)


@pytest.mark.parametrize("part", [0.03, 0.3])
def test_pushing_in_only_gains_reduced_value_and_overdraws_nothing(part: float) -> None:
    columns = synthetic(SMALL, load=2.0, seed=3)
    search = priced(columns, 3_000.0)
    search.settle(lambda _: None)
    gained = 0
    for _ in range(3):
        search._recount(1.0)
        before = float(search.state.reduced.sum())
        gained += push(search, np.flatnonzero(search.best > search.state.reduced), part)
        check(search)
        search._recount(1.0)
        assert float(search.state.reduced.sum()) >= before - 200 * SMALL.leads
    assert gained > 0


def two_small_one_large(
    *, must: tuple[str, ...] = (), least: int = 0, parks: tuple[str, ...] = ("A",)
) -> Columns:
    """Parks of 60 mu, the first full once two small leads settle; a large one is worth more than both."""
    small = [make.lead(f"L{number}", 30, investment_fen=Fen(5_000 * make.WAN)) for number in (1, 2)]
    large = make.lead("L3", 60, investment_fen=Fen(2_000_000 * make.WAN))
    leads = tuple(replace(lead, must_place=lead.id in must) for lead in (*small, large))
    hosts = tuple(make.park(code, plots=(make.plot(f"{code}-1", 60),)) for code in parks)
    return tabulate(make.pool(leads, hosts, limits={"610001": CountyCount(min_leads=least)}))


def full(columns: Columns) -> Search:
    search = search_of(columns)
    cost = search.country.tariff(search.prices)
    settle(search.market, cost, search.draws, search.state, np.array([0, 1]), ZERO, ANYWHERE)
    assert search.state.park.tolist() == [0, 0, NOBODY]
    return search


def test_two_small_leads_make_room_for_one_of_more_value() -> None:
    search = full(two_small_one_large())
    assert push(search, all_in_order(search)) == 1
    assert search.state.park.tolist() == [NOBODY, NOBODY, 0]
    check(search)


def test_who_makes_room_moves_on_to_another_park() -> None:
    search = full(two_small_one_large(parks=("A", "B")))
    # The large lead finds the second park free by itself; the two small ones stay.
    assert push(search, all_in_order(search)) == 1
    assert search.state.park.tolist() == [0, 0, 1]
    check(search)


@pytest.mark.parametrize("must", [("L1",), ("L2",), ("L1", "L2")])
def test_who_must_be_placed_makes_no_room(must: tuple[str, ...]) -> None:
    search = full(two_small_one_large(must=must))
    assert push(search, all_in_order(search)) == 0
    assert search.state.park.tolist() == [0, 0, NOBODY]
    check(search)


def test_a_push_that_would_break_a_least_is_taken_back() -> None:
    search = full(two_small_one_large(least=2))
    before = [part.tolist() for part in search.state[:4]]
    assert push(search, all_in_order(search)) == 0
    assert [part.tolist() for part in search.state[:4]] == before
    check(search)
    assert push(full(two_small_one_large(least=1)), np.array([2])) == 1


def test_a_lead_that_must_be_placed_takes_room_from_more_value() -> None:
    columns = two_small_one_large(must=("L1",))
    search = search_of(columns)
    cost = search.country.tariff(search.prices)
    settle(search.market, cost, search.draws, search.state, np.array([2]), ZERO, ANYWHERE)
    assert search.state.park.tolist() == [NOBODY, NOBODY, 0]
    assert push(search, np.array([0])) == 1
    assert search.state.park[0] == 0
    check(search)


def test_nobody_pushes_in_where_that_loses() -> None:
    search = search_of(two_small_one_large())
    cost = search.country.tariff(search.prices)
    settle(search.market, cost, search.draws, search.state, np.array([2]), ZERO, ANYWHERE)
    assert push(search, np.array([0, 1])) == 0
    assert search.state.park.tolist() == [NOBODY, NOBODY, 0]
    check(search)


def test_demands_of_a_county_are_met_first_and_only_there() -> None:
    leads = tuple(make.lead(f"L{number}", 20) for number in range(4))
    better = make.park("A", leading=frozenset({make.CIRCUITS}))
    limits = {"610002": CountyCount(min_leads=2)}
    columns = tabulate(make.pool(leads, (better, make.park("B", "610002")), limits=limits))
    search = search_of(columns)
    cost, floor = search.country.tariff(search.prices), np.nextafter(LOW, ZERO)
    settle(search.market, cost, search.draws, search.state, all_in_order(search), floor, DEMANDED)
    assert search.state.park.tolist() == [1, 1, NOBODY, NOBODY]
    search.settle(lambda _: None)
    assert search.state.park.tolist() == [1, 1, 0, 0]
    assert search.missed == 0
    assert push(search, all_in_order(search)) == 0
    check(search)


def test_the_exact_rules_know_more_than_the_guess() -> None:
    """A refusal is no part of the guess: the best park by guess said no, at settling and at a push."""
    better = make.park("A", leading=frozenset({make.CIRCUITS}))
    parks = (better, make.park("B", "610002", plots=(make.plot("B-1", 50),)))
    refused = make.lead("L1", declined=("610001",), investment_fen=Fen(2_000_000 * make.WAN))
    search = search_of(tabulate(make.pool((refused,), parks)))
    search.settle(lambda _: None)
    assert search.state.park.tolist() == [1]
    crowd = tuple(make.lead(name, 50) for name in ("L2", "L3"))
    search = search_of(tabulate(make.pool((refused, *crowd), parks)))
    cost = search.country.tariff(search.prices)
    settle(search.market, cost, search.draws, search.state, np.array([1, 2]), ZERO, ANYWHERE)
    push(search, np.array([0]))
    assert search.state.park[0] in {1, NOBODY}
    check(search)


def test_nobody_settles_where_no_park_is_open() -> None:
    columns = synthetic(SMALL, load=1.3, seed=1)
    parks = columns.parks._replace(points=np.full_like(columns.parks.points, -1))
    search = search_of(replace(columns, parks=parks))
    search.settle(lambda _: None)
    assert push(search, all_in_order(search)) == 0
    assert (search.state.park == NOBODY).all()


def test_many_make_no_room_at_once() -> None:
    """A lead as large as five others finds no room: at most four make it."""
    small = tuple(make.lead(f"L{number}", 12, investment_fen=Fen(5_000 * make.WAN)) for number in range(5))
    large = make.lead("L9", 60, investment_fen=Fen(2_000_000 * make.WAN))
    parks = (make.park("A", plots=(make.plot("A-1", 60),)),)
    search = search_of(tabulate(make.pool((*small, large), parks)))
    cost = search.country.tariff(search.prices)
    settle(search.market, cost, search.draws, search.state, np.arange(5), ZERO, ANYWHERE)
    assert (search.state.park[:5] == 0).all()
    assert push(search, np.array([5])) == 0
    check(search)


def test_many_small_leads_are_not_all_asked_to_make_room() -> None:
    little = make.needs(1, energy_tce=1, water_td=1, cod_kg=1)
    crowd = tuple(
        make.lead(f"L{number:02}", 1, needs=little, investment_fen=Fen(5_000 * make.WAN))
        for number in range(70)
    )
    large = make.lead("M", 2, investment_fen=Fen(2_000_000 * make.WAN))
    parks = (make.park("A", plots=(make.plot("A-1", 70),)),)
    search = search_of(tabulate(make.pool((*crowd, large), parks)))
    cost = search.country.tariff(search.prices)
    settle(search.market, cost, search.draws, search.state, np.arange(70), ZERO, ANYWHERE)
    assert push(search, np.array([70])) == 1
    assert (search.state.park == 0).sum() == 69
    check(search)


def test_who_just_filled_a_least_does_not_push_on() -> None:
    """A fair park, a better one with room in a county that lacks a lead, and the best there, full."""
    parks = (
        make.park("A"),
        make.park("B", "610002", main=frozenset({make.CIRCUITS})),
        make.park("C", "610002", leading=frozenset({make.CIRCUITS}), plots=(make.plot("C-1", 20),)),
    )
    leads = (
        make.lead("L1", 20, investment_fen=Fen(2_000_000 * make.WAN)),
        make.lead("L2", 20, investment_fen=Fen(5_000 * make.WAN)),
    )
    for least, ends in ((0, [2, 1]), (2, [1, 2])):
        limits = {"610002": CountyCount(min_leads=least)}
        search = search_of(tabulate(make.pool(leads, parks, limits=limits)))
        cost = search.country.tariff(search.prices)
        settle(search.market, cost, search.draws, search.state, np.array([1]), ZERO, ANYWHERE)
        push(search, np.array([0]))
        assert search.state.park.tolist() == ends
        check(search)
