"""A pool solved under the city's rule of fairness, with the price of each rule. Loads the solver.

The total that entitlements share out is what the window holds and what a run without any rule places, so that
run comes first. Each rule is then priced by a run of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from allocation.matching.compile import compile_pool
from allocation.matching.fairness import (
    Entitlement,
    FairnessRule,
    Tally,
    bounds,
    entitlements,
    tallies,
)
from allocation.matching.fairness_report import (
    FairnessReport,
    FairRule,
    Relaxed,
    RulePrice,
    displaced,
    report,
)
from allocation.matching.floors import Clash, ClashReason, lower_floors, reach_of
from allocation.matching.pool import CountyCount, Pool
from allocation.matching.result import Solution, Status
from allocation.matching.scoring import value
from services.matching.fair_record import read_relaxed

Solve = Callable[[Pool], Solution]
FOUND = frozenset({Status.OPTIMAL, Status.FEASIBLE})


@dataclass(frozen=True, slots=True)
class Ground:
    """What a run is held to: the pool with its bounds, and what is needed to report on it.

    Attributes:
        pool: with the bounds of fairness and the multipliers.
        entitled: each county's share.
        past: what the window holds.
        free: the answer without any rule.
        prices: of each rule by itself.
        relaxed: floors that were lowered.
    """

    pool: Pool
    entitled: tuple[Entitlement, ...]
    past: Mapping[str, Tally]
    free: Solution
    prices: tuple[RulePrice, ...]
    relaxed: tuple[Relaxed, ...]


def prepare(pool: Pool, rule: FairnessRule, past: Mapping[str, Tally], solve: Solve) -> Ground | None:
    """Find the bounds of a run and price each rule by itself; None where nothing is found without rules.

    Args:
        pool: as frozen: with multipliers, without bounds.
        rule: the city's.
        past: what the window holds, by county.
        solve: a brief search of a pool.
    """
    plain = replace(pool, limits={}, multipliers_bp={})
    free = solve(plain)
    if free.status not in FOUND:
        return None
    entitled = entitlements(pool, rule)
    asked = bounds(entitled, past, tallies(pool, free.assignment), rule)
    ceilings = {county: replace(count, min_leads=0) for county, count in asked.items()}
    floors = {county: CountyCount(min_leads=count.min_leads) for county, count in asked.items()}
    prices: list[RulePrice] = []
    below = free
    if rule.ceiling_bp is not None:
        below = solve(replace(plain, limits=ceilings))
        prices.append(_price(FairRule.CEILING, plain, free, below))
    held: Mapping[str, CountyCount] = asked
    relaxed: tuple[Relaxed, ...] = ()
    if rule.floor_bp is not None:
        prices.append(_price(FairRule.FLOOR, plain, free, solve(replace(plain, limits=floors))))
        met, clashes = lower_floors(asked, reach_of(compile_pool(plain)))
        held = met
        if solve(replace(pool, limits=met)).status is Status.INFEASIBLE:
            held = _lowered(met, tallies(pool, below.assignment))
        relaxed = relaxed_floors(asked, met, held, clashes)
    if pool.multipliers_bp:
        prices.append(_price(FairRule.BALANCE, plain, free, solve(replace(pool, limits={}))))
    return Ground(replace(pool, limits=held), entitled, past, free, tuple(prices), relaxed)


def conclude(ground: Ground, solution: Solution, rule: FairnessRule) -> FairnessReport:
    """Report on the answer of the run that was held to the rules."""
    pool = ground.pool
    plain = replace(pool, limits={}, multipliers_bp={})
    whole = _price(FairRule.ALL, plain, ground.free, solution)
    return report(
        ground.entitled,
        rule.measure,
        pool.limits,
        ground.past,
        tallies(pool, ground.free.assignment),
        tallies(pool, solution.assignment),
        prices=(*ground.prices, whole),
        moved=displaced(ground.free.assignment, solution.assignment),
        relaxed=ground.relaxed,
    )


def _lowered(asked: Mapping[str, CountyCount], reached: Mapping[str, Tally]) -> dict[str, CountyCount]:
    """Lower each floor to what its county gets under the ceilings alone: that can be had together."""
    return {
        county: replace(count, min_leads=min(count.min_leads, reached[county].leads))
        for county, count in asked.items()
    }


def relaxed_floors(
    asked: Mapping[str, CountyCount],
    met: Mapping[str, CountyCount],
    held: Mapping[str, CountyCount],
    clashes: Iterable[Clash],
) -> tuple[Relaxed, ...]:
    """Say of each lowered floor with which others it clashes, why, and how many leads are possible.

    Args:
        asked: bounds as the rule asks for them.
        met: bounds that there are leads enough to meet, wherever there is room.
        held: bounds that the run is held to.
        clashes: why `met` is lower than `asked`.
    """
    # A floor above its own ceiling may clash once more for want of leads: the later clash is the tighter.
    why = {clash.counties[-1]: clash for clash in clashes}
    crowded = tuple(county for county in sorted(met) if held[county].min_leads < met[county].min_leads)
    room = sum(held[county].min_leads for county in crowded)
    found = []
    for county, count in asked.items():
        given = held[county].min_leads
        if county in crowded:
            line = Relaxed(county, count.min_leads, given, crowded, room, ClashReason.CAPACITY)
        elif county in why:
            clash = why[county]
            line = Relaxed(county, count.min_leads, given, clash.counties, clash.possible, clash.reason)
        else:
            continue
        found.append(line)
    return tuple(found)


def _price(rule: FairRule, plain: Pool, free: Solution, ruled: Solution) -> RulePrice:
    """Compare a run with a rule with the one without, both at plain values."""
    best, top = free.objective or 0, free.bound or 0
    if ruled.status not in FOUND:
        return RulePrice(rule=rule, value=None, bound=None, price=None, least=0, most=None, exact=False)
    got = _worth(plain, ruled.assignment)
    # A bound at turned values says nothing of plain ones; but no rule makes a result better.
    turned = rule in {FairRule.BALANCE, FairRule.ALL} and got != ruled.objective
    bound = top if turned else min(top, ruled.bound or top)
    return RulePrice(
        rule=rule,
        value=got,
        bound=max(bound, got),
        price=best - got,
        least=best - max(bound, got),
        most=top - got,
        exact=free.status is Status.OPTIMAL and ruled.status is Status.OPTIMAL,
    )


def _worth(plain: Pool, assignment: Mapping[str, str | None]) -> int:
    parks = {park.code: park for park in plain.parks}
    hosts = ((lead, assignment[lead.id]) for lead in plain.leads)
    return sum(value(plain, lead, parks[host]) for lead, host in hosts if host is not None)


def ground_record(ground: Ground) -> dict[str, Any]:
    """Write what a report needs beside the pool as JSON values, to report on a run that was ended early."""
    return {
        "limits": {county: asdict(count) for county, count in ground.pool.limits.items()},
        "free": {**asdict(ground.free), "assignment": dict(ground.free.assignment)},
        "prices": [asdict(price) for price in ground.prices],
        "relaxed": [asdict(line) for line in ground.relaxed],
    }


def read_ground(
    record: Mapping[str, Any], pool: Pool, rule: FairnessRule, past: Mapping[str, Tally]
) -> Ground:
    """Read a ground back: the pool as it was frozen gets its bounds again."""
    free = record["free"]
    return Ground(
        replace(pool, limits={county: CountyCount(**count) for county, count in record["limits"].items()}),
        entitlements(pool, rule),
        past,
        Solution(**{**free, "status": Status(free["status"])}),
        tuple(RulePrice(**{**line, "rule": FairRule(line["rule"])}) for line in record["prices"]),
        read_relaxed(record["relaxed"]),
    )
