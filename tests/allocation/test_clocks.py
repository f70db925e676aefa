from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.clocks import (
    Deadline,
    Rule,
    Unit,
    WorkingCalendar,
    add_months,
    add_working_days,
    deadline,
    due,
)

PLAIN = WorkingCalendar()
# National Day 2026: 1–7 October off, Sunday 20 September and Saturday 10 October worked.
OCTOBER = WorkingCalendar(
    off=frozenset(date(2026, 10, day) for day in range(1, 8)),
    on=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    known_until=date(2026, 12, 31),
)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(start, count, expected):
    assert add_months(start, count) == expected


def test_working_days_skip_holidays_and_count_worked_weekends():
    # 8 and 9 October are worked, and Saturday the 10th too.
    assert add_working_days(date(2026, 9, 30), 3, OCTOBER) == date(2026, 10, 10)
    assert add_working_days(date(2026, 9, 18), 1, OCTOBER) == date(2026, 9, 20)
    assert add_working_days(date(2026, 9, 18), 0, OCTOBER) == date(2026, 9, 18)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(10, Unit.working_days), Deadline(date(2026, 10, 16), provisional=False)),
        (Rule(5, Unit.days), Deadline(date(2026, 10, 8), provisional=False)),
        (Rule(3, Unit.months), Deadline(date(2026, 12, 28), provisional=False)),
        (Rule(6, Unit.months), Deadline(date(2027, 3, 29), provisional=True)),
    ],
)
def test_a_period_that_ends_on_a_day_off_ends_on_the_next_worked_day(rule, expected):
    assert deadline(date(2026, 9, 28), rule, OCTOBER) == expected


def test_a_negative_period_is_refused():
    with pytest.raises(ValueError, match="negative"):
        deadline(date(2026, 1, 1), Rule(-1, Unit.days), PLAIN)


def test_a_passed_deadline_is_due_now_and_flagged():
    limit = Deadline(date(2026, 12, 31), provisional=True)
    late = due(limit, date(2027, 1, 15))
    assert (late.act_on, late.days_left, late.overdue, late.days_late) == (date(2027, 1, 15), 0, True, 15)
    assert late.on == limit.on
    assert late.provisional
    early = due(limit, date(2026, 12, 30))
    assert (early.act_on, early.days_left, early.overdue, early.days_late) == (limit.on, 1, False, 0)
    assert not due(limit, limit.on).overdue


@given(DAYS, st.integers(0, 60))
def test_working_days_are_counted_one_by_one(start, count):
    last = add_working_days(start, count, OCTOBER)
    between = [start + timedelta(days=shift) for shift in range(1, (last - start).days + 1)]
    assert sum(OCTOBER.is_working(day) for day in between) == count
    assert count == 0 or OCTOBER.is_working(last)


@given(DAYS, st.integers(0, 90), st.sampled_from(list(Unit)))
def test_a_longer_period_never_ends_earlier(start, count, unit):
    shorter = deadline(start, Rule(count, unit), OCTOBER)
    longer = deadline(start, Rule(count + 1, unit), OCTOBER)
    assert start <= shorter.on <= longer.on


@given(DAYS, DAYS)
def test_what_is_due_is_never_in_the_past(on, today):
    found = due(Deadline(on, provisional=False), today)
    assert found.act_on >= today
    assert found.overdue == (found.days_late > 0)
    assert found.act_on - today == timedelta(days=found.days_left)
