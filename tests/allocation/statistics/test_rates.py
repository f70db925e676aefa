"""Rates: golden figures of published reports, and laws."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.statistics.course import Course, Step
from allocation.statistics.rates import PARTS, Kind, Rate, RateCode, funnel, reached

AS_OF = date(2026, 12, 31)
WAN = 1_000_000
NONE_NEGATIVE = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("numerator", "denominator", "kind", "expected"),
    [
        (67, 109, Kind.count, 6147),  # domain.md §5: printed as a share of investment
        (39848 * 100 * WAN, 55039 * 100 * WAN, Kind.amount, 7240),  # which by money is this
        (49, 106, Kind.count, 4623),
        (1, 20_000, Kind.count, 1),  # halves go up
        (1, 20_001, Kind.count, 0),
        (0, 7, Kind.count, 0),
        (7, 0, Kind.count, None),
    ],
)
def test_golden_rates(numerator: int, denominator: int, kind: Kind, expected: int | None) -> None:
    assert Rate(numerator, denominator, kind, AS_OF).basis_points == expected


@given(NONE_NEGATIVE, st.integers(1, 10**12))
def test_a_rate_is_within_half_a_point_of_the_exact_fraction(numerator: int, denominator: int) -> None:
    shown = Rate(numerator, denominator, Kind.count, AS_OF).basis_points
    assert shown is not None
    error = Fraction(numerator * 10_000, denominator) - shown
    assert Fraction(-1, 2) <= error < Fraction(1, 2)


@pytest.mark.parametrize("parts", [(-1, 5), (5, -1)])
def test_no_part_is_negative(parts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="never negative"):
        Rate(*parts, Kind.count, AS_OF)


def test_what_only_rounds_up_to_the_floor_is_below_it() -> None:
    nearly = Rate(599_999, 1_000_000, Kind.count, AS_OF)
    assert nearly.basis_points == 6000
    assert nearly.below(6000)
    assert not Rate(3, 5, Kind.count, AS_OF).below(6000)
    assert not Rate(0, 0, Kind.count, AS_OF).below(6000)


def course(ref: str, wan: int, **days: date) -> Course:
    return Course(ref, "A", "B", wan * WAN, {Step(step): day for step, day in days.items()})


def test_the_funnel_takes_projects_signed_in_the_year_as_they_stood_on_the_day() -> None:
    courses = [
        course("1", 10, signed=date(2026, 1, 1), contracted=date(2026, 2, 1), incorporated=date(2026, 3, 1)),
        course("2", 30, signed=date(2026, 12, 31), contracted=date(2027, 1, 1)),  # contracted too late
        course("3", 20, signed=date(2026, 5, 1), contracted=date(2026, 5, 1)),
        course("4", 99, signed=date(2025, 12, 31), contracted=date(2026, 1, 1)),  # signed in another year
        course("5", 99, contracted=date(2026, 1, 1)),  # never signed
        course("6", 99, signed=date(2027, 1, 1)),  # signed after the day
    ]
    found = funnel(courses, 2026, AS_OF)
    assert found[RateCode.contract, Kind.count] == Rate(2, 3, Kind.count, AS_OF)
    assert found[RateCode.contract, Kind.amount] == Rate(30 * WAN, 60 * WAN, Kind.amount, AS_OF)
    assert found[RateCode.registration, Kind.count] == Rate(1, 2, Kind.count, AS_OF)
    assert found[RateCode.ready, Kind.count] == Rate(0, 1, Kind.count, AS_OF)
    assert found[RateCode.start, Kind.count] == Rate(0, 3, Kind.count, AS_OF)
    assert found[RateCode.performance, Kind.amount] == Rate(10 * WAN, 60 * WAN, Kind.amount, AS_OF)
    assert found[RateCode.production, Kind.count] == Rate(0, 3, Kind.count, AS_OF)


DAYS = st.dictionaries(st.sampled_from(list(Step)), st.dates(date(2025, 11, 1), date(2027, 2, 28)))
COURSES = st.lists(st.builds(Course, st.just("x"), st.just("A"), st.just("B"), st.integers(0, 10**9), DAYS))


@given(COURSES, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_parts_are_counts_of_rows_and_grow_with_the_day(courses: list[Course], day: date) -> None:
    at_day, at_end = funnel(courses, 2026, day), funnel(courses, 2026, AS_OF)
    for (code, kind), rate in at_day.items():
        assert rate.numerator <= at_end[code, kind].numerator
        assert rate.denominator <= at_end[code, kind].denominator
        assert (rate.kind, rate.as_of) == (kind, day)
    signed = reached(courses, Step.signed, 2026, day)
    for code in (RateCode.contract, RateCode.start, RateCode.performance):
        assert at_day[code, Kind.count].denominator == len(signed)
        assert at_day[code, Kind.count].numerator <= len(signed)
    assert set(PARTS) == set(RateCode)
