"""Paid-in funds (到位资金): dollars into fen, months and years added up, and where a correction is booked.

Amounts are whole hundredths: fen of yuan, cents of a dollar. A rate is yuan per dollar in 1/10,000, as the
central parity is printed with four decimals.
"""

from collections.abc import Mapping
from datetime import date
from itertools import accumulate
from typing import Final

from allocation.statistics.rates import Kind, Rate

RATE_SCALE: Final = 10_000
"""A rate of 7.0850 yuan a dollar is 70850."""

MONTHS: Final = 12


def fen_of_cents(cents: int, rate_e4: int) -> int:
    """Convert US cents into fen: a cent is `rate` fen. Halves go away from zero.

    So a correction of the same size takes back exactly what it corrects.

    Args:
        cents: US cents; negative in a correction.
        rate_e4: yuan per dollar in 1/10,000.
    """
    fen = (abs(cents) * rate_e4 + RATE_SCALE // 2) // RATE_SCALE
    return -fen if cents < 0 else fen


def month_of(day: date) -> str:
    """Return a day's month, YYYY-MM."""
    return f"{day.year:04}-{day.month:02}"


def month_after(month: str) -> str:
    """Return the month that follows one, YYYY-MM."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // MONTHS:04}-{number % MONTHS + 1:02}"


def booked_in(corrected: str, closed_through: str | None) -> str:
    """Return the month in which a correction of a month is booked.

    An open month takes its corrections itself. A closed one is never rewritten: what corrects it is booked
    in the first month that is open.

    Args:
        corrected: the month that was wrong, YYYY-MM.
        closed_through: the last closed month; None while none is.
    """
    if closed_through is None or corrected > closed_through:
        return corrected
    return month_after(closed_through)


def by_month(rows: Mapping[str, int], year: int) -> tuple[int, ...]:
    """Return the twelve months of a year, each with what was paid in."""
    return tuple(rows.get(f"{year:04}-{month:02}", 0) for month in range(1, MONTHS + 1))


def cumulative(months: tuple[int, ...]) -> tuple[int, ...]:
    """Return what was paid in from the beginning of the year up to each month."""
    return tuple(accumulate(months))


def paid_in_rate(paid: Mapping[object, int], agreed: Mapping[object, int], as_of: date) -> Rate:
    """资金到位率: what the projects signed in a year paid in, of the investment that they agreed on.

    Args:
        paid: fen paid in, by project; of others than the signed ones nothing counts.
        agreed: fen of investment of the projects signed in the year.
        as_of: the day up to which both count.
    """
    numerator = sum(max(paid.get(project, 0), 0) for project in agreed)
    return Rate(numerator, sum(agreed.values()), Kind.amount, as_of)
