"""Prices of limits by dual descent: for each park's land, energy, water … what the last unit is worth.

Any prices give a valid upper bound on the value (`bound.py`); the best prices give the value of the linear
relaxation. They are found by subgradient steps, each of which is one pass over the pairs: where the leads'
choices overdraw a limit its price rises, where they leave room it falls. Steps are scaled for each limit by
the root of the recent mean square of its own over- and underdraft (Tieleman and Hinton's RMSProp), smoothed
by momentum, and shrink geometrically, which suits a function made of flat pieces with a sharp minimum
(Goffin, Mathematical Programming 13, 1977). The prices of the best bound seen are returned.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from allocation.matching.encode import UNLIMITED, Encoded, Flags, Ints, Small
from allocation.matching.kernel import compiled
from allocation.matching.lagrange import Floats, choose, draw, fold

_COLD: Final = 0.3
"""First step from no prices, as a share of what a typical lead is worth."""

_WARM: Final = 0.01
"""First step from given prices."""

_SHARP: Final = 10.0
"""The last step is this, over the square of the number of passes."""

_KEPT: Final = 0.8
"""Momentum: what a step keeps of the one before."""

_MEMORY: Final = 0.9
"""What the mean square of over- and underdrafts keeps of the one before."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices and what they are good for.

    Attributes:
        limit: K prices, in worth a unit of use: not negative where a limit has no least.
        bound: the Lagrangian bound they give, as a float: a guide, `exact_bound` decides.
        passes: how many passes over the pairs were made.
    """

    limit: Floats
    bound: float
    passes: int


def dual_prices(enc: Encoded, *, passes: int, start: Floats | None = None) -> Prices:
    """Find prices that bring the bound near its least.

    Args:
        enc: the instance.
        passes: over all pairs; 100 come within 0.01 % of the linear relaxation's value in a city.
        start: K prices to start from, such as those before an event; without them all limits are free.
    """
    worth = enc.worth.astype(np.float64)
    need = enc.need.astype(np.float64)
    price = np.zeros(len(enc.most)) if start is None else start.astype(np.float64)
    bound = _descend(
        enc.start,
        enc.host,
        worth,
        enc.row,
        need,
        enc.must,
        enc.first,
        enc.limit,
        enc.column,
        enc.most,
        enc.least,
        price,
        passes,
        _COLD if start is None else _WARM,
    )
    return Prices(price, bound, passes)


@compiled
def _typical(start: Ints, worth: Floats, must: Flags) -> float:
    """Tell what is at stake for a lead on average: its best pair against its worst, or against staying."""
    total = 0.0
    leads = 0
    for lead in range(len(start) - 1):
        best = -np.inf
        worst = np.inf
        for pair in range(start[lead], start[lead + 1]):
            best = max(best, worth[pair])
            worst = min(worst, worth[pair])
        stake = best - worst if must[lead] else best
        if stake > 0.0 and start[lead] < start[lead + 1]:
            total += stake
            leads += 1
    return total / max(1, leads)


@compiled
def _units(
    host: Small, row: Small, need: Floats, first: Ints, limit: Small, column: Small, limits: int
) -> Floats:
    """Tell what a pair that draws on a limit draws on average; 1 where none does."""
    total = np.zeros(limits)
    pairs = np.zeros(limits)
    for pair in range(len(host)):
        for entry in range(first[host[pair]], first[host[pair] + 1]):
            amount = need[row[pair], column[entry]]
            if amount > 0.0:
                total[limit[entry]] += amount
                pairs[limit[entry]] += 1.0
    for number in range(limits):
        total[number] = total[number] / pairs[number] if pairs[number] > 0.0 else 1.0
    return total


@compiled
def _descend(
    start: Ints,
    host: Small,
    worth: Floats,
    row: Small,
    need: Floats,
    must: Flags,
    first: Ints,
    limit: Small,
    column: Small,
    most: Ints,
    least: Ints,
    price: Floats,
    passes: int,
    step: float,
) -> float:
    """Improve prices in place; return the best bound."""
    limits = len(most)
    begin = np.empty(len(first), np.int64)
    priced = np.empty(len(limit), np.int32)
    rate = np.empty(len(limit))
    table = np.empty((need.shape[1], len(first) - 1))
    pick = np.empty(len(start) - 1, np.int64)
    used = np.empty(limits)
    unit = _units(host, row, need, first, limit, column, limits)
    typical = _typical(start, worth, must)
    last = min(step, _SHARP / max(1, passes) ** 2)
    shrink = (last / step) ** (1.0 / max(1, passes))
    current = price.copy()
    drift = np.zeros(limits)
    square = np.zeros(limits)
    weight = 0.0
    best = np.inf
    for _ in range(max(1, passes)):
        fold(first, limit, column, current, begin, priced, rate, table)
        bound = choose(start, host, worth, row, need, must, begin, priced, rate, table, pick)
        draw(host, row, need, first, limit, column, pick, used)
        for number in range(limits):
            if current[number] > 0.0:
                bound += current[number] * most[number]
            else:
                bound += current[number] * least[number]
        if bound < best:
            best = bound
            price[:] = current
        weight = _MEMORY * weight + (1.0 - _MEMORY)
        for number in range(limits):
            slack = (most[number] if current[number] >= 0.0 else least[number]) - used[number]
            if current[number] == 0.0 and slack > 0.0:  # at the kink: is the least missed?
                slack = min(0.0, used[number] - least[number]) * -1.0
            slack /= unit[number]
            square[number] = _MEMORY * square[number] + (1.0 - _MEMORY) * slack * slack
            drift[number] = _KEPT * drift[number] + (1.0 - _KEPT) * slack
            if square[number] > 0.0:
                current[number] -= (
                    step * typical / unit[number] * drift[number] / np.sqrt(square[number] / weight)
                )
            if least[number] == 0:
                current[number] = max(0.0, current[number])
            if most[number] == UNLIMITED:
                current[number] = min(0.0, current[number])
        step *= shrink
    return best
