"""May this park take this lead, all other leads apart? Every hard rule is checked directly.

Nothing here stops at the first fault: an officer who mends one rule must not meet the next one afterwards.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from allocation.matching.pool import County, CountyCount, Industry, Lead, Needs, Park, Pool
from allocation.matching.result import Blocker, Rule
from allocation.matching.scoring import tier_bp
from allocation.matching.stock import (
    free_at,
    hall_supply,
    hall_taken,
    land_supply,
    land_taken,
    usable_halls,
    usable_plots,
)
from allocation.units import FEN_PER_WAN, MU_HUNDREDTHS


def blockers(pool: Pool, lead: Lead, park: Park) -> tuple[Blocker, ...]:
    """List every rule that keeps the lead from the park, in the order of `Rule`."""
    found = [
        *_belonging(lead, park),
        *_industry(pool, lead, park),
        *_floors(lead, park),
        *_stock(pool, lead, park),
        *_capacity(lead, park),
        *_quotas(pool, lead, park),
    ]
    order = list(Rule)
    return tuple(sorted(found, key=lambda blocker: order.index(blocker.rule)))


def _belonging(lead: Lead, park: Park) -> Iterator[Blocker]:
    if park.owner == lead.origin:
        yield Blocker(Rule.ORIGIN, lead.origin, park.owner)
    if lead.held_by is not None and park.owner != lead.held_by:
        yield Blocker(Rule.HELD, park.owner, lead.held_by)


def _name(industry: Industry) -> str:
    return f"{industry.edition}:{industry.code}"


def _industry(pool: Pool, lead: Lead, park: Park) -> Iterator[Blocker]:
    for industry in sorted(park.forbidden):
        if industry.covers(lead.industry):
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


def _stock(pool: Pool, lead: Lead, park: Park) -> Iterator[Blocker]:
    """Check land and halls at the deadline.

    Where stock with an old check would have been enough, that is a second blocker: `measured` is the age in
        days of the newest check among that stock.
    """
    yield from _one_stock(
        pool,
        lead.deadline,
        (Rule.LAND, Rule.STALE_LAND),
        lead.needs.land_mu,
        land_supply(usable_plots(pool, park)),
        land_supply(usable_plots(pool, park, stale=True)),
        land_taken(park),
        [plot.verified_on for plot in usable_plots(pool, park, stale=True)],
    )
    yield from _one_stock(
        pool,
        lead.deadline,
        (Rule.HALL, Rule.STALE_HALL),
        lead.needs.hall_m2,
        hall_supply(usable_halls(pool, park)),
        hall_supply(usable_halls(pool, park, stale=True)),
        hall_taken(park),
        [hall.verified_on for hall in usable_halls(pool, park, stale=True)],
    )


def _one_stock(
    pool: Pool,
    deadline: date,
    rules: tuple[Rule, Rule],
    need: int,
    supply: Sequence[tuple[date, int]],
    stale: Sequence[tuple[date, int]],
    taken: Sequence[tuple[date, int]],
    checks: Sequence[date],
) -> Iterator[Blocker]:
    free = free_at(pool, supply, taken, deadline)
    if need <= free:
        return
    yield Blocker(rules[0], need, free)
    if need <= free_at(pool, [*supply, *stale], taken, deadline):
        yield Blocker(rules[1], (pool.as_of - max(checks)).days, pool.rules.stock_days)


def _capacity(lead: Lead, park: Park) -> Iterator[Blocker]:
    for rule, need, free in (
        (
            Rule.ENERGY,
            lead.needs.energy_tce,
            park_free(park, park.energy_tce, lambda needs: needs.energy_tce),
        ),
        (Rule.WATER, lead.needs.water_td, park_free(park, park.water_td, lambda needs: needs.water_td)),
        (Rule.COD, lead.needs.cod_kg, park_free(park, park.cod_kg, lambda needs: needs.cod_kg)),
    ):
        if need > free:
            yield Blocker(rule, need, free)


def _quotas(pool: Pool, lead: Lead, park: Park) -> Iterator[Blocker]:
    county = pool.counties.get(park.owner)
    if county is None:  # a city park is a treasury of its own and has no county's quotas
        return
    for rule, need, free in (
        (Rule.COUNTY_LAND, lead.needs.land_mu, county_land_free(pool, county)),
        (Rule.COUNTY_ENERGY, lead.needs.energy_tce, county_energy_free(pool, county)),
        (Rule.COUNTY_COD, lead.needs.cod_kg, county_cod_free(pool, county)),
    ):
        if need > free:
            yield Blocker(rule, need, free)
    fair = pool.limits.get(county.code, CountyCount())
    if fair.max_leads is not None and fair.max_leads < 1:
        yield Blocker(Rule.COUNTY_LEADS, 1, fair.max_leads)
    invested = investment_wan(lead)
    if fair.max_investment_wan is not None and invested > fair.max_investment_wan:
        yield Blocker(Rule.COUNTY_INVESTMENT, invested, fair.max_investment_wan)


def investment_wan(lead: Lead) -> int:
    """Tell a lead's investment in 万元, rounded up: what it draws from a county's bound on investment."""
    return -(-lead.investment_fen // FEN_PER_WAN)


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
