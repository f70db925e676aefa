"""A quick look at all pairs of a lead: an upper guess of each reduced value, in short floats.

At the scale of a country pairs are too many to store, or to score exactly more than a few of each lead.
The guess leaves out every rounding down, checks rules with a little leniency, and adds more than floats of 24
bits can err, so it is never below the exact reduced value of an allowed pair. Whoever needs the best pairs
sorts by the guess and scores exactly from the top (`pairs.score_lead`), until no other guess can win.

All loops over parks run in straight lines over memory, so that a processor does several parks at a time.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allocation.matching.columns import (
    BARRED,
    COD,
    ENERGY,
    HALL,
    LAND,
    NOWHERE,
    WATER,
    Columns,
    Leads,
    Most,
)
from allocation.matching.encode import Ints, Small
from allocation.matching.kernel import compiled
from allocation.matching.lagrange import Floats

Shorts = NDArray[np.float32]

LOW: Final = np.float32(-1e25)
"""The guess of a pair that a rule forbids."""

LENIENT: Final = np.float32(1 + 2.0**-22)
STRICT: Final = np.float32(1 - 2.0**-22)
"""Rounding to 24 bits moves a figure by less than these."""

MARGIN: Final = np.float32(2.0**-18)
"""Share of a guess's magnitude that is added: sixty-four roundings; there are fewer than forty."""

ZERO: Final = np.float32(0)
HALF: Final = np.float32(0.5)
QUARTER: Final = np.float32(0.25)
ONE: Final = np.float32(1)
BIG: Final = np.float32(1e17)
TINY: Final = np.float32(1e-3)
POINTS: Final = np.float32(5 * 2**14)
"""No score has more points."""


class Sketch(NamedTuple):
    """The parks in short floats, free amounts and floors with leniency; see `columns.Parks`.

    Attributes:
        owner: H regions.
        points: I x H; LOW where the park refuses.
        multiplier: H factors.
        investment_floor: H.
        investment_by: H, one over the floor.
        tax_floor: H.
        tax_by: H, one over the floor.
        land: T x H.
        clear: T x H.
        hall: S x H.
        largest: S x H.
        energy: H.
        energy_by: H, one over what is free, 0 where nothing is.
        water: H.
        water_by: H.
        cod: H.
        cod_by: H.
        investment: H.
    """

    owner: Small
    points: Shorts
    multiplier: Shorts
    investment_floor: Shorts
    investment_by: Shorts
    tax_floor: Shorts
    tax_by: Shorts
    land: Shorts
    clear: Shorts
    hall: Shorts
    largest: Shorts
    energy: Shorts
    energy_by: Shorts
    water: Shorts
    water_by: Shorts
    cod: Shorts
    cod_by: Shorts
    investment: Shorts


class Tariff(NamedTuple):
    """What a unit costs a lead at each park, in short floats.

    Attributes:
        land: T x H, of land that is due in an interval: it is paid for there and in every later one.
        hall: S x H likewise.
        energy: H.
        water: H.
        cod: H.
        investment: H, of 万元.
        lead: H, of being there at all; may be negative where a county must take a least number of leads.
    """

    land: Shorts
    hall: Shorts
    energy: Shorts
    water: Shorts
    cod: Shorts
    investment: Shorts
    lead: Shorts


def sketch(columns: Columns) -> Sketch:
    """Draw the parks in short floats."""
    parks = columns.parks

    def lenient(amount: Ints) -> Shorts:
        return np.asarray(amount.astype(np.float32) * LENIENT, np.float32)

    def strict(amount: Ints) -> Shorts:
        return np.asarray(amount.astype(np.float32) * STRICT, np.float32)

    def by(amount: Ints, nothing: np.float32) -> Shorts:
        return np.where(amount > 0, 1.0 / np.maximum(amount, 1), nothing).astype(np.float32)

    return Sketch(
        owner=parks.owner,
        points=np.where(parks.points == BARRED, LOW, parks.points).astype(np.float32),
        multiplier=(parks.multiplier / 10_000).astype(np.float32),
        investment_floor=strict(parks.investment_floor),
        investment_by=by(parks.investment_floor, BIG),
        tax_floor=strict(parks.tax_floor),
        tax_by=by(parks.tax_floor, BIG),
        land=lenient(parks.land),
        clear=parks.clear.astype(np.float32),
        hall=lenient(parks.hall),
        largest=parks.largest.astype(np.float32),
        energy=lenient(parks.energy),
        energy_by=by(parks.energy, ZERO),
        water=lenient(parks.water),
        water_by=by(parks.water, ZERO),
        cod=lenient(parks.cod),
        cod_by=by(parks.cod, ZERO),
        investment=lenient(parks.investment),
    )


def tariff(columns: Columns, table: Floats) -> Tariff:
    """Fold prices by column and park into what a lead pays.

    Args:
        columns: tells what the columns mean.
        table: (R + 1) x H prices, as `limits.resources_of` orders them, leads last.
    """
    land, hall = len(columns.land), len(columns.hall)
    rest = table[land + hall :]
    nothing = np.zeros(table.shape[1])

    def onward(prices: Floats) -> Shorts:
        return np.ascontiguousarray(np.cumsum(prices[::-1], axis=0)[::-1], np.float32)

    return Tariff(
        land=onward(table[:land]),
        hall=onward(table[land : land + hall]),
        energy=rest[0].astype(np.float32),
        water=rest[1].astype(np.float32),
        cod=rest[2].astype(np.float32),
        investment=(rest[3] if columns.counts_investment else nothing).astype(np.float32),
        lead=table[-1].astype(np.float32),
    )


