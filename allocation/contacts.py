"""How many counties may call on one firm within a window of days (接触备案)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Why a day is closed to one more county.

    Attributes:
        counties: others that call on the firm within the fullest window around the day.
        until: the last day that is closed to it.
        free_from: the first day that is open.
    """

    counties: int
    until: date
    free_from: date


def crowd(day: date, others: Sequence[tuple[str, date]], *, limit: int, window: int) -> Crowd | None:
    """Tell whether one more county may call on a firm on a day; none if it may.

    A day is closed if some run of `window` days that holds it already holds calls by `limit` other counties.
    One county's calls count once, however many they are.

    Args:
        day: when the county wants to call.
        others: the other counties' calls on the firm, each with its day.
        limit: counties allowed within a window, at least 1.
        window: days of a window, at least 1.
    """
    counties = _fullest(day, others, window)
    if counties < limit:
        return None
    free = day
    while _fullest(free, others, window) >= limit:
        free += _DAY
    return Crowd(counties, free - _DAY, free)


def _fullest(day: date, others: Sequence[tuple[str, date]], window: int) -> int:
    """Return the most counties that any run of `window` days around the day holds."""
    return max(
        len({county for county, on in others if first <= on < first + window * _DAY})
        for first in (day - back * _DAY for back in range(window))
    )
