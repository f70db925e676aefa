"""Whether a park may take a lead, and what that is worth: the compiled twin of eligibility and scoring.

The integers are those of `eligibility.blockers(...) == ()` and `scoring.value`, for any pair. Amounts are
below the limits that `columns` states, so that nothing leaves 64 bits: needs below 2^40, fen below 2^53.
"""

from typing import Final

import numpy as np

from allocation.matching.columns import BARRED, COD, ENERGY, HALL, LAND, NOWHERE, WATER, Leads, Most, Parks
from allocation.matching.encode import Ints, Small
from allocation.matching.kernel import compiled

NO: Final = -1
"""The worth of a pair that a rule forbids."""

WHOLE: Final = 10_000
EASY_FLOOR: Final = 2**48
"""Below this floor, points x (ratio − floor) stays within 64 bits for up to 2^14 points."""


@compiled
def ratio_of(amount: int, divisor: int) -> int:
    """Floor a quotient below 2^40 of integers from 0 to 2^62.

    A division of floats and a mend by one are several times faster than a division of integers: the float
    quotient is off by less than one, since its relative error is below 2^-51.
    """
    found = int(amount / divisor)
    rest = amount - found * divisor
    if rest < 0:
        return found - 1
    return found + 1 if rest >= divisor else found


@compiled
def over_floor(ratio: int, tail: int, floor: int, most: int) -> int:
    """Score a ratio over its floor: M × (ratio − floor) ÷ floor with the ratio's exact tail, at most M.

    Args:
        ratio: fen for a mu, floored, at least the floor.
        tail: what that floor dropped, see `columns.ratio_and_tail`.
        floor: fen for a mu; 0: none.
        most: M, below 2^14.
    """
    if floor == 0 or ratio - floor >= floor:
        return most
    over = ratio - floor
    if floor < EASY_FLOOR:
        return ratio_of(most * over + tail, floor)
    rest = 0
    quotient = 0
    for bit in range(13, -1, -1):  # long division, bit by bit of M: each sum stays below 3 × floor
        rest = 2 * rest + (over if (most >> bit) & 1 else 0)
        quotient = 2 * quotient + rest // floor
        rest %= floor
    return quotient + (rest + tail) // floor


@compiled
def share(most: int, covered: int, need: int) -> int:
    """Score stock that covers a need: F × (min(covered, need) + need) ÷ (2 × need)."""
    return ratio_of(most * (min(covered, need) + need), 2 * need)


@compiled
def room_of(most: int, free: int, need: int) -> int:
    """Score what stays free: H × (free − need) ÷ free; a lead without the need says nothing."""
    return ratio_of(most * (free - need), free) if need > 0 else most


@compiled
def among(numbers: Small, first: int, last: int, number: int) -> bool:
    """Tell whether a number is one of numbers[first:last]."""
    for entry in range(first, last):  # noqa: SIM110 - a generator would not compile to a plain loop
        if numbers[entry] == number:
            return True
    return False


@compiled
def score_lead(
    leads: Leads, parks: Parks, most: Most, lead: int, hosts: Small, count: int, worths: Ints
) -> None:
    """Tell what placing a lead at each of some parks is worth.

    One call reads many parks, because a call with so many arrays costs more than a pair.

    Args:
        leads: the leads.
        parks: the parks.
        most: the most points of each part.
        lead: which lead.
        hosts: park numbers.
        count: how many of `hosts` are meant.
        worths: out, as many values; NO where a rule forbids the pair.
    """
    origin, held, weight = leads.origin[lead], leads.held[lead], leads.weight[lead]
    bound = held != NOWHERE
    land, hall = leads.needs[LAND, lead], leads.needs[HALL, lead]
    energy, water, cod = leads.needs[ENERGY, lead], leads.needs[WATER, lead], leads.needs[COD, lead]
    investment, investment_tail = leads.investment_ratio[lead], leads.investment_tail[lead]
    tax, tax_tail = leads.tax_ratio[lead], leads.tax_tail[lead]
    invested, investment_free = leads.investment_wan[lead], parks.investment
    position = parks.points[leads.industry[lead]]
    land_free, clear = parks.land[leads.land_at[lead]], parks.clear[leads.land_at[lead]]
    hall_free, largest = parks.hall[leads.hall_at[lead]], parks.largest[leads.hall_at[lead]]
    owner, multiplier = parks.owner, parks.multiplier
    investment_floor, tax_floor = parks.investment_floor, parks.tax_floor
    energy_free, water_free, cod_free = parks.energy, parks.water, parks.cod
    for place in range(count):
        park = hosts[place]
        worths[place] = NO
        if owner[park] == origin or position[park] == BARRED or (bound and owner[park] != held):
            continue
        if energy > energy_free[park] or water > water_free[park] or cod > cod_free[park]:
            continue
        if invested > investment_free[park] or land > land_free[park] or hall > hall_free[park]:
            continue
        if among(leads.declined, leads.declined_from[lead], leads.declined_from[lead + 1], owner[park]):
            continue
        if land > 0 and (investment < investment_floor[park] or tax < tax_floor[park]):
            continue
        points = position[park]
        fit = most.fit
        if land > 0:
            points += over_floor(investment, investment_tail, investment_floor[park], most.intensity)
            points += over_floor(tax, tax_tail, tax_floor[park], most.tax)
            fit = share(most.fit, clear[park], land)
            if hall > 0:
                fit = (fit + share(most.fit, largest[park], hall)) // 2
        else:
            points += most.intensity // 2 + most.tax // 2
            if hall > 0:
                fit = share(most.fit, largest[park], hall)
        room = room_of(most.headroom, energy_free[park], energy)
        room = min(room, room_of(most.headroom, water_free[park], water))
        room = min(room, room_of(most.headroom, cod_free[park], cod))
        worths[place] = ratio_of((points + fit + room) * weight * multiplier[park], WHOLE)


@compiled
def score_block(leads: Leads, parks: Parks, most: Most, first: int, last: int) -> Ints:
    """Score leads first … last − 1 at all parks.

    Returns:
        (last − first) x H worths; NO where a rule forbids the pair.
    """
    every = np.arange(len(parks.owner)).astype(np.int32)
    found = np.empty((last - first, len(every)), np.int64)
    for lead in range(first, last):
        score_lead(leads, parks, most, lead, every, len(every), found[lead - first])
    return found
