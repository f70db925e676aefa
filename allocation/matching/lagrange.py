"""The Lagrangian of an encoded instance, compiled: what each lead would choose if limits had prices.

With a price for each limit, every lead chooses for itself: the pair with the highest *reduced* value, which
is its worth less the prices of what it uses, or no pair if none is above 0 and it may stay. The sum of these
choices, plus what all limits are worth at their prices, is never below the value of a placement that keeps
the limits, whatever the prices (Lagrangian duality; Fisher, Management Science 27(1), 1981).

Several limits price the same column of a host (its own and its county's), so the prices are folded into one
rate for each column and host before a pass over the pairs. Where many pairs of a lead share one row of need,
as they do in a pool, that row's cost is worked out for all hosts in straight lines over memory, which is
several times faster than pair by pair.

Everything here guides in floats. `bound.py` does the same in integers.
"""

from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from allocation.matching.encode import UNLIMITED, Encoded, Flags, Ints, Small
from allocation.matching.kernel import compiled

Floats = NDArray[np.float64]
S = TypeVar("S", bound=np.generic)

WIDE: Final = 4
"""One pair alone costs as much as so many hosts in a straight line."""


class Board(NamedTuple):
    """An instance as these kernels read it: see `Encoded`; all arrays are read-only.

    Columns that no limit counts are left out.

    Attributes:
        start: L + 1 offsets of the leads' pairs.
        host: P host numbers.
        worth: P worths.
        row: P rows of `need`.
        need: U x W amounts.
        must: L flags.
        first: H + 1 offsets into `limit` and `column`.
        limit: the limits of each host.
        column: which column of `need` draws on it.
        most: K upper bounds; infinite where there is none.
        least: K lower bounds.
    """

    start: Ints
    host: Small
    worth: Floats
    row: Small
    need: Floats
    must: Flags
    first: Ints
    limit: Small
    column: Small
    most: Floats
    least: Floats


class Rates(NamedTuple):
    """Folded prices, in two orders of memory.

    Attributes:
        lines: W x H, what a unit of each column costs at each host.
        hosts: H x W, the same.
    """

    lines: Floats
    hosts: Floats


def board(enc: Encoded) -> Board:
    """Make the view of an instance that the kernels read."""
    live, column = live_columns(enc)
    most = np.where(enc.most == UNLIMITED, np.inf, enc.most.astype(np.float64))
    return Board(
        sealed(enc.start),
        sealed(enc.host),
        sealed(enc.worth.astype(np.float64)),
        sealed(enc.row),
        sealed(enc.need[:, live].astype(np.float64)),
        sealed(enc.must),
        sealed(enc.first),
        sealed(enc.limit),
        sealed(column),
        sealed(most),
        sealed(enc.least.astype(np.float64)),
    )


def live_columns(enc: Encoded) -> tuple[Ints, Small]:
    """Number the columns of need that some limit counts, and renumber the limits' columns by them.

    Without limits that is the first column, so that the kernels have one to read.
    """
    live, column = np.unique(enc.column, return_inverse=True)
    return (live.astype(np.int64) if len(live) else np.zeros(1, np.int64)), column.astype(np.int32)


def sealed(array: NDArray[S]) -> NDArray[S]:
    """Make a read-only view in row order: one type of array, so that a kernel is compiled once."""
    view = np.ascontiguousarray(array).view()
    view.setflags(write=False)
    return view


def allowed(enc: Encoded, price: Floats) -> Floats:
    """Copy prices, and bring each to the signs that its limit allows: the bound only gains.

    A limit without a most costs nothing, and only a limit with a least pays.
    """
    low = np.where(enc.least > 0, -np.inf, 0.0)
    high = np.where(enc.most == UNLIMITED, 0.0, np.inf)
    clipped: Floats = np.clip(price.astype(np.float64), low, high)
    return clipped


