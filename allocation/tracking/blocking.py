"""How long projects were blocked: days that overlap count once."""

from collections.abc import Iterable
from datetime import date


def blocked_days(times: Iterable[tuple[date, date | None]], today: date) -> int:
    """Return the days on which anything blocked.

    Args:
        times: of each block the day it was opened and the day it was resolved, None while it stands; the
            last day is not counted.
        today: up to which a standing block counts.
    """
    total, reached = 0, date.min
    for first, last in sorted((opened, resolved or today) for opened, resolved in times):
        begin = max(first, reached)
        total += max((last - begin).days, 0)
        reached = max(reached, last)
    return total
