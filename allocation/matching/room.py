"""What parks and counties still have free: worked out once for a pool, then asked for each lead.

Figures are not cut off at 0: holds may exceed a stock that has gone stale, and what is then missing is more
than the need.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from itertools import accumulate
from typing import Final

from allocation.matching.pool import County, CountyCount, Hold, Lead, Needs, Park, Pool
from allocation.matching.result import Rule
from allocation.matching.stock import hall_supply, land_supply, steps, usable_halls, usable_plots

_NO_COUNT: Final = CountyCount()


@dataclass(frozen=True, slots=True)
class Steps:
    """What is left of something over time.

    Attributes:
        ends: the day after the last of each interval between two readiness dates, ascending.
        least: the least left in that interval or any later one: what one more lead due in it may take.
    """

    ends: tuple[date, ...]
    least: tuple[int, ...]

    def by(self, due: date) -> int:
        """Tell what is left for a lead that is due on a day."""
        return self.least[min(bisect_right(self.ends, due), len(self.ends) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyRoom:
    """What is left of a county's quotas, and of what fairness lets it take (None: no bound)."""

    land_mu: int
    energy_tce: int
    cod_kg: int
    leads: int | None
    investment_wan: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is left at a park, its county's quotas included (None for a city park).

    `old_land` and `old_hall` count stock with an old check too.
    """

    land: Steps
    old_land: Steps
    hall: Steps
    old_hall: Steps
    energy_tce: int
    water_td: int
    cod_kg: int
    county: CountyRoom | None


class Counted(IntEnum):
    """How much of a lead's own use a room has counted already: it must not stand in its own way."""

    NOT = 0
    COUNTY = 1  # it stands in another park of the county
    PARK = 2  # it stands in this park


@dataclass(frozen=True, slots=True)
class Need:
    """What a lead needs within one limit, and what is left of it for this lead."""

    rule: Rule
    need: int
    left: int


def left_over(pool: Pool, supply: Sequence[tuple[date, int]], taken: Sequence[tuple[date, int]]) -> Steps:
    """Tell what is left of a supply that is ready over time.

    What is due by a date must fit in what is ready by that date. A new lead adds to the demand of every date
    from its deadline on, so the least slack over these dates is what it may take. Demand grows between two
    readiness dates while supply stands still, so the tightest date of an interval is its last day.

    Args:
        pool: tells when passed deadlines count.
        supply: (ready on, amount) pairs.
        taken: (deadline, amount) pairs of what was given away.
    """
    days = steps(pool, (day for day, _ in supply))
    ends = (*days[1:], date.max)
    change = [0] * len(days)
    for day, amount in supply:
        change[max(0, bisect_right(days, day) - 1)] += amount
    for day, amount in taken:
        change[min(bisect_right(ends, pool.due(day)), len(ends) - 1)] -= amount
    slack = list(accumulate(change))
    least = list(accumulate(reversed(slack), min))
    return Steps(ends, tuple(reversed(least)))


def rooms(pool: Pool, assignment: Mapping[str, str | None] | None = None) -> dict[str, Room]:
    """Tell what each park has left after its holds and the placements of a run, by code."""
    placed: dict[str, list[Lead]] = {park.code: [] for park in pool.parks}
    if assignment is not None:
        for lead in pool.leads:
            host = assignment[lead.id]
            if host is not None:
                placed[host].append(lead)
    counties = _county_rooms(pool, placed)
    return {park.code: _room(pool, park, placed[park.code], counties.get(park.owner)) for park in pool.parks}


def room(pool: Pool, park: Park) -> Room:
    """Tell what one park has left after its holds."""
    near = tuple(other for other in pool.parks if other.owner == park.owner)
    alone = replace(pool, parks=near)
    county = _county_rooms(alone, {other.code: [] for other in near}).get(park.owner)
    return _room(pool, park, (), county)


