"""Read a pool into columns: each lead once, each park once, each industry at each park once."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from allocation.matching.columns import (
    AMOUNT_LIMIT,
    NOWHERE,
    Capacities,
    Columns,
    Leads,
    Most,
    Parks,
    free_of,
    ratio_and_tail,
    within_county,
)
from allocation.matching.eligibility import county_cod_free, county_energy_free, county_land_free, park_free
from allocation.matching.encode import UNLIMITED, Ints, Small
from allocation.matching.pool import CountyCount, Industry, Pool
from allocation.matching.scoring import weight
from allocation.matching.stock import (
    hall_supply,
    hall_taken,
    land_supply,
    land_taken,
    steps,
    usable_halls,
    usable_plots,
)
from allocation.matching.supply import Supply, largest, left, matrix, ready
from allocation.matching.tiers import tier_points
from allocation.units import WHOLE

POINTS_LIMIT: Final = 2**14
"""The most points of each part are below this."""
WEIGHT_LIMIT: Final = 2**32
"""Weights by investment are below this."""
STOCK_LIMIT: Final = 2**48
"""What a park or a county has of anything is below this."""

NO_COUNT: Final = CountyCount()


def tabulate(pool: Pool) -> Columns:
    """Read a pool into columns.

    Raises:
        ValueError: an amount, a weight or a number of points is so large that 64 bits would not do.
    """
    _check(pool)
    plots = [usable_plots(pool, park) for park in pool.parks]
    halls = [usable_halls(pool, park) for park in pool.parks]
    land = [land_supply(found) for found in plots]
    clear = [land_supply(plot for plot in found if not plot.replan) for found in plots]
    hall = [hall_supply(found) for found in halls]
    land_days = steps(pool, (day for supply in land for day, _ in supply))
    hall_days = steps(pool, (day for supply in hall for day, _ in supply))
    codes = sorted(pool.counties)
    place = {code: number for number, code in enumerate(codes)}
    county = np.array([place.get(park.owner, NOWHERE) for park in pool.parks], np.int32)
    capacities = _capacities(
        pool,
        county,
        matrix([left(pool, land_days, *pair) for pair in _with(pool, land, land=True)], land_days),
        matrix([left(pool, hall_days, *pair) for pair in _with(pool, hall, land=False)], hall_days),
    )
    industries = sorted({lead.industry for lead in pool.leads})
    regions = _regions(pool)
    multipliers = [pool.multipliers_bp.get(park.owner, WHOLE) for park in pool.parks]
    parks = Parks(
        owner=np.array([regions[park.owner] for park in pool.parks], np.int32),
        points=tier_points(pool, industries),
        multiplier=np.array(multipliers, np.int64),
        investment_floor=np.array([park.investment_floor_fen for park in pool.parks], np.int64),
        tax_floor=np.array([park.tax_floor_fen for park in pool.parks], np.int64),
        land=within_county(free_of(capacities.land), county, capacities.quota[0]),
        clear=matrix([ready(land_days, supply) for supply in clear], land_days),
        hall=free_of(capacities.hall),
        largest=matrix([largest(hall_days, supply) for supply in hall], hall_days),
        energy=within_county(capacities.rest[0], county, capacities.quota[1]),
        water=capacities.rest[1],
        cod=within_county(capacities.rest[2], county, capacities.quota[2]),
        investment=within_county(np.full(len(county), UNLIMITED, np.int64), county, capacities.investment),
    )
    weights = pool.weights
    return Columns(
        leads=_leads(pool, industries, regions, land_days, hall_days),
        parks=parks,
        capacities=capacities,
        most=Most(weights.fit, weights.headroom, weights.intensity, weights.tax),
        must=np.array([lead.must_place for lead in pool.leads], np.bool_),
        counties=tuple(codes),
        land=tuple(f"land@{day}" for day in land_days),
        hall=tuple(f"hall@{day}" for day in hall_days),
        counts_investment=any(bound.max_investment_wan is not None for bound in pool.limits.values()),
    )


def _check(pool: Pool) -> None:
    weights = pool.weights
    if (
        max(weights.positioning, weights.fit, weights.headroom, weights.intensity, weights.tax)
        >= POINTS_LIMIT
    ):
        raise ValueError(f"a part of the score has {POINTS_LIMIT} points or more")
    if max(line[1] for line in weights.by_investment) >= WEIGHT_LIMIT:
        raise ValueError(f"a weight is {WEIGHT_LIMIT} or more")
    for lead in pool.leads:
        needs = lead.needs
        amounts = (needs.land_mu, needs.hall_m2, needs.energy_tce, needs.water_td, needs.cod_kg)
        if max(amounts) >= AMOUNT_LIMIT:
            raise ValueError(f"lead {lead.id} needs {AMOUNT_LIMIT} or more of something")
    for park in pool.parks:
        totals = (
            sum(plot.area_mu for plot in park.plots),
            sum(hall.area_m2 for hall in park.halls),
            park.energy_tce,
            park.water_td,
            park.cod_kg,
        )
        if max(totals) >= STOCK_LIMIT:
            raise ValueError(f"park {park.code} has {STOCK_LIMIT} or more of something")
    for code, county in pool.counties.items():
        if max(county.land_mu, county.energy_tce, county.cod_kg) >= STOCK_LIMIT:
            raise ValueError(f"county {code} has {STOCK_LIMIT} or more of something")


def _regions(pool: Pool) -> dict[str, int]:
    """Number every region that a park belongs to, or that holds a lead."""
    named = {park.owner for park in pool.parks}
    holders = {lead.held_by for lead in pool.leads if lead.held_by is not None}
    return {code: number for number, code in enumerate(sorted(named | holders))}


def _leads(
    pool: Pool,
    industries: Sequence[Industry],
    regions: dict[str, int],
    land_days: Sequence[date],
    hall_days: Sequence[date],
) -> Leads:
    leads = pool.leads
    rows = {industry: number for number, industry in enumerate(industries)}
    needs = np.array(
        [
            [lead.needs.land_mu for lead in leads],
            [lead.needs.hall_m2 for lead in leads],
            [lead.needs.energy_tce for lead in leads],
            [lead.needs.water_td for lead in leads],
            [lead.needs.cod_kg for lead in leads],
        ],
        np.int64,
    )
    fixed = np.array([lead.fixed_investment_fen for lead in leads], np.int64)
    tax = np.array([lead.tax_fen for lead in leads], np.int64)
    investment_ratio, investment_tail = ratio_and_tail(fixed, needs[0], pool.weights.intensity)
    tax_ratio, tax_tail = ratio_and_tail(tax, needs[0], pool.weights.tax)
    due = [pool.due(lead.deadline) for lead in leads]
    declined = [[regions[code] for code in lead.declined if code in regions] for lead in leads]
    return Leads(
        industry=np.array([rows[lead.industry] for lead in leads], np.int32),
        origin=np.array([regions.get(lead.origin, NOWHERE) for lead in leads], np.int32),
        held=np.array(
            [NOWHERE if lead.held_by is None else regions[lead.held_by] for lead in leads], np.int32
        ),
        weight=np.array([weight(pool.weights, lead) for lead in leads], np.int64),
        investment_ratio=investment_ratio,
        investment_tail=investment_tail,
        tax_ratio=tax_ratio,
        tax_tail=tax_tail,
        needs=needs,
        land_at=np.array([bisect_right(land_days, day) - 1 for day in due], np.int32),
        hall_at=np.array([bisect_right(hall_days, day) - 1 for day in due], np.int32),
        investment_wan=np.array([lead.investment_wan for lead in leads], np.int64),
        declined_from=np.cumsum([0, *(len(named) for named in declined)], dtype=np.int64),
        declined=np.array([region for named in declined for region in named], np.int32),
    )


def _capacities(pool: Pool, county: Small, land: Ints, hall: Ints) -> Capacities:
    counties = [pool.counties[code] for code in sorted(pool.counties)]
    bounds = [pool.limits.get(item.code, NO_COUNT) for item in counties]

    def most(amount: int | None) -> int:
        return UNLIMITED if amount is None else amount

    return Capacities(
        land=land,
        hall=hall,
        rest=np.array(
            [
                [park_free(park, park.energy_tce, lambda needs: needs.energy_tce) for park in pool.parks],
                [park_free(park, park.water_td, lambda needs: needs.water_td) for park in pool.parks],
                [park_free(park, park.cod_kg, lambda needs: needs.cod_kg) for park in pool.parks],
            ],
            np.int64,
        ),
        county=county,
        quota=np.array(
            [
                [county_land_free(pool, item) for item in counties],
                [county_energy_free(pool, item) for item in counties],
                [county_cod_free(pool, item) for item in counties],
            ],
            np.int64,
        ),
        most=np.array([most(bound.max_leads) for bound in bounds], np.int64),
        least=np.array([bound.min_leads for bound in bounds], np.int64),
        investment=np.array([most(bound.max_investment_wan) for bound in bounds], np.int64),
    )


def _with(pool: Pool, supplies: Sequence[Supply], *, land: bool) -> list[tuple[Supply, Supply]]:
    """Put what each park's holds take beside what it has."""
    taken: list[Supply] = [land_taken(park) if land else hall_taken(park) for park in pool.parks]
    return list(zip(supplies, taken, strict=True))
