"""May this park take this lead, all other leads apart? Every hard rule is checked directly.

Nothing here stops at the first fault: an officer who mends one rule must not meet the next one afterwards.
"""

from collections.abc import Callable, Iterator
from typing import Final

from allocation.matching.pool import County, Industry, Lead, Needs, Park, Pool
from allocation.matching.result import Blocker, Rule
from allocation.matching.room import Counted, Room, limits, old_stock, room
from allocation.matching.scoring import tier_bp
from allocation.matching.stock import usable_halls, usable_plots
from allocation.units import MU_HUNDREDTHS

_ORDER: Final = {rule: place for place, rule in enumerate(Rule)}
_STALE: Final = {Rule.LAND: Rule.STALE_LAND, Rule.HALL: Rule.STALE_HALL}


def blockers(
    pool: Pool, lead: Lead, park: Park, found: Room | None = None, counted: Counted = Counted.NOT
) -> tuple[Blocker, ...]:
    """List every rule that keeps the lead from the park, in the order of `Rule`.

    Args:
        pool: the pool.
        lead: the lead.
        park: the park.
        found: what is left at the park; without it, what its holds leave.
        counted: how much of the lead's own use stands in `found`.
    """
    left = room(pool, park) if found is None else found
    return (*bars(pool, lead, park), *shortages(pool, lead, park, left, counted))


def bars(pool: Pool, lead: Lead, park: Park) -> tuple[Blocker, ...]:
    """List the broken rules that no amount of land, halls, energy, water, COD or quota would mend."""
    return (*_belonging(lead, park), *_industry(pool, lead, park), *_floors(lead, park))


def _belonging(lead: Lead, park: Park) -> Iterator[Blocker]:
    if park.owner == lead.origin:
        yield Blocker(Rule.ORIGIN, lead.origin, park.owner)
    if lead.held_by is not None and park.owner != lead.held_by:
        yield Blocker(Rule.HELD, park.owner, lead.held_by)
    if park.owner in lead.declined:
        yield Blocker(Rule.DECLINED, lead.origin, park.owner)


def _name(industry: Industry) -> str:
    return f"{industry.edition}:{industry.code}"


def _industry(pool: Pool, lead: Lead, park: Park) -> Iterator[Blocker]:
    for industry in sorted(barred for barred in park.forbidden if barred.covers(lead.industry)):
        yield Blocker(Rule.FORBIDDEN, _name(lead.industry), _name(industry))
    if pool.rules.positioning_gate and tier_bp(pool, lead, park) == pool.weights.other_bp:
        yield Blocker(Rule.POSITIONING, pool.weights.other_bp, pool.weights.park_chain_bp)


def _floors(lead: Lead, park: Park) -> Iterator[Blocker]:
    """Check the entry floors per mu; a boundary value passes. Leads that need halls only are not asked."""
    if lead.hall_only:
        return
    for rule, amount, floor in (
        (Rule.INTENSITY, lead.fixed_investment_fen, park.investment_floor_fen),
        (Rule.TAX, lead.tax_fen, park.tax_floor_fen),
    ):
        measured = amount * MU_HUNDREDTHS // lead.needs.land_mu
        if measured < floor:  # the floor is whole, so flooring the ratio changes no answer
            yield Blocker(rule, measured, floor)


def shortages(
    pool: Pool, lead: Lead, park: Park, found: Room, counted: Counted = Counted.NOT
) -> tuple[Blocker, ...]:
    """List what is too little at a park, in the order of `Rule`; arguments as of `blockers`.

    Where stock with an old check would have been enough, that is a second blocker: of that one `measured` is
    the age in days of the newest check among that stock.
    """
    broken: list[Blocker] = []
    for item in limits(pool, lead, found, counted):
        if item.need <= max(0, item.left):
            continue
        broken.append(Blocker(item.rule, item.need, max(0, item.left)))
        if item.rule in _STALE and item.need <= old_stock(pool, lead, found, counted)[item.rule]:
            age = _newest_check(pool, park, item.rule)
            broken.append(Blocker(_STALE[item.rule], age, pool.rules.stock_days))
    return tuple(sorted(broken, key=lambda blocker: _ORDER[blocker.rule])) if broken else ()


def _newest_check(pool: Pool, park: Park, rule: Rule) -> int:
    """Tell the age in days of the newest check among stock that is out for its age."""
    stock = (
        usable_plots(pool, park, stale=True) if rule is Rule.LAND else usable_halls(pool, park, stale=True)
    )
    return (pool.as_of - max(item.verified_on for item in stock)).days


def park_free(park: Park, capacity: int, use: Callable[[Needs], int]) -> int:
    """Tell what a park still has of something after its holds, at least 0."""
    return max(0, capacity - sum(use(hold.needs) for hold in park.holds))


def _county_free(pool: Pool, county: County, quota: int, use: Callable[[Needs], int]) -> int:
    holds = [hold for park in pool.parks if park.owner == county.code for hold in park.holds]
    return max(0, quota - sum(use(hold.needs) for hold in holds))


def county_land_free(pool: Pool, county: County) -> int:
    """Tell what is left of a county's land quota, in hundredths of a mu."""
    return _county_free(pool, county, county.land_mu, lambda needs: needs.land_mu)


def county_energy_free(pool: Pool, county: County) -> int:
    """Tell what is left of a county's energy quota, in tce."""
    return _county_free(pool, county, county.energy_tce, lambda needs: needs.energy_tce)


def county_cod_free(pool: Pool, county: County) -> int:
    """Tell what is left of a county's COD quota, in kg a year."""
    return _county_free(pool, county, county.cod_kg, lambda needs: needs.cod_kg)
