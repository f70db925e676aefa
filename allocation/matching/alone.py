"""Each pair against the limits of its host, compiled: does it fit alone, and what would all of them draw?

A host is asked for its own limits only: of a province's many readiness dates few belong to one park.
"""

import numpy as np
from numpy.typing import NDArray

from allocation.matching.kernel import compiled

Ints = NDArray[np.int64]
Small = NDArray[np.int32]


@compiled
def fits_alone(
    host: Small, row: Small, need: Ints, first: Ints, limit: Small, column: Small, most: Ints
) -> NDArray[np.bool_]:
    """Tell which pairs exceed no limit of their host when they are alone there.

    Args:
        host: P host numbers.
        row: P rows of `need`.
        need: U x columns.
        first: H + 1 offsets into `limit` and `column`.
        limit: the limits of each host.
        column: which column of `need` draws on it.
        most: K upper bounds.
    """
    fits = np.ones(len(host), np.bool_)
    for pair in range(len(host)):
        for entry in range(first[host[pair]], first[host[pair] + 1]):
            if need[row[pair], column[entry]] > most[limit[entry]]:
                fits[pair] = False
                break
    return fits


@compiled
def demand_on(
    host: Small, row: Small, need: Ints, first: Ints, limit: Small, column: Small, limits: int
) -> Ints:
    """Sum what all pairs together would draw on each limit: K sums.

    Uses below 2^40 of 2^22 pairs stay in range.

    Args:
        host: as of `fits_alone`, and so the next five.
        row: see there.
        need: see there.
        first: see there.
        limit: see there.
        column: see there.
        limits: K.
    """
    total = np.zeros(limits, np.int64)
    for pair in range(len(host)):
        for entry in range(first[host[pair]], first[host[pair] + 1]):
            total[limit[entry]] += need[row[pair], column[entry]]
    return total
