"""Months, and the years of an agreement counted from its clock."""

from datetime import date, timedelta

from allocation.sharing.terms import YearBasis


def month_of(day: date) -> str:
    """The month of a day, as `2025-03`."""
    return f"{day.year:04}-{day.month:02}"


def last_day_of(month: str) -> date:
    """The last day of a month `2025-03`."""
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def anniversary(start: date, years: int) -> date:
    """The same day some years on; 29 February falls on 1 March in a common year."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def agreement_year(basis: YearBasis, start: date, day: date) -> int:
    """The agreement year that a day falls in: 1 for the year of the clock's start, 0 or less before it."""
    number = day.year - start.year + 1
    if basis is YearBasis.anniversary and day < anniversary(start, number - 1):
        return number - 1
    return number


def year_start(basis: YearBasis, start: date, number: int) -> date:
    """The first day of an agreement year."""
    if basis is YearBasis.anniversary:
        return anniversary(start, number - 1)
    return date(start.year + number - 1, 1, 1)
