"""Warm re-match: an event repairs the standing plan, and as little else as can be moves.

A cold solve after one event gives a plan of equal worth in which thousands of placements differ, for there
are many near-optimal plans. So a plan is kept with its prices. After an event

1. what no longer fits is taken out, the least reduced value first;
2. the prices of the limits at the hosts concerned are found again, all others stay: a small dual descent over
   the pairs at these hosts, each against the best that its lead could have elsewhere;
3. ejection chains place what was taken out, and use room that came free. Every other lead that ends where it
   was not is paid from a churn budget.

The search goes through budgets in one fixed order, 0, 1, 2, …, and only ever improves; a run with a larger
budget first does all that one with a smaller budget does. So more budget never gives less value. Value and
feasibility are exact; the bound is exact over all pairs, at the new prices.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from allocation.matching.bound import exact_bound
from allocation.matching.chains import STEPS
from allocation.matching.chance import seeded
from allocation.matching.encode import Encoded, Flags, Ints, Limit
from allocation.matching.events import Event
from allocation.matching.happened import Changed, apply, completed
from allocation.matching.plan import MISSING, VALUE, Floats, forget, ground_of, plan_of
from allocation.matching.repair import evict, near_pairs, pairs_at, reprice, search

CHANGES_EACH: Final = 4
"""Other leads that may move for each that the event touched: with it, five changes."""

TRIES: Final = 3
"""Chains tried at random for each lead that may change."""


FEW: Final = 40
"""Chains tried at random within a budget of nothing; with each lead that may change, one less is needed."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A plan that stands.

    Attributes:
        enc: the instance with all its limits (`happened.completed`).
        taken: the pair of each lead, or STAYS.
        prices: K prices.
    """

    enc: Encoded
    taken: Ints
    prices: Floats


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rematch:
    """A repaired plan.

    Attributes:
        standing: the plan after the event, ready for the next.
        value: its value.
        bound: no placement after the event is worth more, if `bound_scope` is "all".
        bound_scope: "pruned" after more capacity, which may allow pairs that were left out as too large.
        missing: must-place leads without a host, and leads that a county's floor lacks: the repair did not
            find a place for them. With any, this is no result: solve anew, from this plan.
        evicted: ids of the leads that lost their place by the event.
        changed: ids of the other leads whose host differs from the standing plan, without an added lead.
        budget: how many of these were allowed.
        chains: chains tried.
    """

    standing: Standing
    value: int
    bound: int
    bound_scope: str
    missing: int
    evicted: tuple[str, ...]
    changed: tuple[str, ...]
    budget: int
    chains: int


def stand(enc: Encoded, limits: Sequence[Limit], taken: Ints, prices: Floats) -> Standing:
    """Keep a plan for events to come.

    Args:
        enc: the instance as it was solved.
        limits: all limits, also those that `enc` left out (`instance_limits`, `limits_of`).
        taken: the plan.
        prices: of the limits of `enc`; a limit that was left out is free.
    """
    whole = completed(enc, limits)
    known = dict(zip(enc.label, prices.tolist(), strict=True))
    return Standing(whole, taken, np.array([known.get(label, 0.0) for label in whole.label]))


def rematch(standing: Standing, event: Event, *, budget: int | None = None, seed: int = 1) -> Rematch:
    """Repair a plan after an event.

    Args:
        standing: the plan; untouched.
        event: what happened.
        budget: how many leads may change beside those that the event touched; by default four for each.
        seed: same plan, event, budget and seed: same answer.

    Raises:
        ValueError: the event names what is not there.
    """
    return mend(apply(standing.enc, standing.taken, event), standing.prices, budget=budget, seed=seed)


def mend(changed: Changed, prices: Floats, *, budget: int | None = None, seed: int = 1) -> Rematch:
    """Repair a plan whose instance has changed: `rematch` after one event, or after any difference.

    Args:
        changed: the new instance, and the plan in its numbers.
        prices: K prices before.
        budget: of `rematch`.
        seed: of `rematch`.
    """
    enc = changed.enc
    ground = ground_of(enc, prices)
    plan = plan_of(ground, changed.base, changed.free, STEPS)
    evict(ground, plan, changed.hosts)
    touched = np.flatnonzero(plan.free)
    allowed = CHANGES_EACH * max(1, len(touched)) if budget is None else budget
    chains = 0
    if len(touched) or changed.room:
        at = pairs_at(enc, changed.hosts)
        prices = reprice(enc, ground, prices, changed.hosts, at)
        ground = ground_of(enc, prices)
        forget(plan)
        near = near_pairs(ground, plan, at)
        state = seeded(seed)
        values = np.empty(int(np.diff(enc.start).max(initial=1)))
        last = 0
        for level in levels(allowed):
            tries = TRIES * (level - last) + max(TRIES, FEW - level)
            chains += search(ground, plan, touched, near, level, tries, state, values)
            last = level
    moved = (plan.taken != changed.base) & ~plan.free
    lost = plan.free.copy()
    lost[list(changed.came)] = False
    return Rematch(
        standing=Standing(enc, plan.taken, prices),
        value=int(plan.score[VALUE]),
        bound=exact_bound(enc, prices),
        bound_scope="all" if changed.whole else "pruned",
        missing=int(plan.score[MISSING]),
        evicted=_names(enc, lost),
        changed=_names(enc, moved),
        budget=allowed,
        chains=chains,
    )


def levels(budget: int) -> Iterator[int]:
    """Give the budgets that a search goes through, up to one: 0, 1, 2, 4, … twice as much each time.

    All leads that lost their place are tried again at each, so finer steps cost more than they find: with a
    fifth more each time a province's repair took half as long again for the same value.
    """
    level = 0
    while level <= budget:
        yield level
        level = max(1, 2 * level)


def _names(enc: Encoded, chosen: Flags) -> tuple[str, ...]:
    return tuple(enc.leads[lead] for lead in np.flatnonzero(chosen).tolist())
