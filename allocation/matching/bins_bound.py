"""The knapsack bound of bins: better multipliers, and what the bound says of each pair.

One round is settle, descend, squeeze: place what has no choice left, improve the multipliers, drop the pairs
that a placement of at most the wanted cost cannot hold.
"""

from typing import Final

import numpy as np

from allocation.matching.bins import FAR, Bench, Bins, Marks
from allocation.matching.bins_tables import force, settle, value_at
from allocation.matching.kernel import compiled
from allocation.matching.lagrange import Floats

DEAD: Final = 0
"""No placement of at most the wanted cost holds these pairs only."""

OPEN: Final = 1
"""Jobs have a choice left."""

SET: Final = 2
"""Every job has one pair left, and these are a placement of at most the wanted cost."""

_PATIENCE: Final = 5
"""Steps without a better bound, before the step shrinks."""

_SHRINK: Final = 0.6

_KEPT: Final = 0.5
"""Momentum: what a step keeps of the one before."""

_STEP: Final = 0.7
"""First step, as a share of Polyak's."""


@compiled
def descend(
    bins: Bins, bench: Bench, alive: Marks, price: Floats, fixed: int, most: int, steps: int, reach: int
) -> int:
    """Improve multipliers by subgradient steps of Polyak's length; stop early once the bound exceeds `most`.

    Args:
        bins: the pairs.
        bench: after `settle`.
        alive: which pairs are left.
        price: the multipliers, replaced by the best ones seen; `bench.prize` is left at these, rounded.
        fixed: what `settle` said.
        most: the wanted scaled cost.
        steps: how many.
        reach: steps aim at a bound so far above the best one, but not beyond `most`.

    Returns:
        The best bound, exact at the rounded multipliers.
    """
    best = -FAR
    step = _STEP
    stale = 0
    top = bins.cost.max() * 2 + 1
    bench.drift[:] = 0.0
    for _ in range(steps):
        for job in range(bins.jobs):
            bench.prize[job] = np.int64(np.floor(min(max(price[job], -top), top) + 0.5))
        bound = value_at(bins, bench, alive, fixed)
        if bound > best:
            best = bound
            stale = 0
            bench.best[:] = price
            if best > most:
                break
        else:
            stale += 1
            if stale == _PATIENCE:
                step *= _SHRINK
                stale = 0
                price[:] = bench.best
        length = 0.0
        for job in range(bins.jobs):
            bench.drift[job] = bench.miss[job] + _KEPT * bench.drift[job]
            length += bench.drift[job] * bench.drift[job]
        if length == 0.0:
            break
        goal = min(most + (1 << bins.shift) // 2, best + reach)
        move = step * (goal - bound) / length
        for job in range(bins.jobs):
            price[job] += move * bench.drift[job]
    price[:] = bench.best
    for job in range(bins.jobs):
        bench.prize[job] = np.int64(np.floor(min(max(price[job], -top), top) + 0.5))
    return best


@compiled
def squeeze(bins: Bins, bench: Bench, alive: Marks, spare: int) -> bool:
    """Drop the pairs that cost more than `spare` where forced, and all others of a job where one is needed.

    Returns:
        Whether any was dropped.
    """
    force(bins, bench, alive)
    for pair in range(len(bins.job)):
        job = bins.job[pair]
        if alive[pair] and bench.choices[job] > 1 and bench.out[pair] > spare:
            bench.only[job] = -1 - pair
    dropped = False
    for pair in range(len(bins.job)):
        job = bins.job[pair]
        if alive[pair] and bench.choices[job] > 1:
            beaten = bench.only[job] < 0 and bench.only[job] != -1 - pair
            if beaten or bench.into[pair] > spare:
                alive[pair] = 0
                dropped = True
    return dropped


@compiled
def reduce_pairs(
    bins: Bins, bench: Bench, alive: Marks, price: Floats, most: int, reach: int, steps: int, rounds: int
) -> int:
    """Drop what a placement of scaled cost at most `most` cannot hold.

    Args:
        bins: the pairs.
        bench: room to work; `choices`, `only`, `into` and `out` hold what is left.
        alive: which pairs are left, changed in place.
        price: multipliers, improved in place.
        most: the wanted scaled cost.
        reach: of `descend`.
        steps: subgradient steps of the first round; later ones make half.
        rounds: most rounds.

    Returns:
        DEAD, OPEN or SET.
    """
    for number in range(rounds):
        fixed = settle(bins, bench, alive)
        if fixed > most:
            return DEAD
        if bench.choices.max() == 1:
            return SET
        bound = descend(
            bins, bench, alive, price, fixed, most, steps if number == 0 else steps // 2 + 1, reach
        )
        if bound > most:
            return DEAD
        if not squeeze(bins, bench, alive, most - bound):
            return OPEN
    if settle(bins, bench, alive) > most:
        return DEAD
    return SET if bench.choices.max() == 1 else OPEN
