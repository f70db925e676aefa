"""Improve a placement by CP-SAT, a neighbourhood of a few hosts at a time.

All leads but a few hundred stay where they are; CP-SAT places these anew in what the others leave, starting
from where they are. Its deterministic time is the limit, so the same seed gives the same answer.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from allocation.matching import exact
from allocation.matching.chance import Words, below, seeded
from allocation.matching.core import owners, price_table, regrets
from allocation.matching.encode import STAYS, UNLIMITED, Encoded, Ints
from allocation.matching.lagrange import Floats, sealed

HOSTS: Final = 3
"""So many hosts are cleared at once."""

FREE: Final = 300
"""At most so many leads are free, those that would regret a change least."""

STEP: Final = 0.1
"""Deterministic seconds of one neighbourhood."""

_LEAST: Final = 0.01
"""What a neighbourhood counts at least, so that the search ends."""


def reoptimise(
    enc: Encoded,
    taken: Ints,
    prices: Floats,
    *,
    limit: float,
    seconds: float,
    seed: int,
    watch: Callable[[Ints], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[Ints, float]:
    """Improve a placement.

    Args:
        enc: the instance, or its candidates.
        taken: L pair numbers, or STAYS; keeps every rule.
        prices: K prices.
        limit: deterministic seconds.
        seconds: wall guard of each call of CP-SAT.
        seed: of the choice of hosts and of CP-SAT.
        watch: called with each better placement.
        stop: asked before each neighbourhood; True ends the search.

    Returns:
        a placement that is never worse and keeps every rule, and the deterministic seconds used.
    """
    regret, _ = regrets(enc, price_table(enc, prices))
    chance = seeded(seed)
    best, work = taken.copy(), 0.0
    while work < limit and enc.pairs and not (stop is not None and stop()):
        free = _free(enc, best, regret, chance)
        part, pair = freed(enc, best, free)
        hint = np.where(best[free] == STAYS, STAYS, np.searchsorted(pair, best[free]))
        answer = exact.solve(part, limit=min(STEP, limit - work), seconds=seconds, seed=seed, hint=hint)
        work += max(_LEAST, answer.work)
        if answer.taken is not None and exact.value_of(part, answer.taken) > exact.value_of(part, hint):
            best[free] = np.where(answer.taken == STAYS, STAYS, pair[answer.taken])
            if watch is not None:
                watch(best)
    return best, work


def _free(enc: Encoded, taken: Ints, regret: Floats, chance: Words) -> Ints:
    """Choose leads: those at a few hosts and those that wait for them, by least regret of a pair there."""
    chosen = np.zeros(len(enc.hosts), np.bool_)
    for _ in range(HOSTS):
        chosen[below(chance, len(enc.hosts))] = True
    lead = owners(enc)
    inside = chosen[enc.host]
    at = np.where(taken == STAYS, -1, enc.host[taken])
    here = (at < 0) | chosen[at]
    moves = inside & here[lead] & (np.arange(enc.pairs) != taken[lead])
    cost = np.full(len(enc.leads), np.inf)
    np.minimum.at(cost, lead[moves], regret[moves])
    cost[(at >= 0) & here & ~np.isfinite(cost)] = np.finfo(np.float64).max
    order = np.argsort(cost, kind="stable")[:FREE]
    return np.sort(order[np.isfinite(cost[order])])


def freed(enc: Encoded, taken: Ints, free: Ints) -> tuple[Encoded, Ints]:
    """Give the instance of some leads in what all others leave.

    Args:
        enc: the instance.
        taken: L pair numbers, or STAYS.
        free: the leads, ascending.

    Returns:
        it, and the numbers of its pairs in `enc`, ascending.
    """
    fixed = taken.copy()
    fixed[free] = STAYS
    used = _used(enc, fixed[fixed != STAYS])
    member = np.zeros(len(enc.leads), np.bool_)
    member[free] = True
    pair = np.flatnonzero(member[owners(enc)])
    count = np.diff(enc.start)[free]
    part = replace(
        enc,
        leads=tuple(enc.leads[lead] for lead in free.tolist()),
        start=sealed(np.concatenate([[0], np.cumsum(count, dtype=np.int64)])),
        host=sealed(enc.host[pair]),
        worth=sealed(enc.worth[pair]),
        row=sealed(enc.row[pair]),
        must=sealed(enc.must[free]),
        most=sealed(np.where(enc.most == UNLIMITED, UNLIMITED, enc.most - used)),
        least=sealed(np.maximum(0, enc.least - used)),
    )
    return part, pair


def _used(enc: Encoded, pair: Ints) -> Ints:
    """Sum what pairs draw on each limit."""
    at = np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first))
    total = np.zeros((len(enc.hosts), enc.need.shape[1]), np.int64)
    np.add.at(total, enc.host[pair], enc.need[enc.row[pair]])
    used = np.zeros(len(enc.most), np.int64)
    np.add.at(used, enc.limit, total[at, enc.column])
    return used
