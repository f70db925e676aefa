from datetime import date, timedelta

import pytest

from allocation.clocks import Rule, Unit, deadline
from services.kit.workdays import public_holidays, working_calendar


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2026, 2, 14), True),  # a Saturday worked for it
        (date(2026, 10, 7), False),  # National Day
        (date(2026, 10, 10), True),  # a Saturday worked for it
        (date(2026, 10, 11), False),  # an ordinary Sunday
        (date(2026, 10, 12), True),
    ],
)
def test_announced_days_are_as_announced(day: date, worked: bool):
    calendar = working_calendar()
    assert calendar.is_working(day) is worked
    assert not calendar.is_provisional(day)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2027, 1, 1), False),
        (date(2027, 2, 5), False),  # the eve
        (date(2027, 2, 8), False),  # the third day of the lunar year
        (date(2027, 2, 9), True),
        (date(2027, 4, 5), False),
        (date(2027, 5, 2), False),
        (date(2027, 6, 9), False),
        (date(2027, 9, 15), False),
        (date(2027, 10, 1), False),
        (date(2027, 10, 4), True),
        (date(2027, 1, 16), False),  # a Saturday: none is worked before it is announced
    ],
)
def test_days_not_yet_announced_follow_the_law_and_are_provisional(day: date, worked: bool):
    calendar = working_calendar()
    assert calendar.is_working(day) is worked
    assert calendar.is_provisional(day)


@pytest.mark.parametrize("year", range(2027, 2035))
def test_a_year_has_thirteen_public_holidays(year: int):
    days = public_holidays(year)
    # In 2028 and 2031 Mid-Autumn falls into the days of National Day.
    assert len(days) == (12 if year in {2028, 2031} else 13)
    assert {day.year for day in days} == {year}


def test_beyond_what_is_known_only_fixed_holidays_and_weekends_are_off():
    assert public_holidays(2050) == {
        date(2050, 1, 1),
        date(2050, 5, 1),
        date(2050, 5, 2),
        *(date(2050, 10, day) for day in (1, 2, 3)),
    }
    far = deadline(date(2050, 12, 1), Rule(30, Unit.working_days), working_calendar())
    assert far.provisional
    assert far.on > date(2050, 12, 1) + timedelta(days=30)
