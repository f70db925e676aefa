"""Netting: nets sum to 0, books balance alone, and no fewer transfers would do."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.netting import (
    MOST_PROVEN,
    Due,
    SelfDueError,
    Transfer,
    by_pair,
    fewest,
    legs_of_payment,
    legs_of_settlement,
    nets,
    through_city,
)
from allocation.sharing.postings import AccountKind, imbalances

CITY = "611000"
COUNTIES = [f"6110{number:02}" for number in range(2, 8)]
pairs = st.permutations([CITY, *COUNTIES]).map(lambda order: (order[0], order[1]))
dues = st.lists(st.builds(lambda pair, fen: Due(*pair, fen), pairs, st.integers(-50, 50)), max_size=12)


def test_a_ring_of_dues_worked_by_hand():
    """甲 owes 乙 100, 乙 owes 丙 70, 丙 owes 甲 30: 甲 pays 70, 乙 receives 30, 丙 40."""
    first, second, third = COUNTIES[:3]
    ring = [Due(first, second, 100), Due(second, third, 70), Due(third, first, 30)]
    assert nets(ring) == {first: -70, second: 30, third: 40}
    assert through_city(nets(ring), CITY) == (
        Transfer(first, CITY, 70),
        Transfer(CITY, second, 30),
        Transfer(CITY, third, 40),
    )
    found = fewest(nets(ring))
    assert found.proven
    assert set(found.transfers) == {Transfer(first, second, 30), Transfer(first, third, 40)}


def test_dues_of_a_pair_add_up_and_vanish_at_zero():
    first, second = COUNTIES[:2]
    assert by_pair([Due(first, second, 5), Due(first, second, -5), Due(second, first, 3)]) == {
        (second, first): 3
    }
    with pytest.raises(SelfDueError, match=first):
        by_pair([Due(first, first, 1)])


def test_a_county_that_comes_to_nothing_moves_no_money():
    first, second = COUNTIES[:2]
    both = [Due(first, second, 9), Due(second, first, 9)]
    assert nets(both) == {first: 0, second: 0}
    assert through_city(nets(both), CITY) == ()
    assert fewest(nets(both)).transfers == ()
    cleared = {(leg.county, leg.kind) for leg in legs_of_settlement(both, CITY)}
    assert all(kind is not AccountKind.clearing for _, kind in cleared)


@given(dues)
def test_nets_sum_to_zero_and_every_book_balances_alone(listed):
    net = nets(listed)
    assert sum(net.values()) == 0
    legs = legs_of_settlement(listed, CITY)
    assert not imbalances(legs)
    for county, fen in net.items():
        towards = [leg.fen for leg in legs if leg.county == county and leg.counterparty == CITY]
        if county != CITY and fen:
            assert fen in towards
    cleared = {(leg.county, leg.kind, leg.counterparty): leg.fen for leg in legs}
    for (debtor, creditor), fen in by_pair(listed).items():
        assert cleared[debtor, AccountKind.due_to, creditor] == fen
        assert cleared[creditor, AccountKind.due_from, debtor] == -fen


@given(dues)
def test_paying_the_orders_leaves_no_clearing_balance(listed):
    balances: dict[tuple[str, str], int] = {}
    legs = list(legs_of_settlement(listed, CITY))
    for order in through_city(nets(listed), CITY):
        assert order.fen > 0
        paid = legs_of_payment(order)
        assert not imbalances(paid)
        legs += paid
    for leg in legs:
        if leg.kind is AccountKind.clearing:
            place = (leg.county, leg.counterparty)
            balances[place] = balances.get(place, 0) + leg.fen
    assert not any(balances.values())


def judged(net: dict[str, int]) -> int:
    """The fewest transfers by trying every set of edges: one works where each part it joins sums to 0."""
    places = [county for county, fen in net.items() if fen]
    edges = list(combinations(places, 2))
    for size in range(len(places) + 1):
        for chosen in combinations(edges, size):
            part = {county: county for county in places}

            def root(county: str, part: dict[str, str] = part) -> str:
                while part[county] != county:
                    county = part[county]
                return county

            for one, other in chosen:
                part[root(one)] = root(other)
            sums: dict[str, int] = {}
            for county in places:
                sums[root(county)] = sums.get(root(county), 0) + net[county]
            if not any(sums.values()):
                return size
    raise AssertionError("nets that do not sum to 0")


@given(st.lists(st.integers(-6, 6), min_size=1, max_size=4))
def test_no_fewer_transfers_would_do(amounts):
    net = dict(zip(COUNTIES, [*amounts, -sum(amounts)], strict=False))
    found = fewest(net)
    assert found.proven
    assert len(found.transfers) == judged(net)
    left = dict(net)
    for payer, payee, fen in found.transfers:
        assert fen > 0
        left[payer] += fen
        left[payee] -= fen
    assert not any(left.values())


def test_two_groups_need_one_transfer_less():
    """3 + 4 = 7 and 5 + 6 = 11 share no pair: as one group five transfers, as two four."""
    net = dict(zip(COUNTIES, [7, -3, -4, 11, -5, -6], strict=True))
    assert len(fewest(net).transfers) == 4


def test_more_nets_than_are_tried_are_cleared_all_the_same():
    net = {f"{number:06}": 3**number for number in range(MOST_PROVEN + 1)}
    net["999999"] = -sum(net.values())
    found = fewest(net)
    assert not found.proven
    assert len(found.transfers) == MOST_PROVEN + 1
    assert sum(fen for _, _, fen in found.transfers) == sum(3**number for number in range(MOST_PROVEN + 1))
