"""The judge of a placement over columns: rules, amounts and value summed anew, for millions of leads at once.

It shares no code with the kernels that score, bound and search: whole arrays, plain integers, one rule after
the other. `verify` and `judge` do the same for instances and pools that are spelled out.
"""

from collections.abc import Iterator

import numpy as np

from allocation.matching.columns import Columns
from allocation.matching.encode import Flags, Ints, Small


def column_faults(columns: Columns, park: Small, value: int, bound: int) -> list[str]:
    """List what is wrong with a placement; an empty list means verified.

    Args:
        columns: the pool.
        park: L park numbers; negative for a lead that stays.
        value: what is said to be its value.
        bound: what is said to bound it.
    """
    if len(park) != len(columns.must) or (len(park) and park.max() >= len(columns.parks.owner)):
        return ["the placement is not of this pool"]
    lead = np.flatnonzero(park >= 0)
    host = park[lead].astype(np.int64)
    faults = [
        f"{int(broken.sum())} leads break the rule of {rule}"
        for rule, broken in _rules(columns, lead, host)
        if broken.any()
    ]
    faults += [
        f"{int(over.sum())} limits of {what} do not hold"
        for what, over in (*_park_limits(columns, lead, host), *_county_limits(columns, lead, host))
        if over.any()
    ]
    if faults:
        return faults
    true = int(_worths(columns, lead, host).sum())
    if (columns.must & (park < 0)).any():
        faults.append("a must-place lead is not placed")
    if value != true:
        faults.append(f"value {value} is said, {true} is true")
    if bound < true:
        faults.append(f"bound {bound} excludes the result {true}")
    return faults


def _rules(columns: Columns, lead: Ints, host: Ints) -> Iterator[tuple[str, Flags]]:
    leads, parks = columns.leads, columns.parks
    owner = parks.owner[host]
    land = leads.needs[0, lead] > 0
    yield "origin", owner == leads.origin[lead]
    yield "holder", (leads.held[lead] >= 0) & (owner != leads.held[lead])
    counts = np.diff(leads.declined_from)
    named = np.repeat(np.arange(len(counts)), counts)
    at = np.full(len(counts), -1)
    at[lead] = owner
    yield "refusal", np.isin(lead, named[leads.declined == at[named]])
    yield "industry", parks.points[leads.industry[lead], host] < 0
    yield "investment", land & (leads.investment_ratio[lead] < parks.investment_floor[host])
    yield "tax", land & (leads.tax_ratio[lead] < parks.tax_floor[host])


def _summed(amounts: Ints, groups: Ints | Small, count: int) -> Ints:
    total = np.zeros(count, np.int64)
    np.add.at(total, groups, amounts)
    return total


def _park_limits(columns: Columns, lead: Ints, host: Ints) -> Iterator[tuple[str, Flags]]:
    leads, capacities = columns.leads, columns.capacities
    needs = leads.needs[:, lead]
    count = len(columns.parks.owner)
    for name, need, at, capacity in (
        ("land", needs[0], leads.land_at[lead], capacities.land),
        ("hall", needs[1], leads.hall_at[lead], capacities.hall),
    ):
        for interval, left in enumerate(capacity):
            due = at <= interval
            yield f"{name} {interval}", _summed(need[due], host[due], count) > left
    for name, need, left in zip(("energy", "water", "COD"), needs[2:], capacities.rest, strict=True):
        yield name, _summed(need, host, count) > left


def _county_limits(columns: Columns, lead: Ints, host: Ints) -> Iterator[tuple[str, Flags]]:
    leads, capacities = columns.leads, columns.capacities
    county = capacities.county[host]
    inside = county >= 0
    county, lead = county[inside], lead[inside]
    count = len(columns.counties)
    for name, need, most in (
        ("county land", leads.needs[0, lead], capacities.quota[0]),
        ("county energy", leads.needs[2, lead], capacities.quota[1]),
        ("county COD", leads.needs[4, lead], capacities.quota[2]),
        ("county investment", leads.investment_wan[lead], capacities.investment),
        ("county leads", np.ones(len(lead), np.int64), capacities.most),
    ):
        yield name, _summed(need, county, count) > most
    yield "least county leads", _summed(np.ones(len(lead), np.int64), county, count) < capacities.least


def _worths(columns: Columns, lead: Ints, host: Ints) -> Ints:
    """Score pairs by the formulas of `scoring`, part by part."""
    leads, parks, most = columns.leads, columns.parks, columns.most
    land, hall, energy, water, cod = leads.needs[:, lead]
    fits = np.stack(
        [
            _share(most.fit, parks.clear[leads.land_at[lead], host], land),
            _share(most.fit, parks.largest[leads.hall_at[lead], host], hall),
        ]
    )
    asked = np.stack([land > 0, hall > 0])
    parts = np.where(asked, fits, 0).sum(axis=0)
    fit = np.where(asked.any(axis=0), parts // np.maximum(1, asked.sum(axis=0)), most.fit)
    headroom = np.minimum.reduce(
        [
            np.where(need > 0, most.headroom * (free - need) // np.maximum(1, free), most.headroom)
            for need, free in (
                (energy, parks.energy[host]),
                (water, parks.water[host]),
                (cod, parks.cod[host]),
            )
        ]
    )
    ratios = (
        (leads.investment_ratio, leads.investment_tail, parks.investment_floor, most.intensity),
        (leads.tax_ratio, leads.tax_tail, parks.tax_floor, most.tax),
    )
    over = [
        np.where(land > 0, _over(ratio[lead], tail[lead], floor[host], top), top // 2)
        for ratio, tail, floor, top in ratios
    ]
    points = parks.points[leads.industry[lead], host] + fit + headroom + over[0] + over[1]
    return np.asarray(points * leads.weight[lead] * parks.multiplier[host] // 10_000, np.int64)


def _share(most: int, covered: Ints, need: Ints) -> Ints:
    return np.asarray(most * (np.minimum(covered, need) + need) // np.maximum(1, 2 * need), np.int64)


def _over(ratio: Ints, tail: Ints, floor: Ints, most: int) -> Ints:
    kind = object if int(floor.max(initial=0)) >= 2**48 else np.int64
    # Near the limit of fen, points x amount leaves 64 bits: Python's integers then.
    above, whole = np.minimum(ratio - floor, floor).astype(kind), np.maximum(1, floor).astype(kind)
    return np.where(floor == 0, most, np.minimum(most, (most * above + tail) // whole)).astype(np.int64)
