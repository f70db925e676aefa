"""Between the bound and the best placement: ask for which costs of bins there is a placement.

Two ways take turns. The climb asks for the lowest open cost, goes on with that question until it is
answered, and so raises the bound cost by cost; where the bound is close to the best placement, it ends there.
The search asks for costs between, and passes over those that take too long.

A cost here is an integer: what a placement is worth less than if each job had its best pair.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isqrt
from typing import Final

import numpy as np

from allocation.matching.bins import FAR, Bins, bench_of, multipliers
from allocation.matching.bins_bound import descend
from allocation.matching.bins_question import Question
from allocation.matching.bins_search import FOUND, NONE
from allocation.matching.bins_tables import force, settle
from allocation.matching.chance import Words
from allocation.matching.encode import Encoded
from allocation.matching.lagrange import Floats
from allocation.matching.tight_best import Best

CELLS: Final = 1_300
"""Table cells that are filled in the time of one move."""

_STEPS: Final = 200
"""Subgradient steps of the first bound."""

_BOUND: Final = 5
"""The first bound may take one in so many moves."""

_SLICE: Final = 50
"""The first question may take one in so many moves."""

_CARE: Final = 8
"""At a node one pair more is put in for every so many open jobs …"""

_STRIDES: Final = (_CARE, 16)
"""… and the search's questions alternate between care and speed."""

_SLOW: Final = 3
"""How many times the climb's work the search gets, unless the last proof took no more than a question may."""

_AIM: Final = 0.003
"""Steps to the first bound aim above the best one by this share of it …"""

_REACH: Final = 4
"""… and later ones by so many times what it gained on the linear relaxation."""


@dataclass(slots=True)
class Span:
    """Which costs are open, and which to ask for next.

    Attributes:
        low: no placement costs less.
        high: the highest cost worth asking for.
        quota: cells for a question.
        passed: the highest cost at which a question was cut short with this quota.
        target: the cost to ask for.
    """

    low: int
    high: int
    quota: int
    passed: int = -1
    target: int = field(init=False)

    def __post_init__(self) -> None:
        """Aim for the first time."""
        self._aim()

    def none(self, cost: int) -> None:
        """Note that no placement costs as little as that."""
        self.low = max(self.low, cost + 1)
        self._aim()

    def cut(self, cost: int) -> None:
        """Note that the question for that cost was cut short."""
        self.passed = max(self.passed, cost)
        self._aim()

    def found(self, cost: int) -> None:
        """Note a placement of that cost."""
        self.high = cost - 1
        self._aim()

    def _aim(self) -> None:
        """Ask for the geometric mean of what is left: low costs leave few pairs, high ones are found at once.

        The lowest is left to the climb. Where nothing else is left, start again with twice the work.
        """
        floor = max(self.low, self.passed) + 1
        if floor > self.high:
            self.quota *= 2
            self.passed = -1
            floor = self.low + 1
        left = max(0, self.high - self.low + 1)
        self.target = self.low + isqrt((floor - self.low + 1) * left) - 1


@dataclass(slots=True)
class Turns:
    """Whose turn it is, the climb's or the search's.

    They get as much work each where the climb's last proof was quick, for then the next one is near; else the
    search gets more.

    Attributes:
        weight: how many times as much work the search gets.
        climbed: table cells filled by the climb.
        searched: those filled by the search.
    """

    weight: int = _SLOW
    climbed: int = 0
    searched: int = 0

    def climbs(self) -> bool:
        """Tell whether it is the climb's turn."""
        return self.weight * self.climbed <= self.searched

    def spent(self, cells: int, *, climbing: bool) -> None:
        """Note the work of a turn."""
        if climbing:
            self.climbed += cells
        else:
            self.searched += cells

    def proved(self, *, quickly: bool) -> None:
        """Note a proof."""
        self.weight = 1 if quickly else _SLOW


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
    span = Span(low, high, whole // _SLICE)
    turns = Turns()
    found = np.zeros(bins.jobs, np.int64)
    asked = 0
    climb: Question | None = None
    while span.low <= span.high and used < whole and not (stop is not None and stop()):
        best.lower(at_best - span.low)
        if climb is None or climb.cost != span.low or climb.ended():
            climb = Question.of(bins, bench, price, bound, span.low)
        climbing = span.low == span.high or turns.climbs()
        question = climb if climbing else Question.of(bins, bench, price, bound, span.target)
        stride = _CARE if climbing else _STRIDES[asked % len(_STRIDES)]
        asked += not climbing
        status, cells = question.ask(reach, min(span.quota, whole - used), stride, state, found)
        used += cells
        turns.spent(cells, climbing=climbing)
        if status == NONE:
            turns.proved(quickly=question.cells() <= span.quota)
            span.none(question.cost)
        elif status == FOUND:
            best.offer(question.kept.pair[found])
            span.found(at_best - best.value)
        else:
            span.cut(question.cost)
    best.lower(at_best - span.low)
    return used // CELLS, best.taken is not None or span.low <= top
