"""The judge's books: what every park and county has left, day by day, before and after a run's placements.

Written a second time, in another way than the rules: events on single days, not intervals between readiness
dates.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from allocation.matching.pool import LandUse, Lead, Needs, Park, Pool

_FEN_PER_WAN = 10**6


@dataclass(frozen=True, slots=True)
class Days:
    """What is left on each day on which anything changes, or on the worst day after it."""

    days: tuple[date, ...]
    worst: tuple[int, ...]

    def after(self, day: date) -> int:
        """Tell the worst day from a day on."""
        return self.worst[bisect_right(self.days, day) - 1]


@dataclass(frozen=True, slots=True)
class ParkBook:
    """What a park has left; with `old`, if stock with an old check counted."""

    land: Days
    hall: Days
    old_land: Days
    old_hall: Days
    energy_tce: int
    water_td: int
    cod_kg: int


@dataclass(frozen=True, slots=True)
class CountyBook:
    """What a county has left; None: no bound."""

    land_mu: int
    energy_tce: int
    cod_kg: int
    leads: int | None
    wan: int | None
    hosted: int


@dataclass(frozen=True, slots=True)
class Books:
    """All parks and counties by code."""

    parks: Mapping[str, ParkBook]
    counties: Mapping[str, CountyBook]


def wan(lead: Lead) -> int:
    """Tell a lead's investment in 万元, rounded up."""
    return ceil(Fraction(lead.investment_fen, _FEN_PER_WAN))


def open_books(pool: Pool, hosts: Mapping[str, str | None]) -> Books:
    """Write the books of a pool with these placements (none: only holds from before)."""
    guests: dict[str, list[Lead]] = defaultdict(list)
    for lead in pool.leads:
        host = hosts.get(lead.id)
        if host is not None:
            guests[host].append(lead)
    parks = {park.code: _park(pool, park, guests[park.code]) for park in pool.parks}
    counties = {}
    for code, county in pool.counties.items():
        own = [park for park in pool.parks if park.owner == code]
        new = [lead for park in own for lead in guests[park.code]]
        used = [hold.needs for park in own for hold in park.holds] + [lead.needs for lead in new]
        fair = pool.limits.get(code)
        most = None if fair is None else fair.max_leads
        invested = None if fair is None else fair.max_investment_wan
        counties[code] = CountyBook(
            county.land_mu - _sum(used, "land_mu"),
            county.energy_tce - _sum(used, "energy_tce"),
            county.cod_kg - _sum(used, "cod_kg"),
            None if most is None else most - len(new),
            None if invested is None else invested - sum(wan(lead) for lead in new),
            len(new),
        )
    return Books(parks, counties)


def _sum(used: Iterable[Needs], name: str) -> int:
    return sum(getattr(needs, name) for needs in used)


def _park(pool: Pool, park: Park, guests: Iterable[Lead]) -> ParkBook:
    taken = [(hold.deadline, hold.needs) for hold in park.holds]
    taken += [(lead.deadline, lead.needs) for lead in guests]
    oldest = pool.as_of - timedelta(days=pool.rules.stock_days)
    plots = [plot for plot in park.plots if plot.land_use == LandUse.INDUSTRIAL]
    land = [(plot.ready_on, plot.area_mu) for plot in plots if plot.verified_on >= oldest]
    hall = [(roof.ready_on, roof.area_m2) for roof in park.halls if roof.verified_on >= oldest]
    all_land = [(plot.ready_on, plot.area_mu) for plot in plots]
    all_hall = [(roof.ready_on, roof.area_m2) for roof in park.halls]
    land_out = [(day, needs.land_mu) for day, needs in taken]
    hall_out = [(day, needs.hall_m2) for day, needs in taken]
    used = [needs for _, needs in taken]
    return ParkBook(
        _days(pool, land, land_out),
        _days(pool, hall, hall_out),
        _days(pool, all_land, land_out),
        _days(pool, all_hall, hall_out),
        park.energy_tce - _sum(used, "energy_tce"),
        park.water_td - _sum(used, "water_td"),
        park.cod_kg - _sum(used, "cod_kg"),
    )


def _days(pool: Pool, comes: Iterable[tuple[date, int]], goes: Iterable[tuple[date, int]]) -> Days:
    """Add up what comes and goes, day by day; what lies before the pool's own day counts on it."""
    change: dict[date, int] = defaultdict(int, {pool.as_of: 0})
    for day, amount in comes:
        change[max(day, pool.as_of)] += amount
    for day, amount in goes:
        change[max(day, pool.as_of)] -= amount
    days = sorted(change)
    left = sum(change.values())
    worst = left
    found = []
    for day in reversed(days):
        worst = min(worst, left)
        found.append(worst)
        left -= change[day]
    return Days(tuple(days), tuple(reversed(found)))
