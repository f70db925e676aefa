"""A former plan repaired for a pool that has changed since. Loads the solver.

What the former plan has that the pool no longer allows is taken out, and leads that came are let in; then
`allocation.matching.incremental` repairs it, moving as few other leads as the budget allows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from allocation.matching.encode import STAYS, Encoded, Ints, encode_instance
from allocation.matching.happened import Changed, completed, instance_limits
from allocation.matching.incremental import CHANGES_EACH, mend
from allocation.matching.instance import Instance
from allocation.matching.prices import dual_prices
from allocation.matching.result import Solution, Status

PASSES: Final = 200
"""Sweeps that find the prices of the changed pool: in a city within 0.01 % of the best."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired plan: the solution, and how many leads lost their place, and how many others moved."""

    solution: Solution
    evicted: int
    changed: int


def repair(
    instance: Instance, former: Mapping[str, str | None], *, budget: int | None, seed: int
) -> Repaired | None:
    """Repair a former plan; None where the repair leaves a demand unmet: solve anew then.

    Args:
        instance: the pool as it is now, compiled.
        former: the host of each lead of the former plan; leads that are gone are passed over.
        budget: how many leads may move beside those that lost their place or came; None: four for each.
        seed: of the search.
    """
    enc = completed(encode_instance(instance), instance_limits(instance))
    changed = _difference(enc, former)
    found = mend(changed, dual_prices(enc, passes=PASSES).limit, budget=budget, seed=seed)
    if found.missing:
        return None
    status = Status.OPTIMAL if found.value == found.bound else Status.FEASIBLE
    solution = Solution(
        status=status,
        assignment=found.standing.enc.placement(found.standing.taken),
        objective=found.value,
        bound=found.bound,
        deterministic_limit=0.0,
        bound_scope=found.bound_scope,
        seed=seed,
        moves=found.chains,
        move_limit=CHANGES_EACH if budget is None else budget,
        passes=PASSES,
        route="warm",
    )
    return Repaired(solution, len(found.evicted), len(found.changed))


def _difference(enc: Encoded, former: Mapping[str, str | None]) -> Changed:
    """Read the former plan into the pool as it is now, and say what lost its place and what came."""
    base = np.full(len(enc.leads), STAYS, np.int64)
    free = np.zeros(len(enc.leads), np.bool_)
    came = []
    for place, lead in enumerate(enc.leads):
        pair = _pair(enc, place, former.get(lead))
        base[place] = pair
        if lead not in former:
            came.append(place)
        free[place] = lead not in former or (former[lead] is not None and pair == STAYS)
    hosts: Ints = np.arange(len(enc.hosts))
    return Changed(enc, base, free, hosts, room=True, came=tuple(came))


def _pair(enc: Encoded, lead: int, host: str | None) -> int:
    if host not in enc.hosts:
        return STAYS
    start, end = int(enc.start[lead]), int(enc.start[lead + 1])
    here = np.flatnonzero(enc.host[start:end] == enc.hosts.index(str(host)))
    return start + int(here[0]) if len(here) else STAYS
