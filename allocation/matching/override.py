"""What an override costs: the difference of two solves, and who else moves.

Where both are proven the price is exact. Otherwise both plans are told with their bounds: the true price lies
between the standing value less the forced bound and the standing bound less the forced value.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from allocation.matching.answer_parts import Plan
from allocation.matching.answers import OverridePrice
from allocation.matching.eligibility import blockers
from allocation.matching.pool_case import PoolCase
from allocation.matching.resolve import Run, Solve, bound_to, holding, solve_exactly
from allocation.matching.scenario import moves
from allocation.matching.scoring import value
from allocation.matching.warm import solve_near

BUDGET: Final = 40
"""How many others a repair may move around an override: more than by default, so that its loss is small."""

_NOBODY: Final[Mapping[str, bool]] = MappingProxyType({})


def standing_plan(case: PoolCase, run: Run) -> Plan:
    """Tell the run's own plan in figures."""
    parks = {park.code: park for park in case.pool.parks}
    placed = [(lead, run.assignment[lead.id]) for lead in case.pool.leads]
    inside = [value(case.pool, lead, parks[host]) for lead, host in placed if host is not None]
    worth = sum(inside) if run.value is None else run.value
    return Plan(status=run.status, value=worth, bound=run.bound, placed=len(inside))


def override_price(case: PoolCase, run: Run, lead: str, park: str) -> OverridePrice:
    """Price the placement of a lead at a park against a run.

    Args:
        case: the run's pool.
        run: its standing plan.
        lead: the lead's id.
        park: the host wished for.

    Raises:
        KeyError: there is no such lead or park.
    """
    standing = standing_plan(case, run)
    bent = blockers(case.pool, case.lead(lead), case.park(park))
    if bent:
        return OverridePrice(lead=lead, park=park, bent=bent, standing=standing)
    forced = with_pair(case, run, lead, park)
    if forced.plan.value is None or standing.value is None:
        return OverridePrice(lead=lead, park=park, standing=standing, forced=forced.plan)
    return OverridePrice(
        lead=lead,
        park=park,
        standing=standing,
        forced=forced.plan,
        loss=standing.value - forced.plan.value,
        moved=moves(run.assignment, forced.assignment, lead),
        exact=run.proven and forced.proven,
    )


def with_pair(case: PoolCase, run: Run, lead: str, park: str, *, keep: Mapping[str, bool] = _NOBODY) -> Solve:
    """Solve a pool again with a lead bound to a park.

    Args:
        case: the run's pool.
        run: its standing plan.
        lead: the lead's id.
        park: a park that may take it.
        keep: leads that must not lose their place.
    """
    forced = bound_to(holding(case.encoded(), keep), lead, park)
    if run.proven:
        return solve_exactly(forced, run, bound=run.bound)
    return solve_near(forced, run, lead, park, budget=BUDGET)
