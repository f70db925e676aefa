"""What bounds the leads of a pool together, and the pool's columns as an `Encoded`.

Resources in order, as `compile_pool` names them: land by interval, halls by interval, energy, water, COD, and
`investment` where a county's total is bounded.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from allocation.matching.columns import HALL, LAND, NOWHERE, Columns
from allocation.matching.encode import Encoded, Flags, Ints, Limit, Small, encode_arrays
from allocation.matching.pairs import NO, score_block

REST: Final = ("energy", "water", "cod")
INVESTMENT: Final = "investment"

BLOCK: Final = 1_024
"""So many leads are scored at a time."""


def resources_of(columns: Columns) -> tuple[str, ...]:
    """Name the resources."""
    return (*columns.land, *columns.hall, *REST, *((INVESTMENT,) if columns.counts_investment else ()))


def needs_of(columns: Columns) -> Ints:
    """Tell what each lead uses of each resource: L x R.

    "What is due by a date must fit in what is ready by that date": a lead uses the land of its own interval
    and of every later one.
    """
    leads = columns.leads
    names = resources_of(columns)
    found = np.zeros((len(leads.weight), len(names)), np.int64)
    land, hall = len(columns.land), len(columns.hall)
    for interval in range(land):
        found[:, interval] = np.where(leads.land_at <= interval, leads.needs[LAND], 0)
    for interval in range(hall):
        found[:, land + interval] = np.where(leads.hall_at <= interval, leads.needs[HALL], 0)
    found[:, land + hall : land + hall + len(REST)] = leads.needs[HALL + 1 :].T
    if INVESTMENT in names:
        found[:, -1] = leads.investment_wan
    return found


def limits_of(columns: Columns, hosts: Sequence[str]) -> list[Limit]:
    """List what bounds the leads together: limits of each park, then limits of each county.

    An interval whose capacity is not below that of a later one is left out: whatever the earlier one counts,
    the later one counts too.
    """
    capacities = columns.capacities
    names = resources_of(columns)
    land, hall = len(columns.land), len(columns.hall)
    found: list[Limit] = []
    steps = [_steps(capacities.land), _steps(capacities.hall)]
    for park, host in enumerate(hosts):
        for left, kept, shift in (
            (capacities.land, steps[0], 0),
            (capacities.hall, steps[1], land),
        ):
            found += [
                Limit((host, names[shift + interval]), shift + interval, (park,), int(left[interval, park]))
                for interval in np.flatnonzero(kept[:, park]).tolist()
            ]
        found += [
            Limit((host, name), land + hall + place, (park,), int(capacities.rest[place, park]))
            for place, name in enumerate(REST)
        ]
    inside: list[list[int]] = [[] for _ in columns.counties]
    for park, county in enumerate(capacities.county.tolist()):
        if county != NOWHERE:
            inside[county].append(park)
    for county, code in enumerate(columns.counties):
        found += _county_limits(columns, county, code, tuple(inside[county]))
    return found


def _county_limits(columns: Columns, county: int, code: str, inside: tuple[int, ...]) -> list[Limit]:
    capacities = columns.capacities
    names = resources_of(columns)
    last = len(columns.land) - 1
    after = len(columns.land) + len(columns.hall)
    quota = [int(amount) for amount in capacities.quota[:, county]]
    bounds = [(last, quota[0]), (after, quota[1]), (after + 2, quota[2])]
    if INVESTMENT in names:
        bounds.append((len(names) - 1, int(capacities.investment[county])))
    found = [Limit((code, names[column]), column, inside, most) for column, most in bounds]
    most, least = int(capacities.most[county]), int(capacities.least[county])
    return [*found, Limit((code, "leads"), len(names), inside, most, least)]


def _steps(left: Ints) -> Flags:
    """Mark the intervals that leave less than every later one."""
    kept = np.ones(left.shape, np.bool_)
    if len(left) > 1:
        later = np.minimum.accumulate(left[::-1], axis=0)[::-1]
        kept[:-1] = left[:-1] < later[1:]
    return kept


def scored(columns: Columns) -> Iterator[Ints]:
    """Score all pairs, some leads at a time: worths, NO where a rule forbids the pair."""
    count = len(columns.leads.weight)
    for first in range(0, count, BLOCK):
        yield score_block(columns.leads, columns.parks, columns.most, first, min(first + BLOCK, count))


def encode_columns(columns: Columns, leads: Sequence[str], hosts: Sequence[str]) -> Encoded:
    """Score all pairs of a pool and put the allowed ones together.

    Args:
        columns: the pool.
        leads: ids of the leads, ascending, in the order of the columns.
        hosts: codes of the parks, ascending, in the order of the columns.
    """
    hosts_of: list[Small] = []
    worths: list[Ints] = []
    counts: list[Ints] = []
    for block in scored(columns):
        allowed = block != NO
        counts.append(allowed.sum(axis=1))
        hosts_of.append(np.nonzero(allowed)[1].astype(np.int32))
        worths.append(block[allowed])
    count = np.concatenate([*counts, np.zeros(0, np.int64)])
    return encode_arrays(
        leads=leads,
        hosts=hosts,
        start=np.concatenate([[0], np.cumsum(count, dtype=np.int64)]),
        host=np.concatenate([*hosts_of, np.zeros(0, np.int32)]),
        worth=np.concatenate([*worths, np.zeros(0, np.int64)]),
        row=np.repeat(np.arange(len(leads), dtype=np.int32), count),
        need=needs_of(columns),
        must=columns.must,
        limits=limits_of(columns, hosts),
    )
