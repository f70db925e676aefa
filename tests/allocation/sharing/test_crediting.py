"""The assessment's count of an agreement: worked by hand, and laws that hold for every course."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.credit import Credit
from allocation.sharing.crediting import (
    NOTHING,
    Course,
    credit_changes,
    credits_due,
    governing,
)
from allocation.sharing.entitlement import TermsVersion
from allocation.sharing.terms import CreditRule, Method, Terms
from allocation.sharing.years import last_day_of

ORIGIN = Terms(
    method=Method.fixed,
    origin="611002",
    host="611021",
    ratios_bp=(5_000, 5_000),
    years=2,
    effective_on=date(2025, 1, 1),
    credit_rule=CreditRule.origin_full,
)
SPLIT = replace(ORIGIN, effective_on=date(2026, 3, 1), credit_rule=CreditRule.split_evenly)
VERSIONS = (TermsVersion(1, ORIGIN), TermsVersion(2, SPLIT))
OPEN: frozenset[int] = frozenset()

MONTHS = st.builds("{}-{:02}".format, st.integers(2024, 2028), st.integers(1, 12))
VALUES = st.dictionaries(MONTHS, st.integers(0, 10**12), max_size=8)
RULES = st.sampled_from(list(CreditRule))
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
COURSES = st.builds(
    Course,
    started_on=st.none() | DAYS,
    ended_on=st.none() | DAYS,
    undone=st.booleans(),
)


def test_a_month_counts_on_its_last_day() -> None:
    assert last_day_of("2024-02") == date(2024, 2, 29)
    assert last_day_of("2025-12") == date(2025, 12, 31)


def test_the_version_in_effect_governs() -> None:
    assert governing(VERSIONS, date(2024, 6, 30)).version == 1  # before any took effect: the first
    assert governing(VERSIONS, date(2026, 2, 28)).version == 1
    assert governing(VERSIONS, date(2026, 3, 1)).version == 2


def test_counted_by_hand() -> None:
    """Construction starts in June 2025; two calendar years count, 2025 and 2026."""
    values = {"2025-05": 100, "2025-06": 101, "2026-02": 50, "2026-03": 51, "2027-01": 7}
    assert credits_due(VERSIONS, Course(started_on=date(2025, 6, 30)), values, OPEN) == {
        "2025-05": Credit(0, 100, 100),  # not yet started: the host's
        "2025-06": Credit(101, 0, 101),  # started by the month's last day: the origin's
        "2026-02": Credit(50, 0, 50),
        "2026-03": Credit(26, 25, 51),  # the second version halves it; the odd fen goes to the origin
        "2027-01": Credit(0, 7, 7),  # the years are over
    }


def test_nothing_counts_after_the_end_and_an_undone_transfer_counts_for_nobody() -> None:
    values = {"2025-06": 10, "2025-07": 20}
    ended = Course(started_on=date(2025, 1, 1), ended_on=date(2025, 6, 2))
    assert credits_due(VERSIONS, ended, values, OPEN) == {"2025-06": Credit(10, 0, 10), "2025-07": NOTHING}
    undone = replace(ended, undone=True)
    assert set(credits_due(VERSIONS, undone, values, OPEN).values()) == {NOTHING}


def test_a_confirmed_year_is_final() -> None:
    booked = {"2025-06": Credit(10, 0, 10), "2026-01": Credit(3, 0, 3)}
    closed = frozenset({2025})
    due = credits_due(VERSIONS, Course(undone=True), {"2025-06": 10, "2026-01": 3}, closed)
    assert credit_changes(due, booked, closed) == {"2026-01": Credit(-3, 0, -3)}


@given(RULES, COURSES, VALUES)
def test_an_undone_transfer_leaves_no_trace(rule: CreditRule, course: Course, values: dict[str, int]) -> None:
    versions = (TermsVersion(1, replace(ORIGIN, credit_rule=rule)),)
    booked = credit_changes(credits_due(versions, course, values, OPEN), {}, OPEN)
    undone = credits_due(versions, replace(course, undone=True), values, OPEN)
    back = credit_changes(undone, booked, OPEN)
    assert {month: booked[month] + back[month] for month in booked} == dict.fromkeys(booked, NOTHING)


@given(RULES, COURSES, VALUES, VALUES)
def test_booking_the_difference_ends_where_booking_at_once_does(
    rule: CreditRule, course: Course, first: dict[str, int], second: dict[str, int]
) -> None:
    versions = (TermsVersion(1, replace(ORIGIN, credit_rule=rule)),)
    booked = credit_changes(credits_due(versions, course, first, OPEN), {}, OPEN)
    then = credits_due(versions, course, second, OPEN)
    change = credit_changes(then, booked, OPEN)
    sums = {
        month: booked.get(month, NOTHING) + change.get(month, NOTHING) for month in booked.keys() | change
    }
    assert {month: one for month, one in sums.items() if one != NOTHING} == {
        month: one for month, one in then.items() if one != NOTHING
    }


@given(RULES, COURSES, VALUES)
def test_the_city_counts_a_value_once(rule: CreditRule, course: Course, values: dict[str, int]) -> None:
    versions = (TermsVersion(1, replace(ORIGIN, credit_rule=rule)),)
    for month, one in credits_due(versions, course, values, OPEN).items():
        assert one.city in {0, values[month]}
        assert max(one.origin, one.host) <= one.city <= one.origin + one.host
