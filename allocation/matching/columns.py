"""A pool as columns: everything that scoring and eligibility read of a lead or a park, as integers.

Scoring a pair reads only figures of the lead, figures of the park, one entry of a table industry x park, and
what the park has free at the lead's deadline. All of it is worked out once for each lead and each park here;
`pairs.py` puts the two sides together in compiled code, with the same integers as `scoring.value` and
`eligibility.blockers`.

Shapes: L leads, H parks, C counties, I industries (each that a lead names, once), T land intervals, S hall
intervals. An interval begins at a day with new stock; "at" an interval means for what is due in it.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from allocation.matching.encode import UNLIMITED, Flags, Ints, Small

NOWHERE: Final = -1
"""Stands for no region: a lead that nobody holds, an origin without parks, a city park's county."""

BARRED: Final = -1
"""Stands in the table of points for an industry that the park refuses."""

AMOUNT_LIMIT: Final = 2**40
"""What a lead needs of anything is below this; points times an amount then stay within 64 bits."""

LAND, HALL, ENERGY, WATER, COD = range(5)
"""The columns of `Leads.needs`."""


class Most(NamedTuple):
    """The most points of each part of a score but positioning, whose points stand in the table."""

    fit: int
    headroom: int
    intensity: int
    tax: int


class Leads(NamedTuple):
    """What is read of the leads.

    Attributes:
        industry: L rows of `Parks.points`.
        origin: L regions whose parks are out; NOWHERE if it has none.
        held: L regions whose parks alone are in; NOWHERE if nobody holds the lead; a region without parks
            has a number that no park has.
        weight: L weights by investment.
        investment_ratio: L fixed investments for a mu in fen, floored; 0 without land.
        investment_tail: L points x (what that floor dropped), floored: with it, points divide exactly.
        tax_ratio: the same of the tax a year.
        tax_tail: the same.
        needs: 5 x L: land, hall, energy, water, COD.
        land_at: L land intervals.
        hall_at: L hall intervals.
        investment_wan: L total investments in 万元, rounded up; only county limits read it.
        declined_from: L + 1 offsets into `declined`.
        declined: regions that said no to a lead; their parks are out.
    """

    industry: Small
    origin: Small
    held: Small
    weight: Ints
    investment_ratio: Ints
    investment_tail: Ints
    tax_ratio: Ints
    tax_tail: Ints
    needs: Ints
    land_at: Small
    hall_at: Small
    investment_wan: Ints
    declined_from: Ints
    declined: Small


class Parks(NamedTuple):
    """What is read of the parks; all amounts after holds, at least 0.

    Attributes:
        owner: H regions.
        points: I x H points for positioning; BARRED where the park refuses.
        multiplier: H multipliers of a value in basis points.
        investment_floor: H floors in fen for a mu.
        tax_floor: the same of tax a year.
        land: T x H hundredths of a mu that one lead may take, the county's quota included.
        clear: T x H hundredths of a mu of clear land ready by then.
        hall: S x H square metres that one lead may take.
        largest: S x H square metres of the largest hall ready by then.
        energy: H tce, the lesser of the park's and its county's.
        water: H t/d.
        cod: H kg a year, the lesser of the park's and its county's.
        investment: H total investments in 万元 that the county may take; UNLIMITED: no bound.
    """

    owner: Small
    points: Ints
    multiplier: Ints
    investment_floor: Ints
    tax_floor: Ints
    land: Ints
    clear: Ints
    hall: Ints
    largest: Ints
    energy: Ints
    water: Ints
    cod: Ints
    investment: Ints


class Capacities(NamedTuple):
    """What bounds all leads of a park or a county together.

    Attributes:
        land: T x H hundredths of a mu for what is due up to the end of the interval.
        hall: S x H square metres likewise.
        rest: 3 x H: energy, water, COD.
        county: H county numbers, NOWHERE for a city park.
        quota: 3 x C: land, energy, COD.
        most: C counts of leads; UNLIMITED: no bound.
        least: C counts of leads.
        investment: C total investments in 万元; UNLIMITED: no bound.
    """

    land: Ints
    hall: Ints
    rest: Ints
    county: Small
    quota: Ints
    most: Ints
    least: Ints
    investment: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A pool as columns.

    Attributes:
        leads: what is read of the leads.
        parks: what is read of the parks.
        capacities: what bounds them together.
        most: the most points of the parts.
        must: L flags: a result without a host for this lead is no result.
        counties: C codes.
        land: T names of resources.
        hall: S names of resources.
        counts_investment: whether the investment in any county is bounded, so that it is a resource.
    """

    leads: Leads
    parks: Parks
    capacities: Capacities
    most: Most
    must: Flags
    counties: tuple[str, ...]
    land: tuple[str, ...]
    hall: tuple[str, ...]
    counts_investment: bool = False


def ratio_and_tail(amount: Ints, land: Ints, most: int) -> tuple[Ints, Ints]:
    """Divide an amount in fen by land, so that points over any floor divide exactly afterwards.

    With A = 100 x amount = q x land + r: floor(M x A / (floor x land)) = floor((M x q + e) / floor) where
    e = floor(M x r / land), since flooring twice by whole divisors is flooring once by their product.

    Args:
        amount: L figures in fen, below 2^53.
        land: L needs in hundredths of a mu.
        most: M, the most points of the part.

    Returns:
        q (fen for a mu) and e; both 0 where no land is needed.
    """
    whole = amount * 100
    divisor = np.where(land > 0, land, 1)
    ratio = whole // divisor
    tail = most * (whole % divisor) // divisor
    return np.where(land > 0, ratio, 0), np.where(land > 0, tail, 0)


def free_of(left: Ints) -> Ints:
    """Tell what one more lead may take at each interval: the least left from there on."""
    return np.minimum.accumulate(left[::-1], axis=0)[::-1]


def within_county(amount: Ints, county: Small, quota: Ints) -> Ints:
    """Take the lesser of a park's amounts and its county's quota; a city park has no county.

    Args:
        amount: … x H amounts.
        county: H county numbers or NOWHERE.
        quota: C quotas.
    """
    bounds = np.append(quota, UNLIMITED)  # NOWHERE reads the last entry
    return np.asarray(np.minimum(amount, bounds[county]), np.int64)
