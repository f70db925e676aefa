"""The Lagrangian of an encoded instance, compiled: what each lead would choose if limits had prices.

With a price for each limit, every lead chooses for itself: the pair with the highest *reduced* value, which
is its worth less the prices of what it uses, or no pair if none is above 0 and it may stay. The sum of these
choices, plus what all limits are worth at their prices, is never below the value of a placement that keeps
the limits, whatever the prices (Lagrangian duality; Fisher, Management Science 27(1), 1981).

Several limits price the same column of a host (its own and its county's), and most limits have no price: so
before a pass over the pairs the prices are folded, into a short list of (column, rate) for each host and into
a table columns x hosts. Where a lead's pairs share one row of need, as they do in a pool, the table gives the
cost of that row at all hosts in straight lines over memory, which is several times faster than pair by pair.

Everything here guides in floats. `bound.py` does the same in integers.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from allocation.matching.encode import Flags, Ints, Small
from allocation.matching.kernel import compiled

Floats = NDArray[np.float64]

_WIDE: Final = 4
"""One pair alone costs as much as so many hosts in a straight line."""


@compiled
def fold(
    first: Ints,
    limit: Small,
    column: Small,
    price: Floats,
    begin: Ints,
    priced: Small,
    rate: Floats,
    table: Floats,
) -> None:
    """Sum the prices that a unit of each column costs at each host.

    Args:
        first: H + 1 offsets into `limit` and `column`.
        limit: the limits of each host.
        column: which column of need draws on it.
        price: K prices.
        begin: out, H + 1 offsets into `priced` and `rate`.
        priced: out, the columns that are not free; room for as many as `limit` has.
        rate: out, the price of a unit of that column at that host.
        table: out, columns x H, the same prices.
    """
    table[:, :] = 0.0
    found = 0
    for host in range(len(first) - 1):
        begin[host] = found
        for entry in range(first[host], first[host + 1]):
            table[column[entry], host] += price[limit[entry]]
        for entry in range(first[host], first[host + 1]):
            listed = False
            for other in range(begin[host], found):
                listed = listed or priced[other] == column[entry]
            if table[column[entry], host] != 0.0 and not listed:
                priced[found] = column[entry]
                rate[found] = table[column[entry], host]
                found += 1
    begin[len(first) - 1] = found


@compiled
def run_end(row: Small, pair: int, end: int) -> int:
    """Tell where the pairs from this one on cease to share its row of need."""
    stop = pair + 1
    while stop < end and row[stop] == row[pair]:
        stop += 1
    return stop


@compiled
def spread(amounts: NDArray[Any], table: NDArray[Any], cost: NDArray[Any]) -> None:
    """Tell what a row of need costs at every host.

    Args:
        amounts: one for each column.
        table: columns x H prices; all floats, or all integers.
        cost: out, H costs.
    """
    cost[:] = 0
    for number in range(len(amounts)):
        amount = amounts[number]
        if amount != 0:
            line = table[number]
            for at in range(len(cost)):
                cost[at] += amount * line[at]


@compiled
def choose(
    start: Ints,
    host: Small,
    worth: Floats,
    row: Small,
    need: Floats,
    must: Flags,
    begin: Ints,
    priced: Small,
    rate: Floats,
    table: Floats,
    pick: Ints,
) -> float:
    """Let each lead choose at folded prices; the first of equals wins.

    Args:
        start: L + 1 offsets of the leads' pairs.
        host: P host numbers.
        worth: P worths.
        row: P rows of `need`.
        need: U x columns.
        must: L flags.
        begin: of `fold`.
        priced: of `fold`.
        rate: of `fold`.
        table: of `fold`.
        pick: out, L pair numbers, or -1.

    Returns:
        The sum of the reduced values chosen. A must-place lead without pairs adds nothing.
    """
    cost = np.empty(table.shape[1])
    total = 0.0
    for lead in range(len(start) - 1):
        best = -np.inf if must[lead] else 0.0
        found = -1
        pair = start[lead]
        while pair < start[lead + 1]:
            stop = run_end(row, pair, start[lead + 1])
            spread_out = (stop - pair) * _WIDE >= len(cost)
            if spread_out:
                spread(need[row[pair]], table, cost)
            for candidate in range(pair, stop):
                at = host[candidate]
                value = worth[candidate]
                if spread_out:
                    value -= cost[at]
                else:
                    for entry in range(begin[at], begin[at + 1]):
                        value -= rate[entry] * need[row[pair], priced[entry]]
                if value > best:
                    best = value
                    found = candidate
            pair = stop
        pick[lead] = found
        if found >= 0:
            total += best
    return total


@compiled
def draw(
    host: Small, row: Small, need: Floats, first: Ints, limit: Small, column: Small, pick: Ints, used: Floats
) -> None:
    """Sum what the chosen pairs draw on each limit.

    Args:
        host: P host numbers.
        row: P rows of `need`.
        need: U x columns.
        first: H + 1 offsets into `limit` and `column`.
        limit: the limits of each host.
        column: which column of need draws on it.
        pick: L pair numbers, or -1.
        used: out, K sums.
    """
    used[:] = 0.0
    for pair in pick:
        if pair >= 0:
            at = host[pair]
            for entry in range(first[at], first[at + 1]):
                used[limit[entry]] += need[row[pair], column[entry]]
