"""Level 0 of "would win if" for all leads without a host at once, compiled: a city takes a few milliseconds.

The same figures as `shortage.shortage` tells for one lead and one park.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from allocation.matching.columns import COD, ENERGY, HALL, LAND, WATER, Leads, Most, Parks
from allocation.matching.encode import UNLIMITED, Flags, Ints, Small
from allocation.matching.kernel import compiled
from allocation.matching.pairs import NO, score_lead
from allocation.matching.pool import Pool
from allocation.matching.result import Rule
from allocation.matching.room import CountyRoom, rooms
from allocation.matching.stock import hall_supply, land_supply, steps, usable_halls, usable_plots
from allocation.matching.tabulate import tabulate

RULES: Final = (
    Rule.LAND,
    Rule.HALL,
    Rule.ENERGY,
    Rule.WATER,
    Rule.COD,
    Rule.COUNTY_LAND,
    Rule.COUNTY_ENERGY,
    Rule.COUNTY_COD,
    Rule.COUNTY_LEADS,
    Rule.COUNTY_INVESTMENT,
)
"""What the last axis of `Shortages.missing` stands for."""


PLENTY: Final = 2**47
"""More than any need, and little enough that points times it stay within 64 bits."""


class Left(NamedTuple):
    """What is left after a run; below 0 where holds exceed a stock that has gone stale.

    Attributes:
        land: T x H for a lead due in the interval.
        hall: S x H likewise.
        rest: 3 x H: energy, water, COD.
        quota: 5 x H of the park's county: land, energy, COD, leads, investment in 万元; UNLIMITED: no bound.
    """

    land: Ints
    hall: Ints
    rest: Ints
    quota: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """What is worked out once for a run, before anybody asks.

    Attributes:
        leads: all leads.
        parks: the parks with plenty of everything: what bars a lead there no amount mends.
        most: the most points of each part.
        left: what the run left.
        waiting: numbers of the leads without a host.
    """

    leads: Leads
    parks: Parks
    most: Most
    left: Left
    waiting: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Shortages:
    """What every lead without a host lacks at every park.

    Attributes:
        waiting: W numbers of leads in the pool's order.
        missing: W x H x 10 amounts; 0: enough.
        barred: W x H flags: a rule is broken that no amount mends.
    """

    waiting: Ints
    missing: Ints
    barred: Flags


def ready(pool: Pool, assignment: Mapping[str, str | None]) -> Ready:
    """Work out what a run left.

    Args:
        pool: the pool.
        assignment: the host of each lead.
    """
    columns = tabulate(replace(pool, limits={}))  # a county's count is an amount: it bars nothing
    left = rooms(pool, assignment)
    land = steps(pool, (day for park in pool.parks for day, _ in land_supply(usable_plots(pool, park))))
    hall = steps(pool, (day for park in pool.parks for day, _ in hall_supply(usable_halls(pool, park))))
    inside = [left[park.code] for park in pool.parks]
    plenty = {
        name: np.full_like(getattr(columns.parks, name), PLENTY)
        for name in ("land", "hall", "energy", "water", "cod", "investment")
    }
    return Ready(
        leads=columns.leads,
        parks=columns.parks._replace(**plenty),
        most=columns.most,
        left=Left(
            land=np.array([[room.land.by(day) for room in inside] for day in land], np.int64),
            hall=np.array([[room.hall.by(day) for room in inside] for day in hall], np.int64),
            rest=_columns([(room.energy_tce, room.water_td, room.cod_kg) for room in inside], 3),
            quota=_columns([_quota(room.county) for room in inside], 5),
        ),
        waiting=np.array(
            [number for number, lead in enumerate(pool.leads) if assignment[lead.id] is None], np.int64
        ),
    )


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    """Turn a row for each park into a column for each park; of no parks too."""
    return np.ascontiguousarray(np.array(rows, np.int64).reshape(-1, width).T)


def _quota(county: CountyRoom | None) -> tuple[int, ...]:
    if county is None:
        return (UNLIMITED,) * 5
    counts = (UNLIMITED if bound is None else bound for bound in (county.leads, county.investment_wan))
    return (county.land_mu, county.energy_tce, county.cod_kg, *counts)


def shortages(found: Ready) -> Shortages:
    """Tell what every lead without a host lacks at every park."""
    waiting, hosts = len(found.waiting), len(found.parks.owner)
    missing = np.zeros((waiting, hosts, len(RULES)), np.int64)
    barred = np.zeros((waiting, hosts), np.bool_)
    _fill(found.leads, found.parks, found.most, found.left, found.waiting, missing, barred)
    return Shortages(found.waiting, missing, barred)


@compiled
def _fill(
    leads: Leads, parks: Parks, most: Most, left: Left, waiting: Ints, missing: Ints, barred: Flags
) -> None:
    hosts: Small = np.arange(missing.shape[1]).astype(np.int32)
    worths: Ints = np.empty(missing.shape[1], np.int64)
    for place in range(len(waiting)):
        lead = waiting[place]
        needs = leads.needs[:, lead]
        score_lead(leads, parks, most, lead, hosts, len(hosts), worths)
        land_at, hall_at = leads.land_at[lead], leads.hall_at[lead]
        for park in range(missing.shape[1]):
            barred[place, park] = worths[park] == NO
            short = missing[place, park]
            short[0] = lack(needs[LAND], left.land[land_at, park])
            short[1] = lack(needs[HALL], left.hall[hall_at, park])
            short[2] = lack(needs[ENERGY], left.rest[0, park])
            short[3] = lack(needs[WATER], left.rest[1, park])
            short[4] = lack(needs[COD], left.rest[2, park])
            short[5] = lack(needs[LAND], left.quota[0, park])
            short[6] = lack(needs[ENERGY], left.quota[1, park])
            short[7] = lack(needs[COD], left.quota[2, park])
            short[8] = lack(1, left.quota[3, park])
            short[9] = lack(leads.investment_wan[lead], left.quota[4, park])


@compiled
def lack(need: int, left: int) -> int:
    """Tell how much more it takes; a need of nothing lacks nothing, however little is left."""
    return need - left if need > max(0, left) else 0
