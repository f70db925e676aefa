"""What if the rules or the figures were others: two pools, solved the same way, side by side.

Nothing here solves; `resolve.compare` does, in a process that may load the solver.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from allocation.matching.answer_parts import Change, Moved, Plan
from allocation.matching.answers import ScenarioDiff, Tally
from allocation.matching.eligibility import blockers
from allocation.matching.levers import BadChange, changed
from allocation.matching.pool import CountyCount, Hall, Lead, Plot, Pool, Rules, Weights
from allocation.matching.result import Rule, Status
from allocation.matching.room import rooms
from allocation.matching.scoring import value
from allocation.units import Fen, Mu

PLENTY: Final = 2**40 - 1
"""A quota that never binds: what is recorded and compiled stays below 2^40."""

RULES_OFF: Final = frozenset(
    {
        Rule.FORBIDDEN,
        Rule.POSITIONING,
        Rule.INTENSITY,
        Rule.TAX,
        Rule.STALE_LAND,
        Rule.STALE_HALL,
        Rule.COUNTY_LAND,
        Rule.COUNTY_ENERGY,
        Rule.COUNTY_COD,
        Rule.COUNTY_LEADS,
        Rule.COUNTY_INVESTMENT,
    }
)
"""Rules that a scenario may take away; the rest is what parks have, or whom a lead belongs to."""


Stock = TypeVar("Stock", Plot, Hall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Another pool to compare with.

    Attributes:
        weights: how scores are made; None: as they are.
        rules: settings of the hard rules; None: as they are.
        off: rules taken away, of `RULES_OFF`. A park without a floor gives all points over it, and a quota
            without bound leaves the fullest headroom.
        changes: figures moved.
    """

    weights: Weights | None = None
    rules: Rules | None = None
    off: frozenset[Rule] = frozenset()
    changes: tuple[Change, ...] = ()


def scenario_pool(pool: Pool, scenario: Scenario) -> Pool:
    """Give the pool of a scenario.

    Raises:
        BadChange: a change or a rule cannot be.
    """
    strange = sorted(scenario.off - RULES_OFF)
    if strange:
        raise BadChange(f"the rule {strange[0]} cannot be taken away")
    found = replace(
        pool,
        weights=pool.weights if scenario.weights is None else scenario.weights,
        rules=pool.rules if scenario.rules is None else scenario.rules,
    )
    return changed(_without(found, scenario.off), scenario.changes)


def moves(before: Mapping[str, str | None], after: Mapping[str, str | None], *but: str) -> tuple[Moved, ...]:
    """List the leads whose host differs, by id, without the named ones."""
    return tuple(
        Moved(lead=lead, before=before[lead], after=after[lead])
        for lead in sorted(before)
        if before[lead] != after[lead] and lead not in but
    )


@dataclass(frozen=True, slots=True)
class Solved:
    """A pool with the plan that was found for it."""

    pool: Pool
    plan: Plan
    assignment: Mapping[str, str | None]


def difference(run: Mapping[str, str | None], before: Solved, after: Solved) -> ScenarioDiff:
    """Compare two solved pools of the same leads and parks.

    Args:
        run: where the run that was asked about places each lead.
        before: the pool as it is, with its plan.
        after: the pool with what is supposed, with its plan.
    """
    exact = before.plan.status is Status.OPTIMAL and after.plan.status is Status.OPTIMAL
    first, second = before.plan.value, after.plan.value
    searched = () if first is None else moves(run, before.assignment)
    if first is None or second is None:
        return ScenarioDiff(before=before.plan, after=after.plan, exact=exact, searched=searched)
    old = _value_under(before.pool, after.assignment)
    return ScenarioDiff(
        before=before.plan,
        after=after.plan,
        gain=second - first,
        gain_before=None if old is None else old - first,
        exact=exact,
        moved=moves(before.assignment, after.assignment),
        searched=searched,
        counties=_tallies(before, after, {park.code: park.owner for park in before.pool.parks}),
        parks=_tallies(before, after, {park.code: park.code for park in before.pool.parks}),
    )


