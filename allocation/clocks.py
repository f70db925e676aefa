"""Deadlines from a start, a rule and a calendar of working days. 'Today' is an argument, no clock is read.

The day of the start is not counted, and a period of months or days that ends on a day off ends on the next
working day (民法典 §201–203). A deadline that has passed counts as due now and is flagged; it locks nothing.
"""

import calendar as months
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_MONTHS_PER_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked, as announced up to `known_until`.

    Attributes:
        off: weekdays that are not worked.
        on: weekend days that are worked (调休).
        known_until: the last day that the announcements cover; days after it are provisional (暂定).
    """

    off: frozenset[date] = field(default_factory=frozenset)
    on: frozenset[date] = field(default_factory=frozenset)
    known_until: date = date.max

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked."""
        return day in self.on or (day.weekday() < _SATURDAY and day not in self.off)

    def is_provisional(self, day: date) -> bool:
        """Tell whether what is said of a day may still be changed by an announcement."""
        return day > self.known_until

    def next_working(self, day: date) -> date:
        """Return the day itself if it is worked, else the first working day after it."""
        while not self.is_working(day):
            day += _DAY
        return day


class Unit(StrEnum):
    """What a period is counted in."""

    working_days = "working_days"
    days = "days"
    months = "months"


@dataclass(frozen=True, slots=True)
class Rule:
    """A period: so many units after the start."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period; `provisional` when the calendar up to it is not all announced."""

    on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Due:
    """How a deadline stands today.

    Attributes:
        on: the deadline.
        act_on: the day by which to act: today once the deadline has passed.
        days_left: calendar days to `act_on`; never negative.
        overdue: whether the deadline has passed.
        days_late: calendar days since, 0 when not overdue.
        provisional: whether the calendar up to the deadline may still change.
    """

    on: date
    act_on: date
    days_left: int
    overdue: bool
    days_late: int
    provisional: bool


def add_months(start: date, count: int) -> date:
    """Return the same day of the month `count` months later, or that month's last day where it is shorter."""
    index = start.year * _MONTHS_PER_YEAR + start.month - 1 + count
    year, month = divmod(index, _MONTHS_PER_YEAR)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def add_working_days(start: date, count: int, calendar: WorkingCalendar) -> date:
    """Return the `count`-th working day after the start."""
    day = start
    for _ in range(count):
        day = calendar.next_working(day + _DAY)
    return day


def deadline(start: date, rule: Rule, calendar: WorkingCalendar) -> Deadline:
    """Return the last day of a period.

    Raises:
        ValueError: the period is negative.
    """
    if rule.count < 0:
        raise ValueError("a period is not negative")
    if rule.unit is Unit.working_days:
        last = add_working_days(start, rule.count, calendar)
    else:
        in_days = rule.unit is Unit.days
        end = start + timedelta(days=rule.count) if in_days else add_months(start, rule.count)
        last = calendar.next_working(end)
    return Deadline(last, calendar.is_provisional(last))


def due(limit: Deadline, today: date) -> Due:
    """Tell how a deadline stands today; one that has passed is due now."""
    act_on = max(limit.on, today)
    return Due(
        on=limit.on,
        act_on=act_on,
        days_left=(act_on - today).days,
        overdue=limit.on < today,
        days_late=max((today - limit.on).days, 0),
        provisional=limit.provisional,
    )
