"""Which days are worked: the announced calendar, and what is known of the years after it.

The package `chinesecalendar` carries the announcements (调休) of past years and the current one. For years
not yet announced, weekends and the public holidays that law fixes (全国年节及纪念日放假办法, as amended from
2025) are off and no weekend is worked: provisional (暂定), never an error.
"""

from datetime import date, timedelta
from functools import cache
from typing import Final

from chinese_calendar import constants

from allocation.clocks import WorkingCalendar

_HORIZON_YEARS: Final = 8

_SPRING: Final = {
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
    2031: date(2031, 1, 23),
    2032: date(2032, 2, 11),
    2033: date(2033, 1, 31),
    2034: date(2034, 2, 19),
}
"""First day of the lunar year; the eve and the three days from it are public holidays."""

_TOMB: Final = {2027: 5, 2028: 4, 2029: 4, 2030: 5, 2031: 5, 2032: 4, 2033: 4, 2034: 5}
"""Day of April of 清明."""

_DRAGON: Final = {
    2027: date(2027, 6, 9),
    2028: date(2028, 5, 28),
    2029: date(2029, 6, 16),
    2030: date(2030, 6, 5),
    2031: date(2031, 6, 24),
    2032: date(2032, 6, 12),
    2033: date(2033, 6, 1),
    2034: date(2034, 6, 20),
}
"""端午: fifth day of the fifth lunar month."""

_MOON: Final = {
    2027: date(2027, 9, 15),
    2028: date(2028, 10, 3),
    2029: date(2029, 9, 22),
    2030: date(2030, 9, 12),
    2031: date(2031, 10, 1),
    2032: date(2032, 9, 19),
    2033: date(2033, 9, 8),
    2034: date(2034, 9, 27),
}
"""中秋: fifteenth day of the eighth lunar month."""


def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year that are known without an announcement."""
    days = {date(year, 1, 1), date(year, 5, 1), date(year, 5, 2)}
    days |= {date(year, 10, day) for day in (1, 2, 3)}
    if year in _SPRING:
        days |= {_SPRING[year] + timedelta(days=shift) for shift in (-1, 0, 1, 2)}
        days |= {date(year, 4, _TOMB[year]), _DRAGON[year], _MOON[year]}
    return frozenset(days)


@cache
def working_calendar() -> WorkingCalendar:
    """Return the calendar: announced up to the package's last year, provisional after it."""
    last = max(constants.holidays).year
    later = [public_holidays(year) for year in range(last + 1, last + 1 + _HORIZON_YEARS)]
    return WorkingCalendar(
        off=frozenset(constants.holidays).union(*later),
        on=frozenset(day for day in constants.workdays if day.weekday() > 4),  # noqa: PLR2004 - Friday
        known_until=date(last, 12, 31),
    )
