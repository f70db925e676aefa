"""From a pool to an instance that a solver reads: eligible pairs only, every limit a resource.

"What is due by a date must fit in what is ready by that date" is one constraint for each interval between two
readiness dates, so each interval becomes a resource: a lead uses the land of every interval that ends after
    its deadline, and a park's capacity there is what is ready when it starts, less the holds due before it
    ends.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from allocation.matching.eligibility import (
    blockers,
    county_cod_free,
    county_energy_free,
    county_land_free,
    park_free,
)
from allocation.matching.instance import VALUE_LIMIT, CountyLimit, Host, Instance, Option, Seeker
from allocation.matching.pool import CountyCount, Lead, Park, Pool
from allocation.matching.scoring import value
from allocation.matching.stock import (
    hall_supply,
    hall_taken,
    land_supply,
    land_taken,
    steps,
    usable_halls,
    usable_plots,
)

Interval = tuple[date, date]
"""First day, and the day after the last."""

NO_COUNT: Final = CountyCount()
"""No bound of fairness."""


def compile_pool(pool: Pool) -> Instance:
    """Compile a pool.

    Resources in order: `land@DATE` for each interval of any park's land, `hall@DATE` likewise, `energy`,
        `water`, `cod`. A county's land quota bounds the last land interval, in which every lead is due.
        `investment` in 万元 follows where fairness bounds it in a county; no park has a bound of its own.
    """
    land = _intervals(pool, [day for park in pool.parks for day, _ in land_supply(usable_plots(pool, park))])
    hall = _intervals(pool, [day for park in pool.parks for day, _ in hall_supply(usable_halls(pool, park))])
    invests = counts_investment(pool)
    resources = (
        *(f"land@{start}" for start, _ in land),
        *(f"hall@{start}" for start, _ in hall),
        "energy",
        "water",
        "cod",
        *(["investment"] if invests else []),
    )
    return Instance(
        resources=resources,
        hosts=tuple(_host(pool, park, land, hall) for park in pool.parks),
        leads=tuple(_seeker(pool, lead, land, hall) for lead in pool.leads),
        counties=tuple(
            CountyLimit(
                id=code,
                max_leads=pool.limits.get(code, NO_COUNT).max_leads,
                min_leads=pool.limits.get(code, NO_COUNT).min_leads,
                capacity=(
                    *([None] * (len(land) - 1)),
                    county_land_free(pool, county),
                    *([None] * len(hall)),
                    county_energy_free(pool, county),
                    None,
                    county_cod_free(pool, county),
                    *([pool.limits.get(code, NO_COUNT).max_investment_wan] if invests else []),
                ),
            )
            for code, county in sorted(pool.counties.items())
        ),
    )


def counts_investment(pool: Pool) -> bool:
    """Tell whether fairness bounds the investment of any county."""
    return any(count.max_investment_wan is not None for count in pool.limits.values())


def _intervals(pool: Pool, ready: Sequence[date]) -> list[Interval]:
    days = steps(pool, ready)
    return list(zip(days, [*days[1:], date.max], strict=True))


def _left(
    pool: Pool, supply: Sequence[tuple[date, int]], taken: Sequence[tuple[date, int]], interval: Interval
) -> int:
    ready = sum(amount for day, amount in supply if day <= interval[0])
    return max(0, ready - sum(amount for day, amount in taken if pool.due(day) < interval[1]))


def _host(pool: Pool, park: Park, land: Sequence[Interval], hall: Sequence[Interval]) -> Host:
    plots = land_supply(usable_plots(pool, park))
    halls = hall_supply(usable_halls(pool, park))
    return Host(
        id=park.code,
        county=park.owner,
        capacity=(
            *(_left(pool, plots, land_taken(park), interval) for interval in land),
            *(_left(pool, halls, hall_taken(park), interval) for interval in hall),
            park_free(park, park.energy_tce, lambda needs: needs.energy_tce),
            park_free(park, park.water_td, lambda needs: needs.water_td),
            park_free(park, park.cod_kg, lambda needs: needs.cod_kg),
            *([VALUE_LIMIT - 1] if counts_investment(pool) else []),
        ),
    )


def _seeker(pool: Pool, lead: Lead, land: Sequence[Interval], hall: Sequence[Interval]) -> Seeker:
    due = pool.due(lead.deadline)
    use = (
        *(lead.needs.land_mu if due < end else 0 for _, end in land),
        *(lead.needs.hall_m2 if due < end else 0 for _, end in hall),
        lead.needs.energy_tce,
        lead.needs.water_td,
        lead.needs.cod_kg,
        *([lead.investment_wan] if counts_investment(pool) else []),
    )
    return Seeker(
        id=lead.id,
        origin=lead.origin,
        must_place=lead.must_place,
        held_by=lead.held_by,
        options=tuple(
            Option(host=park.code, value=value(pool, lead, park), use=use)
            for park in pool.parks
            if not blockers(pool, lead, park)
        ),
    )
