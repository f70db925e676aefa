"""Between the bound and the best placement: ask for which costs of bins there is a placement.

A cost here is an integer: what a placement is worth less than if each job had its best pair.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from typing import Final

import numpy as np

from allocation.matching.bins import FAR, Bins, bench_of, multipliers, select
from allocation.matching.bins_bound import descend
from allocation.matching.bins_search import FOUND, NONE, Trail, explore, trail_of
from allocation.matching.bins_tables import force, settle
from allocation.matching.chance import Words
from allocation.matching.encode import Encoded
from allocation.matching.lagrange import Floats
from allocation.matching.tight_best import Best

CELLS: Final = 1_000
"""Table cells that are filled in the time of one move."""

_STEPS: Final = 200
"""Subgradient steps of the first bound."""

_BOUND: Final = 5
"""The first bound may take one in so many moves."""

_SLICE: Final = 50
"""The first question may take one in so many moves."""

_STRIDES: Final = (8, 16)
"""At a node of the search one pair more is put in for every so many open jobs: questions alternate
between care and speed."""

_AIM: Final = 0.003
"""Steps to the first bound aim above the best one by this share of it …"""

_REACH: Final = 4
"""… and later ones by so many times what it gained on the linear relaxation."""

_MEMORY: Final = 1 << 26
"""Bytes for the way down."""


@dataclass(slots=True)
class Span:
    """Which costs are open, and which to ask for next.

    Attributes:
        low: no placement costs less.
        high: the highest cost worth asking for.
        quota: cells for a question.
        target: the cost to ask for.
        passed: the highest cost at which a question was cut short with this quota.
    """

    low: int
    high: int
    quota: int
    target: int
    passed: int = -1

    def none(self) -> None:
        """Note that no placement costs as little as the target; after a proof, ask for the next cost."""
        self.low = self.target + 1
        if self.low > self.passed:
            self.target = self.low
        else:
            self._aim()

    def cut(self) -> None:
        """Note that the question was cut short."""
        self.passed = self.target
        self._aim()

    def found(self, cost: int) -> None:
        """Note a placement of that cost."""
        self.high = cost - 1
        self._aim()

    def _aim(self) -> None:
        """Ask for the geometric mean of what is left: low costs leave few pairs, high ones are found at once.

        Where nothing is left, start again from the bottom with twice the work.
        """
        floor = max(self.low, self.passed + 1)
        if floor <= self.high:
            self.target = self.low + isqrt((floor - self.low + 1) * (self.high - self.low + 1)) - 1
        else:
            self.quota *= 2
            self.passed = -1
            self.target = self.low


def narrow(
    enc: Encoded,
    bins: Bins,
    price: Floats,
    best: Best,
    moves: int,
    state: Words,
    stop: Callable[[], bool] | None,
) -> tuple[int, bool]:
    """Raise the bound and look for better placements.

    Args:
        enc: the instance.
        bins: the same as bins.
        price: K prices of limits.
        best: the best placement and bound so far, improved.
        moves: limit of work.
        state: of the search's draws.
        stop: asked between questions.

    Returns:
        The moves used, and False if it is shown that there is no placement.
    """
    bench = bench_of(bins)
    alive = np.ones(len(bins.job), np.int8)
    fixed = settle(bins, bench, alive)
    dearest = np.zeros(bins.jobs, np.int64)
    np.maximum.at(dearest, bins.job, bins.cost)
    top = int(sum(dearest.tolist())) >> bins.shift
    at_best = sum(np.maximum.reduceat(enc.worth, enc.start[:-1]).tolist())
    high = top if best.taken is None else at_best - best.value - 1
    whole = max(1, moves * CELLS)
    each = max(1, sum((np.diff(bins.first) * (bins.room + 201)).tolist()))
    steps = int(min(_STEPS, 10 + whole // _BOUND // each))
    loose = (at_best - best.bound) << bins.shift
    reach = int(max(1.0, _AIM * abs(best.bound))) << bins.shift
    rate = np.zeros(len(bins.room))
    rate[np.diff(enc.first) > 0] = price[enc.limit]
    price = multipliers(bins, rate)
    bound = descend(bins, bench, alive, price, fixed, FAR, steps, reach) if fixed < FAR else FAR
    force(bins, bench, alive) if fixed < FAR else None
    used = int(bench.tally[0])
    reach = max(1 << bins.shift, _REACH * (bound - loose))
    low = -(-bound >> bins.shift)
    span = Span(low, high, whole // _SLICE, low)
    found = np.zeros(bins.jobs, np.int64)
    asked = 0
    while span.low <= span.high and used < whole and not (stop is not None and stop()):
        best.lower(at_best - span.low)
        kept = select(bins, bench.into <= (span.target << bins.shift) - bound)
        bench_kept = bench_of(kept)
        trail = _trail(kept)
        most = span.target << bins.shift
        cells = min(span.quota, whole - used)
        stride = _STRIDES[asked % len(_STRIDES)]
        asked += 1
        status = explore(kept, bench_kept, trail, price.copy(), most, reach, cells, stride, state, found)
        used += int(bench_kept.tally[0])
        if status == NONE:
            span.none()
        elif status == FOUND:
            best.offer(kept.pair[found])
            span.found(at_best - best.value)
        else:
            span.cut()
    best.lower(at_best - span.low)
    return used // CELLS, best.taken is not None or span.low <= top


def _trail(bins: Bins) -> Trail:
    """Make room for a way down that is long enough for all jobs, if the memory allows."""
    row = len(bins.job) + 8 * bins.jobs
    return trail_of(bins, max(2, min(2 * bins.jobs + 2, _MEMORY // row)))
