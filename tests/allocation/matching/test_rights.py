"""Credit balances: bounded, conserved with the city's account, the same in any order of leads."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.matching.rights import BalanceRule, Booking, CreditBalance, multiplier_bp, multipliers, settle
from tests.allocation.matching import factories as make

HOSTS = st.lists(st.sampled_from([None, "A", "B", "C"]), min_size=8, max_size=8)
ORIGINS = st.lists(st.sampled_from(["610001", "610002", "610009"]), min_size=8, max_size=8)
BALANCES = st.dictionaries(st.sampled_from(["610001", "610002"]), st.integers(-60, 60))


@given(HOSTS, ORIGINS, BALANCES, st.integers(1, 50))
def test_points_are_conserved_and_stay_within_bounds(
    hosts: list[str | None], origins: list[str], before: dict[str, int], bound: int
) -> None:
    leads = tuple(make.lead(f"L{number}", origin=origin) for number, origin in enumerate(origins))
    parks = (make.park("A"), make.park("B", "610002"), make.park("C", "610000"))
    pool = make.pool(leads, parks)
    assignment = {lead.id: host for lead, host in zip(leads, hosts, strict=True)}
    books = settle(pool, assignment, before, BalanceRule(bound=bound))
    assert sum(line.after - line.before for line in books.bookings) + books.city == 0
    assert all(-bound <= line.after <= bound for line in books.bookings)
    owners = {"A": "610001", "B": "610002"}
    for line in books.bookings:
        sent = [lead for lead in leads if lead.origin == line.county and assignment[lead.id]]
        took = [lead for lead in leads if owners.get(assignment[lead.id] or "") == line.county]
        assert (line.earned, line.paid) == (16 * len(sent), 16 * len(took))
        exact = line.before + line.earned - line.paid
        assert line.after == min(max(exact, -bound), bound)
    renamed = replace(pool, leads=tuple(replace(lead, id=f"M{9 - n}") for n, lead in enumerate(leads))[::-1])
    turned = {f"M{9 - n}": host for n, host in enumerate(hosts)}
    assert settle(renamed, turned, before, BalanceRule(bound=bound)) == books


def test_a_lead_that_lands_elsewhere_is_earned_by_its_origin_and_paid_by_its_host() -> None:
    pool = make.pool((make.lead(origin="610002"),), (make.park("A"),))
    books = settle(pool, {"L1": "A"}, {"610002": 190}, BalanceRule())
    assert books.bookings == (Booking("610001", 0, 0, 16, -16), Booking("610002", 190, 16, 0, 200))
    assert books.city == 6
    assert books.balances() == (CreditBalance("610001", -16), CreditBalance("610002", 200))


@given(st.integers(-300, 300), st.integers(1, 250))
def test_multipliers_are_symmetric_monotone_and_bounded(points: int, bound: int) -> None:
    rule = BalanceRule(bound=bound)
    found = multiplier_bp(points, rule)
    assert 9_000 <= found <= 11_000
    assert found + multiplier_bp(-points, rule) == 20_000
    assert multiplier_bp(points + 1, rule) >= found
    assert multiplier_bp(0, rule) == 10_000
    assert multiplier_bp(bound, rule) == 11_000


def test_only_counties_of_the_pool_whose_balance_turns_something_have_a_multiplier() -> None:
    balances = {"610001": 100, "610002": 0, "610009": 50}
    assert multipliers(make.pool(), balances, BalanceRule()) == {"610001": 10_500}


def test_a_bound_is_positive() -> None:
    with pytest.raises(ValueError, match="bound"):
        BalanceRule(bound=0)
