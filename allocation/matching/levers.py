"""What if a figure were another: a pool with changes applied."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from allocation.matching.answer_parts import Change, Lever
from allocation.matching.pool import (
    County,
    CountyCount,
    Hall,
    LandUse,
    Lead,
    Park,
    Plot,
    Pool,
)
from allocation.matching.stock import usable_halls, usable_plots
from allocation.units import Fen, Mu

NEW: Final = "+"
"""The code of land and halls that a change adds."""

MAIN, LEADING = 1, 2
"""Amounts of a `TIER` change."""


class BadChange(ValueError):
    """A change that cannot be: of what is not there, or below nothing; says so in one line."""


def changed(pool: Pool, changes: Iterable[Change]) -> Pool:
    """Give the pool with figures moved, one after the other.

    Raises:
        BadChange: a change is of what is not there, or leaves less than nothing.
    """
    for change in changes:
        pool = _OWNERS[change.lever](pool, change)
    return pool


def _of_park(pool: Pool, change: Change) -> Pool:
    _known(change, {park.code for park in pool.parks})
    parks = tuple(_park(pool, park, change) if park.code == change.owner else park for park in pool.parks)
    return replace(pool, parks=parks)


def _of_county(pool: Pool, change: Change) -> Pool:
    _known(change, set(pool.counties))
    county = _county(pool.counties[change.owner], change)
    return replace(pool, counties={**pool.counties, change.owner: county})


def _of_limits(pool: Pool, change: Change) -> Pool:
    _known(change, {code for code, count in pool.limits.items() if _bound(count, change.lever) is not None})
    count = pool.limits[change.owner]
    most = _least(change, (_bound(count, change.lever) or 0) + change.amount)
    moved = (
        replace(count, max_leads=most)
        if change.lever is Lever.COUNTY_LEADS
        else replace(count, max_investment_wan=most)
    )
    return replace(pool, limits={**pool.limits, change.owner: moved})


def _of_lead(pool: Pool, change: Change) -> Pool:
    _known(change, {lead.id for lead in pool.leads})
    leads = tuple(_lead(lead, change) if lead.id == change.owner else lead for lead in pool.leads)
    return replace(pool, leads=leads)


def _of_instance(_: Pool, change: Change) -> Pool:
    raise BadChange(f"{change.lever} belongs to a compiled instance")


def _known(change: Change, owners: set[str]) -> None:
    if change.owner not in owners:
        raise BadChange(f"{change.owner} has no {change.lever}")


def _least(change: Change, amount: int, least: int = 0) -> int:
    if amount < least:
        raise BadChange(f"{change.lever} of {change.owner} would be {amount}, less than {least}")
    return amount


def _bound(count: CountyCount, lever: Lever) -> int | None:
    return count.max_leads if lever is Lever.COUNTY_LEADS else count.max_investment_wan


def _park(pool: Pool, park: Park, change: Change) -> Park:
    lever, amount = change.lever, change.amount
    if lever is Lever.LAND:
        return replace(park, plots=_plots(pool, park, change))
    if lever is Lever.HALL:
        return replace(park, halls=_halls(pool, park, change))
    if lever is Lever.TIER:
        return _tier(park, change)
    name, sign = _FIGURES[lever]
    moved: dict[str, Any] = {name: _least(change, getattr(park, name) + sign * amount)}
    return replace(park, **moved)


def _plots(pool: Pool, park: Park, change: Change) -> tuple[Plot, ...]:
    """Add clear land, checked today; or take land away, the latest ready first."""
    if change.amount >= 0:
        added = Plot(
            code=NEW,
            land_use=LandUse.INDUSTRIAL,
            replan=False,
            area_mu=Mu(change.amount),
            ready_on=pool.as_of if change.on is None else change.on,
            verified_on=pool.as_of,
        )
        return (*park.plots, added)
    usable = sorted(usable_plots(pool, park), key=lambda plot: (plot.ready_on, plot.code), reverse=True)
    areas = dict(zip(usable, _drained(change, [plot.area_mu for plot in usable]), strict=True))
    return tuple(replace(plot, area_mu=Mu(areas.get(plot, plot.area_mu))) for plot in park.plots)


def _halls(pool: Pool, park: Park, change: Change) -> tuple[Hall, ...]:
    """Add a hall, checked today; or take space away, the latest ready first."""
    if change.amount >= 0:
        ready = pool.as_of if change.on is None else change.on
        return (*park.halls, Hall(code=NEW, area_m2=change.amount, ready_on=ready, verified_on=pool.as_of))
    usable = sorted(usable_halls(pool, park), key=lambda hall: (hall.ready_on, hall.code), reverse=True)
    areas = dict(zip(usable, _drained(change, [hall.area_m2 for hall in usable]), strict=True))
    return tuple(replace(hall, area_m2=areas.get(hall, hall.area_m2)) for hall in park.halls)


def _drained(change: Change, areas: Sequence[int]) -> list[int]:
    """Take what a change takes from areas in their order; tell what stays of each.

    Raises:
        BadChange: they are less than it takes.
    """
    left = -change.amount
    stays = []
    for area in areas:
        stays.append(area - min(left, area))
        left -= min(left, area)
    _least(change, -left)
    return stays


def _tier(park: Park, change: Change) -> Park:
    if change.industry is None or change.amount not in {MAIN, LEADING}:
        raise BadChange(f"{change.lever} of {change.owner} wants an industry and 1 (主导) or 2 (首位)")
    if change.amount == MAIN:
        return replace(park, main=park.main | {change.industry})
    return replace(park, leading=park.leading | {change.industry})


def _county(county: County, change: Change) -> County:
    name, sign = _FIGURES[change.lever]
    moved: dict[str, Any] = {name: _least(change, getattr(county, name) + sign * change.amount)}
    return replace(county, **moved)


def _lead(lead: Lead, change: Change) -> Lead:
    lever, amount = change.lever, change.amount
    if lever is Lever.LEAD_DEADLINE:
        return replace(lead, deadline=lead.deadline + timedelta(days=amount))
    if lever is Lever.LEAD_TAX:
        return replace(lead, tax_fen=Fen(_least(change, lead.tax_fen + amount)))
    if lever is Lever.LEAD_INVESTMENT:
        fixed = _least(change, lead.fixed_investment_fen + amount)
        total = max(lead.investment_fen, min(fixed, lead.investment_fen + max(0, amount)))
        return replace(lead, fixed_investment_fen=Fen(fixed), investment_fen=Fen(total))
    name = _NEEDS[lever]
    need = getattr(lead.needs, name)
    # A lead without land is another kind of lead: floors per mu mean nothing for it.
    least = min(1, need) if lever is Lever.LEAD_LAND else 0
    moved: dict[str, Any] = {name: _least(change, need - amount, least)}
    return replace(lead, needs=replace(lead.needs, **moved))


_FIGURES: Final[Mapping[Lever, tuple[str, int]]] = {
    Lever.ENERGY: ("energy_tce", 1),
    Lever.WATER: ("water_td", 1),
    Lever.COD: ("cod_kg", 1),
    Lever.INVESTMENT_FLOOR: ("investment_floor_fen", -1),
    Lever.TAX_FLOOR: ("tax_floor_fen", -1),
    Lever.COUNTY_LAND: ("land_mu", 1),
    Lever.COUNTY_ENERGY: ("energy_tce", 1),
    Lever.COUNTY_COD: ("cod_kg", 1),
}
"""Figures of a park or county that just move, and which way helps."""

_NEEDS: Final[Mapping[Lever, str]] = {
    Lever.LEAD_LAND: "land_mu",
    Lever.LEAD_HALL: "hall_m2",
    Lever.LEAD_ENERGY: "energy_tce",
    Lever.LEAD_WATER: "water_td",
    Lever.LEAD_COD: "cod_kg",
}

_OWNERS: Final[Mapping[Lever, Callable[[Pool, Change], Pool]]] = {
    **dict.fromkeys(
        (
            Lever.LAND,
            Lever.HALL,
            Lever.ENERGY,
            Lever.WATER,
            Lever.COD,
            Lever.TIER,
            Lever.INVESTMENT_FLOOR,
            Lever.TAX_FLOOR,
        ),
        _of_park,
    ),
    **dict.fromkeys((Lever.COUNTY_LAND, Lever.COUNTY_ENERGY, Lever.COUNTY_COD), _of_county),
    **dict.fromkeys((Lever.COUNTY_LEADS, Lever.COUNTY_INVESTMENT), _of_limits),
    **dict.fromkeys((lever for lever in Lever if lever.name.startswith("LEAD_")), _of_lead),
    Lever.CAPACITY: _of_instance,
}
