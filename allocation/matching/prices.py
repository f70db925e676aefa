"""Prices of limits by dual descent: for each park's land, energy, water … what the last unit is worth.

Any prices give a valid upper bound on the value (`bound.py`); the best prices give the value of the linear
relaxation. They are found by subgradient steps, each of which is one pass over the pairs: where the leads'
choices overdraw a limit its price rises, where they leave room it falls. Steps are scaled for each limit by
the root of the recent mean square of its own over- and underdraft (Tieleman and Hinton's RMSProp), smoothed
by momentum, and shrink geometrically, which suits a function made of flat pieces with a sharp minimum
(Goffin, Mathematical Programming 13, 1977). The prices of the best bound seen are returned.

At the scale of a province a pass over all pairs is dear, so `price_all` makes most passes over a part of
them: first all pairs of every n-th lead, then each lead's best pairs at the prices so far, chosen anew
between rounds.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from allocation.matching.candidates import best_pairs
from allocation.matching.encode import UNLIMITED, Encoded
from allocation.matching.kernel import compiled
from allocation.matching.lagrange import (
    Board,
    Floats,
    Rates,
    allowed,
    board,
    choose,
    draw,
    fold,
    no_rates,
    sealed,
    worth_of_limits,
)

COLD: Final = 0.3
"""First step from no prices, as a share of what a typical lead is worth."""

WARM: Final = 0.03
"""First step from given prices."""

_SHARP: Final = 3.0
"""The last step is this, over the square of the number of passes."""

_KEPT: Final = 0.8
"""Momentum: what a step keeps of the one before."""

_MEMORY: Final = 0.9
"""What the mean square of over- and underdrafts keeps of the one before."""

FEW: Final = 200_000
"""So many pairs are passed over whole."""

_SAMPLED: Final = 100
"""Passes over a sample of the leads."""

ROUNDS: Final = ((8, 20, 0.05), (12, 60, 0.03), (16, 100, 0.02))
"""Rounds of `price_all`: pairs kept of each lead, passes over them, first step."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices and what they are good for.

    Attributes:
        limit: K prices, in worth a unit of use; negative only where a limit has a least.
        bound: the Lagrangian bound they give over all pairs, as a float: a guide; `exact_bound` decides.
        passes: how many passes were made, over all pairs or a part of them.
    """

    limit: Floats
    bound: float
    passes: int


def dual_prices(
    enc: Encoded, *, passes: int, start: Floats | None = None, step: float | None = None
) -> Prices:
    """Find prices that bring the bound near its least.

    Args:
        enc: the instance.
        passes: over all pairs, at least 1; 100 come within 0.01 % of the linear relaxation in a city.
        start: K finite prices to start from, such as those before an event; without them all limits are free.
        step: the first step, as a share of what a typical lead is worth; by default larger without `start`.
    """
    view = board(enc)
    price = np.zeros(len(enc.most)) if start is None else allowed(enc, start)
    if step is None:
        step = COLD if start is None else WARM
    passes = max(1, passes)
    last = min(step, _SHARP / passes**2)
    return Prices(price, float(_descend(view, price, no_rates(view), passes, step, last)), passes)


def price_all(enc: Encoded, *, start: Floats | None = None) -> Prices:
    """Find prices for any number of pairs, most passes going over a part of them.

    Args:
        enc: the instance.
        start: K finite prices to start from: they save the sample, and are returned if nothing is better.
    """
    if enc.pairs <= FEW:
        return dual_prices(enc, passes=2 * _SAMPLED, start=start)
    if start is None:
        found = dual_prices(every(enc, -(-enc.pairs // FEW)), passes=_SAMPLED)
    else:
        found = Prices(allowed(enc, start), np.inf, 0)
    made = found.passes
    for keep, passes, step in ROUNDS:
        part = best_pairs(enc, found.limit, keep, keep_must=keep).enc
        found = dual_prices(part, passes=passes, start=found.limit, step=step)
        made += passes
    seen = [dual_prices(enc, passes=1, start=limit) for limit in (found.limit, start) if limit is not None]
    return replace(min(seen, key=lambda prices: prices.bound), passes=made + len(seen))


def every(enc: Encoded, stride: int) -> Encoded:
    """Take every n-th lead with all its pairs, and that share of every limit.

    Args:
        enc: the instance.
        stride: n.
    """
    leads = np.arange(0, len(enc.leads), stride)
    pairs = np.diff(enc.start)[leads]
    start = np.concatenate([[0], np.cumsum(pairs, dtype=np.int64)])
    inside = np.repeat(enc.start[leads] - start[:-1], pairs) + np.arange(start[-1])
    return replace(
        enc,
        leads=tuple(enc.leads[lead] for lead in leads.tolist()),
        start=sealed(start),
        host=sealed(enc.host[inside]),
        worth=sealed(enc.worth[inside]),
        row=sealed(enc.row[inside]),
        must=sealed(enc.must[leads]),
        most=sealed(np.where(enc.most == UNLIMITED, UNLIMITED, enc.most // stride)),
        least=sealed(enc.least // stride),
    )


@compiled
def _typical(view: Board) -> float:
    """Tell what is at stake for a lead on average: its best pair against its worst, or against staying."""
    total = 0.0
    leads = 0
    for lead in range(len(view.start) - 1):
        best = -np.inf
        worst = np.inf if view.must[lead] else 0.0
        for pair in range(view.start[lead], view.start[lead + 1]):
            best = max(best, view.worth[pair])
            worst = min(worst, view.worth[pair])
        if best > worst:
            total += best - worst
            leads += 1
    return total / leads if leads > 0 else 1.0


@compiled
def _units(view: Board) -> Floats:
    """Tell what a pair that draws on a limit draws on average; 1 where none does."""
    shape = (len(view.first) - 1, view.need.shape[1])
    amounts = np.zeros(shape)
    counts = np.zeros(shape)
    for pair in range(len(view.host)):
        at = view.host[pair]
        uses = view.row[pair]
        for number in range(shape[1]):
            amounts[at, number] += view.need[uses, number]
            counts[at, number] += view.need[uses, number] > 0.0
    total = np.zeros(len(view.most))
    pairs = np.zeros(len(view.most))
    for at in range(shape[0]):
        for entry in range(view.first[at], view.first[at + 1]):
            total[view.limit[entry]] += amounts[at, view.column[entry]]
            pairs[view.limit[entry]] += counts[at, view.column[entry]]
    for number in range(len(total)):
        total[number] = total[number] / pairs[number] if pairs[number] > 0.0 else 1.0
    return total


@compiled
def _slack(price: float, used: float, most: float, least: float) -> float:
    """Tell how much room a limit has: the step is against it. Without a price, room is no reason to step."""
    if price > 0.0:
        return most - used
    if price < 0.0:
        return least - used
    return min(0.0, most - used) + max(0.0, least - used)


@compiled
def _descend(view: Board, price: Floats, rates: Rates, passes: int, step: float, last: float) -> float:
    """Improve prices in place by steps that shrink from `step` to `last`; return the best bound."""
    limits = len(price)
    pick = np.empty(len(view.start) - 1, np.int64)
    used = np.empty(limits)
    unit = _units(view)
    typical = _typical(view)
    shrink = (last / step) ** (1.0 / passes)
    current = price.copy()
    drift = np.zeros(limits)
    square = np.zeros(limits)
    weight = 0.0
    best = np.inf
    for _ in range(passes):
        fold(view, current, rates)
        bound = choose(view, rates, pick) + worth_of_limits(view, current)
        if bound < best:
            best = bound
            price[:] = current
        draw(view, pick, used)
        weight = _MEMORY * weight + 1.0 - _MEMORY
        for number in range(limits):
            slack = (
                _slack(current[number], used[number], view.most[number], view.least[number]) / unit[number]
            )
            square[number] = _MEMORY * square[number] + (1.0 - _MEMORY) * slack * slack
            drift[number] = _KEPT * drift[number] + (1.0 - _KEPT) * slack
            if square[number] > 0.0:
                move = step * typical / unit[number] * drift[number] / np.sqrt(square[number] / weight)
                current[number] -= move
            if view.least[number] == 0.0:
                current[number] = max(0.0, current[number])
            if view.most[number] == np.inf:
                current[number] = min(0.0, current[number])
        step *= shrink
    return best