def no_rates(view: Board) -> Rates:
    """Make room for folded prices."""
    columns, hosts = view.need.shape[1], len(view.first) - 1
    return Rates(np.zeros((columns, hosts)), np.zeros((hosts, columns)))


@compiled
def fold(view: Board, price: Floats, rates: Rates) -> None:
    """Sum the prices that a unit of each column costs at each host.

    Args:
        view: the instance.
        price: K prices.
        rates: out.
    """
    rates.hosts[:, :] = 0.0
    for host in range(len(view.first) - 1):
        for entry in range(view.first[host], view.first[host + 1]):
            rates.hosts[host, view.column[entry]] += price[view.limit[entry]]
    for number in range(len(rates.lines)):
        rates.lines[number, :] = rates.hosts[:, number]


@compiled
def run_end(row: Small, pair: int, end: int) -> int:
    """Tell where the pairs from this one on cease to share its row of need."""
    stop = pair + 1
    while stop < end and row[stop] == row[pair]:
        stop += 1
    return stop


@compiled
def spread(amounts: NDArray[Any], lines: NDArray[Any], cost: NDArray[Any]) -> None:
    """Tell what a row of need costs at every host.

    Args:
        amounts: one for each column.
        lines: W x H rates; all floats, or all integers.
        cost: out, H costs.
    """
    cost[:] = 0
    for number in range(len(amounts)):
        amount = amounts[number]
        if amount != 0:
            line = lines[number]
            for at in range(len(cost)):
                cost[at] += amount * line[at]


@compiled
def alone(amounts: NDArray[Any], rates: NDArray[Any]) -> Any:
    """Tell what a row of need costs at one host.

    Args:
        amounts: one for each column.
        rates: W rates of that host; all floats, or all integers.
    """
    cost = amounts[0] * rates[0]
    for number in range(1, len(amounts)):
        cost += amounts[number] * rates[number]
    return cost


@compiled
def choose(view: Board, rates: Rates, pick: Ints) -> float:
    """Let each lead choose at folded prices; the first of equals wins.

    Args:
        view: the instance.
        rates: of `fold`.
        pick: out, L pair numbers, or -1.

    Returns:
        The sum of the reduced values chosen. A must-place lead without pairs adds nothing.
    """
    cost = np.empty(len(rates.hosts))
    total = 0.0
    for lead in range(len(pick)):
        best = -np.inf if view.must[lead] else 0.0
        found = -1
        pair = view.start[lead]
        end = view.start[lead + 1]
        while pair < end:
            stop = run_end(view.row, pair, end)
            amounts = view.need[view.row[pair]]
            wide = (stop - pair) * WIDE >= len(cost)
            if wide:
                spread(amounts, rates.lines, cost)
            for candidate in range(pair, stop):
                at = view.host[candidate]
                value = view.worth[candidate] - (cost[at] if wide else alone(amounts, rates.hosts[at]))
                if value > best:
                    best = value
                    found = candidate
            pair = stop
        pick[lead] = found
        if found >= 0:
            total += best
    return total


@compiled
def draw(view: Board, pick: Ints, used: Floats) -> None:
    """Sum what the chosen pairs draw on each limit.

    Args:
        view: the instance.
        pick: L pair numbers, or -1.
        used: out, K sums.
    """
    used[:] = 0.0
    for pair in pick:
        if pair >= 0:
            at = view.host[pair]
            for entry in range(view.first[at], view.first[at + 1]):
                used[view.limit[entry]] += view.need[view.row[pair], view.column[entry]]


@compiled
def worth_of_limits(view: Board, price: Floats) -> float:
    """Sum what all limits are worth at their prices: the most of what costs, the least of what is paid for.

    Args:
        view: the instance.
        price: K prices.
    """
    total = 0.0
    for number in range(len(price)):
        if price[number] > 0.0:
            total += price[number] * view.most[number]
        elif price[number] < 0.0:
            total += price[number] * view.least[number]
    return total