def _value_under(pool: Pool, assignment: Mapping[str, str | None]) -> int | None:
    """Sum what a plan is worth by the rules of another pool; None if one of its pairs is forbidden there."""
    parks, left = {park.code: park for park in pool.parks}, rooms(pool)
    total = 0
    for lead in pool.leads:
        host = assignment[lead.id]
        if host is not None:
            if blockers(pool, lead, parks[host], left[host]):
                return None
            total += value(pool, lead, parks[host])
    return total


def _tallies(before: Solved, after: Solved, owner: Mapping[str, str]) -> tuple[Tally, ...]:
    codes = sorted(set(owner.values()))
    sums = [_sums(solved, owner, codes) for solved in (before, after)]
    return tuple(
        Tally(owner=code, **{name: (sums[0][code][name], sums[1][code][name]) for name in _FIGURES})
        for code in codes
    )


_FIGURES: Final = ("leads", "investment_fen", "land_mu", "hall_m2", "energy_tce", "water_td", "cod_kg")


def _sums(solved: Solved, owner: Mapping[str, str], codes: Iterable[str]) -> dict[str, dict[str, int]]:
    found = {code: dict.fromkeys(_FIGURES, 0) for code in codes}
    for lead in solved.pool.leads:
        host = solved.assignment[lead.id]
        if host is not None:
            for name, amount in _figures(lead).items():
                found[owner[host]][name] += amount
    return found


def _figures(lead: Lead) -> dict[str, int]:
    needs = lead.needs
    return {
        "leads": 1,
        "investment_fen": lead.investment_fen,
        "land_mu": needs.land_mu,
        "hall_m2": needs.hall_m2,
        "energy_tce": needs.energy_tce,
        "water_td": needs.water_td,
        "cod_kg": needs.cod_kg,
    }


def _without(pool: Pool, off: frozenset[Rule]) -> Pool:
    """Take rules away."""
    parks = pool.parks
    if Rule.FORBIDDEN in off:
        parks = tuple(replace(park, forbidden=frozenset()) for park in parks)
    if Rule.INTENSITY in off:
        parks = tuple(replace(park, investment_floor_fen=Fen(0)) for park in parks)
    if Rule.TAX in off:
        parks = tuple(replace(park, tax_floor_fen=Fen(0)) for park in parks)
    if Rule.STALE_LAND in off:
        parks = tuple(replace(park, plots=tuple(_fresh(pool, plot) for plot in park.plots)) for park in parks)
    if Rule.STALE_HALL in off:
        parks = tuple(replace(park, halls=tuple(_fresh(pool, hall) for hall in park.halls)) for park in parks)
    gate = pool.rules.positioning_gate and Rule.POSITIONING not in off
    quotas = {
        "land_mu": Mu(PLENTY) if Rule.COUNTY_LAND in off else None,
        "energy_tce": PLENTY if Rule.COUNTY_ENERGY in off else None,
        "cod_kg": PLENTY if Rule.COUNTY_COD in off else None,
    }
    given: dict[str, Any] = {name: amount for name, amount in quotas.items() if amount is not None}
    fair = {code: _free(count, off) for code, count in pool.limits.items()}
    return replace(
        pool,
        parks=parks,
        counties={code: replace(county, **given) for code, county in pool.counties.items()},
        rules=replace(pool.rules, positioning_gate=gate),
        limits=fair,
    )


def _fresh(pool: Pool, stock: Stock) -> Stock:
    return replace(stock, verified_on=pool.as_of)


def _free(count: CountyCount, off: frozenset[Rule]) -> CountyCount:
    return replace(
        count,
        max_leads=None if Rule.COUNTY_LEADS in off else count.max_leads,
        max_investment_wan=None if Rule.COUNTY_INVESTMENT in off else count.max_investment_wan,
    )
