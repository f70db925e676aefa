"""Ages and late interest, worked by hand and against a day-by-day count."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.ageing import Age, Open, Paid, Rate, age_of, aged, late_interest

DUE = date(2026, 3, 31)


def test_each_class_begins_the_day_after_the_last_one_ends():
    seen = {
        days: age_of(DUE, DUE + timedelta(days=days))
        for days in (-9, 0, 1, 30, 31, 90, 91, 180, 181, 365, 366)
    }
    assert list(seen.values()) == [
        Age.not_due,
        Age.not_due,
        Age.to_30,
        Age.to_30,
        Age.to_90,
        Age.to_90,
        Age.to_180,
        Age.to_180,
        Age.to_365,
        Age.to_365,
        Age.older,
    ]
    assert all(age.zh for age in Age)


def test_what_is_open_by_county_and_class():
    items = [Open("611003", DUE, 5), Open("611002", DUE, 7), Open("611003", DUE - timedelta(days=40), 11)]
    found = aged(items, DUE + timedelta(days=1))
    assert list(found) == ["611002", "611003"]
    assert found["611003"][Age.to_30] == 5
    assert found["611003"][Age.to_90] == 11
    assert sum(found["611002"].values()) == 7


def test_interest_by_hand():
    """100,000.00 yuan, 3.65 % a year is 10.00 yuan a day; 40,000 paid on the 10th day leaves 6.00 a day."""
    rates = [Rate(date(2020, 1, 1), 365)]
    tenth = DUE + timedelta(days=10)
    assert late_interest(10_000_000, DUE, tenth, rates=rates) == 10_000
    part = [Paid(tenth, 4_000_000)]
    assert late_interest(10_000_000, DUE, DUE + timedelta(days=20), paid=part, rates=rates) == 16_000
    assert late_interest(10_000_000, DUE, DUE, rates=rates) == 0
    assert late_interest(10_000_000, DUE, DUE - timedelta(days=3), rates=rates) == 0
    early = [Paid(DUE - timedelta(days=5), 10_000_000)]
    assert late_interest(10_000_000, DUE, tenth, paid=early, rates=rates) == 0
    assert late_interest(10_000_000, DUE, tenth, rates=[]) == 0


def test_half_a_fen_is_rounded_up():
    """365 fen at 5,000 basis points is half a fen a day."""
    rates = [Rate(date(2020, 1, 1), 5_000)]
    assert late_interest(365, DUE, DUE + timedelta(days=1), rates=rates) == 1
    assert late_interest(364, DUE, DUE + timedelta(days=1), rates=rates) == 0


def by_days(fen, until, paid, rates):
    total = Fraction(0)
    day = DUE
    while day < until:
        day += timedelta(days=1)
        still = max(fen - sum(one.fen for one in paid if one.on < day), 0)
        rate = [one.basis_points for one in rates if one.since <= day]
        total += Fraction(still * (rate[-1] if rate else 0), 10_000 * 365)
    whole = total.numerator * 2 // total.denominator
    return (whole + 1) // 2


near = st.integers(-20, 60).map(lambda days: DUE + timedelta(days=days))


@given(
    st.integers(1, 10**9),
    near,
    st.lists(st.builds(Paid, near, st.integers(1, 10**9)), max_size=3),
    st.lists(st.builds(Rate, near, st.integers(0, 2_000)), max_size=3, unique_by=lambda rate: rate.since),
)
def test_interest_is_that_of_a_count_day_by_day(fen, until, paid, rates):
    rates.sort()
    assert late_interest(fen, DUE, until, paid=paid, rates=rates) == by_days(fen, until, paid, rates)
