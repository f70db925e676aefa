"""Days out to invite investment: counted by month and role, a day once however many visits it held."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta


def days_out(trips: Iterable[tuple[date, date]], first: date, last: date) -> int:
    """Return the days of trips that lie in a span; first and last days are counted in both."""
    days: set[date] = set()
    for begin, end in trips:
        day = max(begin, first)
        while day <= min(end, last):
            days.add(day)
            day += timedelta(days=1)
    return len(days)


def month_of(day: date) -> tuple[date, date]:
    """Return the first and last day of a day's month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def week_of(day: date) -> tuple[date, date]:
    """Return Monday and Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)
