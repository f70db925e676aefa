"""The re-solve of a pool that is too large to be proven: its standing plan is repaired, not thrown away."""

from collections.abc import Mapping, Sequence

import numpy as np

from allocation.matching import engine
from allocation.matching.answer_parts import PRICE_SCALE, Plan, ShadowPrice
from allocation.matching.encode import STAYS, Encoded, Ints
from allocation.matching.happened import Changed
from allocation.matching.incremental import mend
from allocation.matching.lagrange import Floats
from allocation.matching.prices import dual_prices
from allocation.matching.resolve import Run, Solve, standing_in
from allocation.matching.result import Status

PASSES = 100
"""Sweeps that find prices where a run has none."""

NOTHING = Solve(plan=Plan(status=Status.UNKNOWN, value=None, bound=None, placed=0), assignment={})
"""No plan was found."""


def shadow_prices(enc: Encoded, prices: Floats) -> tuple[ShadowPrice, ...]:
    """Write prices as whole numbers, to keep with a run; free limits are left out.

    Args:
        enc: the run's instance.
        prices: K prices in value a unit.
    """
    whole = np.rint(prices * PRICE_SCALE).astype(np.int64).tolist()
    return tuple(
        ShadowPrice(owner=owner, resource=resource, price=price)
        for (owner, resource), price in zip(enc.label, whole, strict=True)
        if price
    )


def run_prices(enc: Encoded, *, passes: int = PASSES) -> tuple[ShadowPrice, ...]:
    """Find the shadow prices of an instance.

    Args:
        enc: the instance.
        passes: sweeps over all pairs.
    """
    return shadow_prices(enc, dual_prices(enc, passes=passes).limit)


def prices_in(enc: Encoded, prices: Sequence[ShadowPrice]) -> Floats:
    """Read prices into an instance that may have other limits; one that is not named is free."""
    known = {(price.owner, price.resource): price.price / PRICE_SCALE for price in prices}
    return np.array([known.get(label, 0.0) for label in enc.label])


def solve_near(enc: Encoded, run: Run, lead: str, host: str, *, budget: int | None = None) -> Solve:
    """Repair the standing plan near a host, with a lead that wants to go there.

    Args:
        enc: an instance that differs from the run's near that host or in that lead.
        run: its standing plan and prices.
        lead: the lead's id.
        host: the host's id.
        budget: how many others may move; by default a few.
    """
    base = standing_in(enc, run.assignment)
    number = enc.leads.index(lead)
    prices = prices_in(enc, run.prices) if run.prices else dual_prices(enc, passes=PASSES).limit
    free = np.zeros(len(enc.leads), np.bool_)
    free[number] = True
    if enc.must[number]:  # it is bound to another pair than the one that it had
        base[number] = STAYS
    for other, before in enumerate(run.assignment.get(name) for name in enc.leads):
        free[other] |= before is not None and base[other] == STAYS
    changed = Changed(enc, base, free, _around(enc, enc.hosts.index(host)), room=True)
    found = mend(changed, prices, budget=budget, seed=run.seed)
    if found.missing:
        return NOTHING
    taken = found.standing.taken
    return _solve(enc, taken, Status.FEASIBLE, found.value, found.bound)


def _around(enc: Encoded, host: int) -> Ints:
    """List the hosts that share a limit with a host, itself included."""
    own = set(enc.limit[enc.first[host] : enc.first[host + 1]].tolist())
    near = [
        other
        for other in range(len(enc.hosts))
        if other == host or own & set(enc.limit[enc.first[other] : enc.first[other + 1]].tolist())
    ]
    return np.array(near, np.int64)


def solve_again(enc: Encoded, run: Run) -> Solve:
    """Search an instance from the standing plan with the run's own effort."""
    stands = standing_in(enc, run.assignment)
    found = engine.solve(enc, effort=engine.Effort.of(run.seconds, enc), seed=run.seed, start=stands)
    if found.taken is None or found.value is None:
        return NOTHING
    return _solve(enc, found.taken, found.status, found.value, found.bound)


def _solve(enc: Encoded, taken: Ints, status: Status, value: int, bound: int | None) -> Solve:
    placement: Mapping[str, str | None] = enc.placement(taken)
    plan = Plan(status=status, value=value, bound=bound, placed=int((taken != STAYS).sum()))
    return Solve(plan=plan, assignment=placement)
