"""Depth-first search over bins: is there a placement of at most a wanted cost?

At each node the knapsack bound drops most pairs; then the pairs that are surest to be in, largest first, are
put in, several at once where many jobs are open. Going back, they are forbidden one by one, so an exhausted
search is a proof.
"""

from typing import Final, NamedTuple

import numpy as np

from allocation.matching.bins import Bench, Bins, Marks
from allocation.matching.bins_bound import OPEN, SET, reduce_pairs
from allocation.matching.chance import Words, unit
from allocation.matching.encode import Ints
from allocation.matching.kernel import compiled
from allocation.matching.lagrange import Floats

NONE: Final = 0
"""The search is exhausted: there is no such placement."""

FOUND: Final = 1
"""There is one."""

CUT: Final = 2
"""The limit of work was reached."""

_ROOT_STEPS: Final = 60
_STEPS: Final = 10
_ROUNDS: Final = 2

_FINE: Final = 0.02
"""Added to both gains, in units of cost, so that neither is nothing."""


_DIVE: Final = 12
"""A way down that is straight so far may go on for so many times the limit that comes after."""

_LUCK: Final = 0.1
"""How far chance moves a score."""


class Trail(NamedTuple):
    """The way down: one row a level.

    Attributes:
        alive: D x P: which pairs are left.
        price: D x L multipliers.
        branch: D pairs that were put in.
        barred: D marks: 1 once that pair is forbidden instead.
        stand: three numbers: the level to go on at, -1 at the end; 1 until a step was taken back; 1 unless
            some way down was too long.
    """

    alive: Marks
    price: Floats
    branch: Ints
    barred: Marks
    stand: Ints


def trail_of(bins: Bins, levels: int, price: Floats) -> Trail:
    """Stand at the top of a way down of so many levels, at least 2, with multipliers to start from."""
    trail = Trail(
        np.zeros((levels, len(bins.job)), np.int8),
        np.zeros((levels, bins.jobs)),
        np.zeros(levels, np.int64),
        np.zeros(levels, np.int8),
        np.array([0, 1, 1]),
    )
    trail.alive[0] = 1
    trail.price[0] = price
    return trail


@compiled
def _choose(bins: Bins, bench: Bench, alive: Marks, wanted: int, state: Words, chosen: Ints) -> int:
    """Choose up to `wanted` pairs of different jobs to put in; return how many."""
    scale = 1.0 / (1 << bins.shift)
    taken = 0
    score = np.zeros(wanted)
    for job in range(bins.jobs):
        bench.miss[job] = 0.0
    # The best pair of each job is kept in `only`, its score in `miss`.
    for pair in range(len(bins.job)):
        job = bins.job[pair]
        if alive[pair] and bench.choices[job] > 1:
            surely = (bench.out[pair] * scale + _FINE) / (bench.into[pair] * scale + _FINE)
            luck = 1.0 + _LUCK * unit(state)
            mark = (bins.use[pair] + 1) * surely * luck
            if mark > bench.miss[job]:
                bench.miss[job] = mark
                bench.only[job] = pair
    for job in range(bins.jobs):
        mark = bench.miss[job]
        if mark > 0.0:
            place = taken
            while place > 0 and score[place - 1] < mark:
                place -= 1
            if place < wanted:
                taken = min(taken + 1, wanted)
                for other in range(taken - 1, place, -1):
                    score[other] = score[other - 1]
                    chosen[other] = chosen[other - 1]
                score[place] = mark
                chosen[place] = bench.only[job]
    return taken


@compiled
def _put_in(bins: Bins, trail: Trail, depth: int, pair: int) -> None:
    """Go down a level with a pair in: all others of its job go."""
    trail.branch[depth] = pair
    trail.barred[depth] = 0
    trail.alive[depth + 1] = trail.alive[depth]
    trail.price[depth + 1] = trail.price[depth]
    for other in range(len(bins.job)):
        if bins.job[other] == bins.job[pair] and other != pair:
            trail.alive[depth + 1, other] = 0


@compiled
def _go_back(trail: Trail, depth: int) -> int:
    """Go up to the last pair put in and forbid it; return the level below, or -1 if there is none."""
    depth -= 1
    while depth >= 0 and trail.barred[depth] == 1:
        depth -= 1
    if depth < 0:
        return -1
    trail.barred[depth] = 1
    trail.alive[depth + 1] = trail.alive[depth]
    trail.price[depth + 1] = trail.price[depth]
    trail.alive[depth + 1, trail.branch[depth]] = 0
    return depth + 1


@compiled
def explore(
    bins: Bins,
    bench: Bench,
    trail: Trail,
    most: int,
    reach: int,
    cells: int,
    stride: int,
    state: Words,
    found: Ints,
) -> int:
    """Search for a placement of scaled cost at most `most`; go on where the search before was cut short.

    Args:
        bins: the pairs.
        bench: room to work; `tally` counts table cells.
        trail: where the search stands; as many levels as it may go down.
        most: the wanted scaled cost.
        reach: of `descend`.
        cells: limit of table cells to fill once a step was taken back; several times that before. One node
            is looked at whatever the limit.
        stride: at a node one pair more is put in for every so many open jobs.
        state: of the choice between like pairs.
        found: the pair of each job, if FOUND.

    Returns:
        NONE, FOUND or CUT.
    """
    chosen = np.zeros(bins.jobs // stride + 2, np.int64)
    depth = trail.stand[0]
    straight = trail.stand[1] == 1
    until = bench.tally[0] + (_DIVE * cells if straight else cells)
    while depth >= 0 and bench.tally[0] <= until:
        steps = _STEPS if depth > 0 else _ROOT_STEPS
        status = reduce_pairs(
            bins, bench, trail.alive[depth], trail.price[depth], most, reach, steps, _ROUNDS
        )
        if status == SET:
            found[:] = bench.only
            return FOUND
        count = 0
        if status == OPEN:
            free = int(np.sum(bench.choices > 1))
            count = _choose(bins, bench, trail.alive[depth], 1 + free // stride, state, chosen)
            if depth + count >= len(trail.alive):
                trail.stand[2] = 0
                count = 0
        for number in range(count):
            _put_in(bins, trail, depth, chosen[number])
            depth += 1
        if count == 0:
            if straight:
                straight = False
                trail.stand[1] = 0
                until = min(until, bench.tally[0] + cells)
            depth = _go_back(trail, depth)
    trail.stand[0] = depth
    return NONE if depth < 0 and trail.stand[2] == 1 else CUT
