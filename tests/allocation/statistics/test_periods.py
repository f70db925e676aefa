"""Periods: codes read and written, windows, the part of the year that is over."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.statistics.periods import Period, PeriodKind, Span, Window

DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))
KINDS = st.sampled_from(list(PeriodKind))


@pytest.mark.parametrize(
    ("code", "first", "last", "before", "ago"),
    [
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), "2026-11", "2025-12"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01", "2023-02"),
        ("2026-01", date(2026, 1, 1), date(2026, 1, 31), "2025-12", "2025-01"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2025-Q4", "2025-Q1"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "2026-Q3", "2025-Q4"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2025", "2025"),
    ],
)
def test_a_period_by_its_code(code: str, first: date, last: date, before: str, ago: str) -> None:
    period = Period.parse(code)
    assert (period.code, period.first, period.last) == (code, first, last)
    assert (period.before().code, period.year_ago().code) == (before, ago)
    assert period.since == date(period.year - 1, 1, 1)


@pytest.mark.parametrize(
    "code", ["2026-13", "2026-00", "2026-Q5", "26-01", "2026-1", "2026-01-01", "", "１２"]
)
def test_what_is_no_period(code: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        Period.parse(code)


@given(DAYS, KINDS)
def test_the_period_around_a_day_holds_it_and_follows_the_one_before(day: date, kind: PeriodKind) -> None:
    period = Period.around(day, kind)
    assert period.kind is kind
    assert day in Span(period.first, period.last)
    assert Period.parse(period.code) == period
    assert period.before().last + timedelta(days=1) == period.first
    assert period.before().kind is kind


@given(DAYS, KINDS)
def test_a_period_under_way_is_compared_with_as_many_days(day: date, kind: PeriodKind) -> None:
    period = Period.around(day, kind)
    spans = period.spans(day)
    now, before, ago = spans[Window.now], spans[Window.before], spans[Window.year_ago]
    assert (now.first, now.last) == (period.first, day)
    assert spans[Window.ytd] == Span(date(day.year, 1, 1), day)
    if day < period.last:
        assert before.last - before.first <= now.last - now.first
        assert ago.last - ago.first <= now.last - now.first
    else:
        assert before == Span(period.before().first, period.before().last)
        assert ago == Span(period.year_ago().first, period.year_ago().last)
    assert spans[Window.ytd_year_ago] == Span(date(day.year - 1, 1, 1), ago.last)


def test_days_after_the_last_change_nothing_and_no_day_is_in_no_span() -> None:
    period = Period.parse("2026-11")
    assert period.spans(date(2027, 1, 15)) == period.spans(date(2026, 11, 30))
    assert None not in Span(date(2026, 1, 1), date(2026, 12, 31))
    assert date(2026, 12, 31) in Span(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "elapsed"),
    [
        (date(2026, 1, 1), 27),
        (date(2026, 3, 31), 2465),  # 90 of 365
        (date(2026, 12, 31), 10_000),
        (date(2027, 1, 15), 10_000),
    ],
)
def test_the_part_of_the_year_that_is_over(day: date, elapsed: int) -> None:
    assert Period.parse("2026-03").elapsed_bp(day) == elapsed
