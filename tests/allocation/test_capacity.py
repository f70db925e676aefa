"""The arithmetic of capacity and the plan by quarter: worked by hand, and laws."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from allocation.capacity import Arithmetic, quarters

TODAY = date(2027, 1, 15)
AMOUNT = st.integers(0, 10_000)
DATED = st.lists(st.tuples(st.dates(date(2024, 1, 1), date(2031, 12, 31)), AMOUNT), max_size=8)


def test_total_less_offered_less_accepted_less_used_elsewhere_is_free():
    found = Arithmetic(total=15_500, applied=10_000, committed=3_000, accepted=2_000, outside=400)
    assert (found.offered, found.free, found.unbound) == (13_000, 100, 10_100)
    assert not found.overlapping
    assert Arithmetic(total=15_500, applied=20_000).overlapping


@given(total=AMOUNT, applied=AMOUNT, committed=AMOUNT, accepted=AMOUNT, outside=AMOUNT)
def test_the_parts_add_up(total: int, applied: int, committed: int, accepted: int, outside: int):
    found = Arithmetic(total=total, applied=applied, committed=committed, accepted=accepted, outside=outside)
    assert found.free + found.offered + found.accepted + found.outside == total
    assert found.unbound - found.free == applied
    assert found.overlapping is (found.free < 0)


def test_land_counts_in_the_quarter_in_which_it_is_ready():
    supply = [(date(2026, 1, 1), 12_000), (date(2027, 4, 26), 8_000), (date(2028, 1, 1), 500)]
    taken = [(date(2026, 6, 1), 1_000), (date(2027, 6, 30), 9_000)]
    found = quarters(TODAY, supply, taken, 4)
    assert [(row.year, row.number, row.new, row.ready, row.taken, row.left) for row in found] == [
        (2027, 1, 12_000, 12_000, 1_000, 11_000),
        (2027, 2, 8_000, 20_000, 10_000, 10_000),
        (2027, 3, 0, 20_000, 10_000, 10_000),
        (2027, 4, 0, 20_000, 10_000, 10_000),
    ]
    assert [row.last for row in found[:2]] == [date(2027, 3, 31), date(2027, 6, 30)]


@given(today=st.dates(date(2024, 1, 1), date(2028, 12, 31)), supply=DATED, taken=DATED)
def test_the_plan_loses_nothing_and_never_shrinks(
    today: date, supply: list[tuple[date, int]], taken: list[tuple[date, int]]
):
    found = quarters(today, supply, taken, 40)
    assert found[0].last >= today
    assert found[-1].ready == sum(amount for _, amount in supply) == sum(row.new for row in found)
    assert found[-1].taken == sum(amount for _, amount in taken)
    assert all(row.new >= 0 for row in found)
    assert all(one.last < after.last for one, after in pairwise(found))
