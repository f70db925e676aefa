"""The regime in which every lead must be placed at nearly full use, as in generalised assignment problems.

`suits` tells when the engine should come here: every lead is `must`. Two methods, by the shape of the limits:

* Each host has one limit of its own (`bins.bins_of`): a search asks whether there is a placement of at most a
  wanted cost, for costs from the bound upwards. The knapsack bound leaves few pairs for a low cost, so the
  search proves in moments that there is none, or finds one that nothing beats. Costs that take too long are
  passed over, and asked again with twice the work once a result is there.
* Otherwise: annealing with a price on excess (`tight_moves.anneal`), again and again from the best placement.

Work is counted in moves, about a microsecond each; the same instance, prices, seed and moves give the same
answer.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from allocation.matching.bins import bins_of
from allocation.matching.bins_range import narrow
from allocation.matching.bound import exact_bound
from allocation.matching.chance import Words, seeded
from allocation.matching.encode import STAYS, Encoded, Ints
from allocation.matching.lagrange import Floats
from allocation.matching.prices import Prices
from allocation.matching.tight_best import Best, Report
from allocation.matching.tight_moves import anneal
from allocation.matching.tight_site import post_of, site_of

Stop = Callable[[], bool]

CHAINS: Final = 1
"""Chains that annealing tries in the time of one move."""

_FIRST: Final = 40
"""Where bins are searched, annealing gets one in so many moves, for an early result."""

_ROUNDS: Final = 4
"""How often annealing cools down."""

_MORE: Final = 3
"""Where bins are searched, it may go on for so many times its moves until there is a placement."""

_OVER: Final = 2.0
"""The first weight of a limit, in its prices."""


class Tight(NamedTuple):
    """What was found.

    Attributes:
        taken: the pair of each lead, breaking no limit; None if none was found.
        moves: how many were used.
        bound: no placement is worth more; None if it is shown that there is no placement.
        tabled: whether the instance was searched as bins: CP-SAT is no help to a placement of these.
    """

    taken: Ints | None
    moves: int
    bound: int | None
    tabled: bool = False


def suits(enc: Encoded) -> bool:
    """Tell whether an instance is of this regime: there are leads, and each must be placed."""
    return len(enc.leads) > 0 and bool(enc.must.all())


def solve_tight(
    enc: Encoded,
    prices: Prices,
    *,
    seed: int,
    moves: int,
    start: Ints | None = None,
    report: Report | None = None,
    stop: Stop | None = None,
) -> Tight:
    """Search for the placement of most worth.

    Args:
        enc: an instance that `suits`.
        prices: of its limits.
        seed: any integer.
        moves: limit of work, about a microsecond each on an idle core; overrun by little.
        start: a placement to start from; need not be feasible.
        report: called with each better placement and the bound known by then.
        stop: asked now and then; True ends the search.
    """
    if (np.diff(enc.start) == 0).any():
        return Tight(None, 0, None)
    state = seeded(seed)
    best = Best(enc, exact_bound(enc, prices.limit), report)
    if start is not None:
        best.offer(start)
    bins = bins_of(enc)
    share = moves if bins is None else moves // _FIRST
    used = _anneal(enc, prices.limit, best, start, share, state, stop)
    if bins is not None and best.taken is None:
        used += _anneal(enc, prices.limit, best, start, _MORE * share, state, stop)
    possible = True
    if bins is not None and not best.proved():
        cells = max(0, moves - used)
        more, possible = narrow(enc, bins, prices.limit, best, cells, state, stop)
        used += more
    return Tight(best.taken, used, best.bound if possible else None, bins is not None)


def reduced(enc: Encoded, price: Floats) -> Floats:
    """Tell the reduced worth of each pair: its worth less the prices of what it uses."""
    rate = np.zeros((len(enc.hosts), enc.need.shape[1]))
    np.add.at(rate, (np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first)), enc.column), price[enc.limit])
    value = enc.worth.astype(np.float64)
    for column in range(enc.need.shape[1]):
        value -= rate[enc.host, column] * enc.need[enc.row, column]
    return value


def _anneal(
    enc: Encoded, price: Floats, best: Best, start: Ints | None, moves: int, state: Words, stop: Stop | None
) -> int:
    """Anneal in rounds, each from the best placement so far; return the moves used."""
    worth = reduced(enc, price)
    site = site_of(enc, worth)
    top = site.ranked[enc.start[:-1]]
    second = site.ranked[np.minimum(enc.start[:-1] + 1, enc.start[1:] - 1)]
    warm = max(1.0, float(np.median(worth[top] - worth[second])))
    at = top if start is None else np.where(start == STAYS, top, start)
    weight = np.maximum(_OVER * np.abs(price), warm / _typical(enc))
    found = np.zeros(len(enc.leads), np.int64)
    used = 0
    for _ in range(_ROUNDS):
        if best.proved() or (stop is not None and stop()):
            break
        chains = max(1, moves * CHAINS // _ROUNDS)
        if anneal(site, post_of(site, at, weight), chains, warm, state, found):
            best.offer(found)
        used += -(-chains // CHAINS)
        at = at if best.taken is None else best.taken
    return used


def _typical(enc: Encoded) -> Floats:
    """Tell the mean use, at least 1, of the pairs that draw on each limit."""
    total = np.zeros(len(enc.most))
    pairs = np.zeros(len(enc.most))
    count = np.bincount(enc.host, minlength=len(enc.hosts))
    host = np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first))
    for column in range(enc.need.shape[1]):
        use = np.bincount(enc.host, enc.need[enc.row, column].astype(np.float64), minlength=len(enc.hosts))
        inside = enc.column == column
        np.add.at(total, enc.limit[inside], use[host[inside]])
        np.add.at(pairs, enc.limit[inside], count[host[inside]])
    return np.maximum(1.0, total / np.maximum(1.0, pairs))
