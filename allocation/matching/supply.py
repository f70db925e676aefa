"""Land and halls of a park over a row of days, for all parks of a pool the same days.

An interval is one of these days and those after it up to the next. The days are the pool's own date and each
later one on which any park gets new stock, so that nothing changes within an interval.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

import numpy as np

from allocation.matching.encode import Ints
from allocation.matching.pool import Pool

Supply = Sequence[tuple[date, int]]
"""Pairs (day, amount): ready on that day, or due on it."""


def left(pool: Pool, days: Sequence[date], supply: Supply, taken: Supply) -> list[int]:
    """Tell what is ready when each interval begins, less what is due before it ends, at least 0."""
    change = [0] * len(days)
    for day, amount in supply:
        change[max(0, bisect_right(days, day) - 1)] += amount
    for day, amount in taken:
        change[bisect_right(days, pool.due(day)) - 1] -= amount
    return [max(0, left) for left in accumulate(change)]


def ready(days: Sequence[date], supply: Supply) -> list[int]:
    """Tell what is ready when each interval begins."""
    change = [0] * len(days)
    for day, amount in supply:
        change[max(0, bisect_right(days, day) - 1)] += amount
    return list(accumulate(change))


def largest(days: Sequence[date], supply: Supply) -> list[int]:
    """Tell the largest single amount that is ready when each interval begins."""
    found = [0] * len(days)
    for day, amount in supply:
        at = max(0, bisect_right(days, day) - 1)
        found[at] = max(found[at], amount)
    return list(accumulate(found, max))


def matrix(rows: Sequence[Sequence[int]], days: Sequence[date]) -> Ints:
    """Turn one row a park into days x H."""
    return np.ascontiguousarray(np.array(rows, np.int64).reshape(len(rows), len(days)).T)