@compiled
def guess(leads: Leads, parks: Sketch, cost: Tariff, most: Most, lead: int, found: Shorts) -> None:
    """Guess the reduced value of a lead at every park from above.

    Args:
        leads: the leads.
        parks: the parks.
        cost: what they charge.
        most: the most points of each part.
        lead: which lead.
        found: out, H guesses; LOW where a rule forbids the pair for sure.
    """
    land, hall = np.float32(leads.needs[LAND, lead]), np.float32(leads.needs[HALL, lead])
    energy, water = np.float32(leads.needs[ENERGY, lead]), np.float32(leads.needs[WATER, lead])
    cod, invested = np.float32(leads.needs[COD, lead]), np.float32(leads.investment_wan[lead])
    weight = np.float32(leads.weight[lead])
    investment = max(TINY, np.float32(leads.investment_ratio[lead])) * LENIENT
    tax = max(TINY, np.float32(leads.tax_ratio[lead])) * LENIENT
    investment_most, tax_most = np.float32(most.intensity), np.float32(most.tax)
    free_points, fit_most, room_most = ZERO, np.float32(most.fit), np.float32(most.headroom)
    land_by, hall_by = ZERO, ZERO
    land_share, hall_share = ZERO, ZERO
    if land > ZERO:
        land_by = ONE / land
        land_share = QUARTER if hall > ZERO else HALF
    else:
        investment, tax = BIG, BIG
        investment_most, tax_most = ZERO, ZERO
        free_points = np.float32(most.intensity // 2 + most.tax // 2)
    if hall > ZERO:
        hall_by = ONE / hall
        hall_share = QUARTER if land > ZERO else HALF
    free_points += fit_most * (ONE - land_share - hall_share)
    land_share, hall_share = land_share * fit_most, hall_share * fit_most
    extra = weight * POINTS * MARGIN

    points = parks.points[leads.industry[lead]]
    clear, largest = parks.clear[leads.land_at[lead]], parks.largest[leads.hall_at[lead]]
    investment_by, tax_by = parks.investment_by, parks.tax_by
    for park in range(len(found)):
        found[park] = (
            points[park]
            + free_points
            + investment_most * min(ONE, investment * investment_by[park] - ONE)
            + tax_most * min(ONE, tax * tax_by[park] - ONE)
            + land_share * min(ONE, clear[park] * land_by)
            + hall_share * min(ONE, largest[park] * hall_by)
        )
    energy_by, water_by, cod_by, multiplier = parks.energy_by, parks.water_by, parks.cod_by, parks.multiplier
    for park in range(len(found)):
        tightest = max(energy * energy_by[park], water * water_by[park], cod * cod_by[park])
        found[park] = (found[park] + room_most * (ONE - tightest)) * weight * multiplier[park] + extra

    land_cost, hall_cost = cost.land[leads.land_at[lead]], cost.hall[leads.hall_at[lead]]
    energy_cost, water_cost, cod_cost = cost.energy, cost.water, cost.cod
    for park in range(len(found)):
        paid = land * land_cost[park] + hall * hall_cost[park] + energy * energy_cost[park]
        paid += water * water_cost[park] + cod * cod_cost[park]
        found[park] -= paid * (ONE - MARGIN)
    investment_cost, lead_cost = cost.investment, cost.lead
    for park in range(len(found)):
        paid = invested * investment_cost[park]
        found[park] -= paid * (ONE - MARGIN) + lead_cost[park] - MARGIN * abs(lead_cost[park])
    _bar(leads, parks, lead, investment, tax, found)


@compiled
def _bar(
    leads: Leads, parks: Sketch, lead: int, investment: np.float32, tax: np.float32, found: Shorts
) -> None:
    """Lower the guesses of pairs that a rule forbids for sure."""
    land, hall = np.float32(leads.needs[LAND, lead]) * STRICT, np.float32(leads.needs[HALL, lead]) * STRICT
    energy, water = np.float32(leads.needs[ENERGY, lead]), np.float32(leads.needs[WATER, lead])
    cod, invested = np.float32(leads.needs[COD, lead]), np.float32(leads.investment_wan[lead])
    origin, held = leads.origin[lead], leads.held[lead]
    land_free, hall_free = parks.land[leads.land_at[lead]], parks.hall[leads.hall_at[lead]]
    owner, investment_floor, tax_floor = parks.owner, parks.investment_floor, parks.tax_floor
    for park in range(len(found)):
        fits = (land <= land_free[park]) & (hall <= hall_free[park]) & (owner[park] != origin)
        fits &= (investment >= investment_floor[park]) & (tax >= tax_floor[park])
        found[park] = found[park] if fits else LOW
    energy_free, water_free, cod_free = parks.energy, parks.water, parks.cod
    investment_free, points = parks.investment, parks.points[leads.industry[lead]]
    for park in range(len(found)):
        fits = (energy <= energy_free[park]) & (water <= water_free[park]) & (cod <= cod_free[park])
        fits &= (invested <= investment_free[park]) & (points[park] >= ZERO)
        found[park] = found[park] if fits else LOW
    if held != NOWHERE:
        for park in range(len(found)):
            found[park] = found[park] if owner[park] == held else LOW
