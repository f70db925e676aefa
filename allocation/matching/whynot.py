"""Why a lead is not at a park: every rule, what is missing beside the others, who holds it, and the figures.

Direct checks on the frozen pool and the stored plan: nothing is solved, nothing here needs a solver.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from allocation.matching.answer_parts import PRICE_SCALE, Cost, Held, Holder, Missing, ShadowPrice, Side
from allocation.matching.answers import WhyNot
from allocation.matching.explain import Standing
from allocation.matching.pool import Hold, Lead, Needs, Park, Pool
from allocation.matching.result import Rule
from allocation.matching.room import Need, Steps, limits
from allocation.matching.scoring import score, worth
from allocation.matching.stock import hall_supply, land_supply, steps, usable_halls, usable_plots

_BY_COUNTY: Final = frozenset(
    {
        Rule.COUNTY_LAND,
        Rule.COUNTY_ENERGY,
        Rule.COUNTY_COD,
        Rule.COUNTY_LEADS,
        Rule.COUNTY_INVESTMENT,
    }
)
_BY_RUN: Final = frozenset({Rule.COUNTY_LEADS, Rule.COUNTY_INVESTMENT})
"""Bounds of fairness count what this run places, not holds from before."""

LEADS: Final = "leads"
"""The resource name of a count of leads."""


def why_not(standing: Standing, lead: Lead, park: Park, prices: Sequence[ShadowPrice] = ()) -> WhyNot:
    """Tell why a run does not place a lead at a park.

    Args:
        standing: the pool with the run's placements.
        lead: of that pool.
        park: of that pool.
        prices: the run's shadow prices; without them costs are not told.
    """
    host = standing.assignment[lead.id]
    uses = _uses(standing.pool, lead)
    short = list(_short(standing, lead, park))
    return WhyNot(
        lead=lead.id,
        park=park.code,
        host=host,
        blockers=standing.alone(lead, park),
        missing=tuple(missing(standing, lead, park)),
        here=None if host is None else side(standing, lead, standing.parks[host], prices, uses),
        there=side(standing, lead, park, prices, uses),
        held=tuple(Held(rule=need.rule, holders=_holders(standing, lead, park, need)) for need in short),
    )


def missing(standing: Standing, lead: Lead, park: Park) -> Iterator[Missing]:
    """List what is too little for a lead at a park while all others stay, and how much more it takes."""
    for need in _short(standing, lead, park):
        yield Missing(rule=need.rule, need=need.need, short=need.need - need.left)


def _short(standing: Standing, lead: Lead, park: Park) -> Iterator[Need]:
    room = standing.after[park.code]
    for need in limits(standing.pool, lead, room, standing.counted(lead, park)):
        if need.need > max(0, need.left):
            yield need


def side(
    standing: Standing,
    lead: Lead,
    park: Park,
    prices: Sequence[ShadowPrice] = (),
    uses: Mapping[str, int] | None = None,
) -> Side:
    """Tell how a lead stands at one park.

    Args:
        standing: the pool with the run's placements.
        lead: of that pool.
        park: of that pool.
        prices: the run's shadow prices.
        uses: what the lead uses of each resource, if that is known already.
    """
    pool = standing.pool
    if standing.alone(lead, park):
        return Side(park=park.code, score=None, value=None)
    parts = score(pool, lead, park)
    value = worth(pool, lead, park, parts.total)
    drawn = _uses(pool, lead) if uses is None else uses
    owners = {park.code, *({park.owner} & set(pool.counties))}
    costs = tuple(
        Cost(
            owner=price.owner,
            resource=price.resource,
            amount=drawn[price.resource],
            cost=-(-drawn[price.resource] * price.price // PRICE_SCALE),
        )
        for price in prices
        if price.owner in owners and price.price and drawn[price.resource]
    )
    reduced = value - sum(cost.cost for cost in costs) if prices else None
    return Side(park=park.code, score=parts, value=value, costs=costs, reduced=reduced)


def _uses(pool: Pool, lead: Lead) -> dict[str, int]:
    """Tell what a lead uses of each resource as compiled: stock of its own interval and of later ones."""
    due, needs = pool.due(lead.deadline), lead.needs
    land = (day for park in pool.parks for day, _ in land_supply(usable_plots(pool, park)))
    hall = (day for park in pool.parks for day, _ in hall_supply(usable_halls(pool, park)))
    return {
        **_by_interval("land", steps(pool, land), needs.land_mu, due),
        **_by_interval("hall", steps(pool, hall), needs.hall_m2, due),
        "energy": needs.energy_tce,
        "water": needs.water_td,
        "cod": needs.cod_kg,
        "investment": lead.investment_wan,
        LEADS: 1,
    }


def _by_interval(name: str, days: Sequence[date], need: int, due: date) -> dict[str, int]:
    return {f"{name}@{start}": need if due < end else 0 for start, end in pairwise([*days, date.max])}


def _holders(standing: Standing, lead: Lead, park: Park, short: Need) -> tuple[Holder, ...]:
    """List who draws on a limit, the largest first."""
    pool = standing.pool
    if short.rule in _BY_COUNTY:
        near = [other for other in pool.parks if other.owner == park.owner]
        last = date.max
    else:
        near = [park]
        last = _last_day(standing, lead, park, short.rule)
    codes = {other.code for other in near}
    found = [
        Holder(lead=guest.id, park=host, amount=_amount(guest, short.rule), earlier=False)
        for guest in pool.leads
        if (host := standing.assignment[guest.id]) in codes
        and host is not None
        and guest.id != lead.id
        and pool.due(guest.deadline) < last
    ]
    if short.rule not in _BY_RUN:
        found += [
            Holder(lead=hold.lead, park=other.code, amount=_amount(hold, short.rule), earlier=True)
            for other in near
            for hold in other.holds
            if pool.due(hold.deadline) < last
        ]
    taken = [holder for holder in found if holder.amount]
    return tuple(sorted(taken, key=lambda holder: (-holder.amount, holder.lead)))


def _last_day(standing: Standing, lead: Lead, park: Park, rule: Rule) -> date:
    """Tell up to which day (not included) a deadline draws on what is tightest for the lead."""
    room = standing.after[park.code]
    if rule not in {Rule.LAND, Rule.HALL}:
        return date.max
    found: Steps = room.land if rule is Rule.LAND else room.hall
    begin = min(bisect_right(found.ends, standing.pool.due(lead.deadline)), len(found.ends) - 1)
    tight = [place for place in range(begin, len(found.ends)) if found.least[place] == found.least[begin]]
    return found.ends[tight[-1]]


_NEEDS: Final[Mapping[Rule, str]] = {
    Rule.LAND: "land_mu",
    Rule.HALL: "hall_m2",
    Rule.ENERGY: "energy_tce",
    Rule.WATER: "water_td",
    Rule.COD: "cod_kg",
    Rule.COUNTY_LAND: "land_mu",
    Rule.COUNTY_ENERGY: "energy_tce",
    Rule.COUNTY_COD: "cod_kg",
}


def _amount(holder: Lead | Hold, rule: Rule) -> int:
    if rule is Rule.COUNTY_LEADS:
        return 1
    if isinstance(holder, Lead) and rule is Rule.COUNTY_INVESTMENT:
        return holder.investment_wan
    needs: Needs = holder.needs
    amount: int = getattr(needs, _NEEDS[rule])
    return amount
