"""The working calendar against the notices, day by day, and against chinesecalendar as another judge."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.clocks import Rule, Unit, add_working_days, deadline, due
from services.kit.workdays import working_calendar
from tests.services.kit.announced import FIRST, HOLIDAYS, LAST, WORKED, days, is_off, is_worked

CALENDAR = working_calendar()


def test_the_notices_are_typed_whole():
    assert len(WORKED) == len(set(WORKED))
    assert all(day.weekday() >= 5 and not is_off(day) for day in WORKED)
    assert [sum(day.year == year for day in WORKED) for year in (2024, 2025, 2026)] == [8, 5, 6]
    off = [sum(is_off(day) for day in days() if day.year == year) for year in (2024, 2025, 2026)]
    assert off == [1 + 8 + 3 + 5 + 3 + 3 + 7, 1 + 8 + 3 + 5 + 3 + 8, 3 + 9 + 3 + 5 + 3 + 3 + 7]


def test_every_day_is_worked_as_announced():
    for day in days():
        assert CALENDAR.is_working(day) is is_worked(day), day
        assert chinese_calendar.is_workday(day) is is_worked(day), day
        assert not CALENDAR.is_provisional(day)


@pytest.mark.parametrize("day", WORKED, ids=str)
def test_a_day_that_is_made_up_for_counts_and_takes_a_deadline(day: date):
    before = day - timedelta(days=1)
    assert add_working_days(before, 1, CALENDAR) == day
    assert deadline(before, Rule(1, Unit.days), CALENDAR).on == day
    assert deadline(before, Rule(1, Unit.working_days), CALENDAR).on == day
    assert not due(deadline(before, Rule(1, Unit.working_days), CALENDAR), day).overdue


@pytest.mark.parametrize(("first", "last"), HOLIDAYS.values(), ids=list(HOLIDAYS))
def test_a_deadline_within_a_holiday_moves_to_the_first_day_worked_after_it(first: date, last: date):
    back = last + timedelta(days=1)
    while not is_worked(back):
        back += timedelta(days=1)
    before = first - timedelta(days=1)
    for count in range(1, (last - first).days + 2):
        assert deadline(before, Rule(count, Unit.days), CALENDAR).on == back
    assert add_working_days(before, 1, CALENDAR) == back


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        # 春节 2024: Sunday the 4th is worked, the week from the 10th is not, Sunday the 18th is.
        (date(2024, 2, 2), 6, date(2024, 2, 9)),
        (date(2024, 2, 8), 3, date(2024, 2, 19)),
        # 劳动节 2024: off to the 5th, Saturday the 11th is worked.
        (date(2024, 4, 30), 6, date(2024, 5, 11)),
        # 国庆、中秋 2025: off to Wednesday the 8th, Saturday the 11th is worked.
        (date(2025, 9, 30), 3, date(2025, 10, 11)),
        (date(2025, 9, 26), 3, date(2025, 9, 30)),
        # 元旦 2026: Friday the 2nd is off, Sunday the 4th is worked.
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        # 春节 2026: Saturdays the 14th and the 28th are worked, nine days between are not.
        (date(2026, 2, 13), 5, date(2026, 2, 27)),
        (date(2026, 2, 27), 1, date(2026, 2, 28)),
        # 国庆 2026: Sunday 20 September and Saturday 10 October are worked, 中秋 and the week are not.
        (date(2026, 9, 18), 5, date(2026, 9, 24)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
    ],
)
def test_terms_across_holidays_by_hand(start: date, count: int, end: date):
    assert add_working_days(start, count, CALENDAR) == end


DAYS = st.dates(FIRST, LAST - timedelta(days=60))


@given(start=DAYS, count=st.integers(0, 20))
def test_a_term_holds_exactly_so_many_days_worked(start: date, count: int):
    end = add_working_days(start, count, CALENDAR)
    between = [start + timedelta(days=place) for place in range(1, (end - start).days + 1)]
    assert sum(is_worked(day) for day in between) == count
    assert count == 0 or is_worked(end)


@given(start=DAYS, count=st.integers(0, 30), unit=st.sampled_from([Unit.days, Unit.working_days]))
def test_a_longer_term_never_ends_sooner_and_a_later_start_neither(start: date, count: int, unit: Unit):
    one = deadline(start, Rule(count, unit), CALENDAR).on
    assert deadline(start, Rule(count + 1, unit), CALENDAR).on >= one
    assert deadline(start + timedelta(days=1), Rule(count, unit), CALENDAR).on >= one