def _room(pool: Pool, park: Park, placed: Sequence[Lead], county: CountyRoom | None) -> Room:
    taken: list[Hold | Lead] = [*park.holds, *placed]
    needs = [item.needs for item in taken]
    land_taken = [(item.deadline, item.needs.land_mu) for item in taken]
    hall_taken = [(item.deadline, item.needs.hall_m2) for item in taken]
    land, hall = land_supply(usable_plots(pool, park)), hall_supply(usable_halls(pool, park))
    old_land = land_supply(usable_plots(pool, park, stale=True))
    old_hall = hall_supply(usable_halls(pool, park, stale=True))
    fresh_land, fresh_hall = left_over(pool, land, land_taken), left_over(pool, hall, hall_taken)
    return Room(
        land=fresh_land,
        old_land=left_over(pool, [*land, *old_land], land_taken) if old_land else fresh_land,
        hall=fresh_hall,
        old_hall=left_over(pool, [*hall, *old_hall], hall_taken) if old_hall else fresh_hall,
        energy_tce=park.energy_tce - sum(item.energy_tce for item in needs),
        water_td=park.water_td - sum(item.water_td for item in needs),
        cod_kg=park.cod_kg - sum(item.cod_kg for item in needs),
        county=county,
    )


def _county_rooms(pool: Pool, placed: Mapping[str, Sequence[Lead]]) -> dict[str, CountyRoom]:
    held: dict[str, list[Needs]] = {code: [] for code in pool.counties}
    new: dict[str, list[Lead]] = {code: [] for code in pool.counties}
    for park in pool.parks:
        if park.owner in pool.counties:
            held[park.owner] += [hold.needs for hold in park.holds]
            new[park.owner] += placed[park.code]
    return {
        code: _county_room(county, held[code], new[code], pool.limits.get(code, _NO_COUNT))
        for code, county in pool.counties.items()
    }


def _county_room(
    county: County, held: Sequence[Needs], new: Sequence[Lead], bound: CountyCount
) -> CountyRoom:
    taken = [*held, *(lead.needs for lead in new)]
    most, invested = bound.max_leads, bound.max_investment_wan
    return CountyRoom(
        land_mu=county.land_mu - sum(item.land_mu for item in taken),
        energy_tce=county.energy_tce - sum(item.energy_tce for item in taken),
        cod_kg=county.cod_kg - sum(item.cod_kg for item in taken),
        leads=None if most is None else most - len(new),
        investment_wan=None if invested is None else invested - sum(lead.investment_wan for lead in new),
    )


def limits(pool: Pool, lead: Lead, found: Room, counted: Counted = Counted.NOT) -> Iterator[Need]:
    """List every limit that a lead draws on at a park, in the order of `Rule`, and what is left of it.

    Args:
        pool: tells when passed deadlines count.
        lead: the lead.
        found: the park's room.
        counted: how much of the lead's own use stands in that room.
    """
    needs, due = lead.needs, pool.due(lead.deadline)
    here = counted is Counted.PARK
    yield Need(Rule.LAND, needs.land_mu, found.land.by(due) + here * needs.land_mu)
    yield Need(Rule.HALL, needs.hall_m2, found.hall.by(due) + here * needs.hall_m2)
    yield Need(Rule.ENERGY, needs.energy_tce, found.energy_tce + here * needs.energy_tce)
    yield Need(Rule.WATER, needs.water_td, found.water_td + here * needs.water_td)
    yield Need(Rule.COD, needs.cod_kg, found.cod_kg + here * needs.cod_kg)
    county = found.county
    if county is None:  # a city park is a treasury of its own and has no county's quotas
        return
    inside = counted is not Counted.NOT
    yield Need(Rule.COUNTY_LAND, needs.land_mu, county.land_mu + inside * needs.land_mu)
    yield Need(Rule.COUNTY_ENERGY, needs.energy_tce, county.energy_tce + inside * needs.energy_tce)
    yield Need(Rule.COUNTY_COD, needs.cod_kg, county.cod_kg + inside * needs.cod_kg)
    if county.leads is not None:
        yield Need(Rule.COUNTY_LEADS, 1, county.leads + inside)
    if county.investment_wan is not None:
        invested = lead.investment_wan
        yield Need(Rule.COUNTY_INVESTMENT, invested, county.investment_wan + inside * invested)


def old_stock(pool: Pool, lead: Lead, found: Room, counted: Counted = Counted.NOT) -> dict[Rule, int]:
    """Tell what land and halls would be left for a lead if stock with an old check counted."""
    due, here = pool.due(lead.deadline), counted is Counted.PARK
    return {
        Rule.LAND: found.old_land.by(due) + here * lead.needs.land_mu,
        Rule.HALL: found.old_hall.by(due) + here * lead.needs.hall_m2,
    }
