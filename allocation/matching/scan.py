"""A quick look at all pairs of a lead: an upper guess of each reduced value, in short floats.

At the scale of a country pairs are too many to store, or to score exactly more than a few of each lead.
The guess leaves out every rounding down, checks rules with a little leniency, and adds more than floats of 24
bits can err, so it is never below the exact reduced value of an allowed pair. Whoever needs the best pairs
goes by the guess and scores exactly from the top (`pairs.score_lead`), until no other guess can win.

All loops over parks run in straight lines over memory, so that a processor does several parks at a time.
"""

from typing import Any, Final, NamedTuple

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
TWO: Final = np.float32(2)
BIG: Final = np.float32(1e17)
MUCH: Final = np.float32(1e9)
TINY: Final = np.float32(1e-3)
POINTS: Final = np.float32(5 * 2**14)
"""No score has more points."""

NONE: Final = -1
"""The place of nothing."""

STRETCH: Final = 128
"""So many guesses are looked through at once."""


class Sketch(NamedTuple):
    """The parks in short floats, free amounts with leniency, listed for each industry; see `columns.Parks`.

    Only parks that do not refuse an industry are listed for it. N entries; those of industry i are
    start[i] … start[i + 1] − 1.

    Attributes:
        start: I + 1 offsets.
        park: N numbers of parks, ascending within an industry.
        owner: N regions.
        points: N.
        multiplier: N factors.
        investment_by: N, one over the floor.
        tax_by: N, one over the floor.
        land: T x N.
        clear: T x N.
        hall: S x N.
        largest: S x N.
        energy_by: N, one over what is free, MUCH where nothing is.
        water_by: N.
        cod_by: N.
        investment: N.
        widest: the most entries of an industry.
    """

    start: Ints
    park: Small
    owner: Small
    points: Shorts
    multiplier: Shorts
    investment_by: Shorts
    tax_by: Shorts
    land: Shorts
    clear: Shorts
    hall: Shorts
    largest: Shorts
    energy_by: Shorts
    water_by: Shorts
    cod_by: Shorts
    investment: Shorts
    widest: int


class Tariff(NamedTuple):
    """What a unit costs a lead at each entry of a sketch, in short floats, less what floats may err.

    Attributes:
        land: T x N, of land that is due in an interval: it is paid for there and in every later one.
        hall: S x N likewise.
        energy: N.
        water: N.
        cod: N.
        investment: N, of 万元.
        lead: N, of being there at all; may be negative where a county must take a least number of leads.
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
    industry, park = np.nonzero(parks.points != BARRED)
    counts = np.bincount(industry, minlength=len(parks.points))

    def here(amount: NDArray[Any]) -> Shorts:
        return np.ascontiguousarray(amount[..., park], np.float32)

    def lenient(amount: Ints) -> Shorts:
        return here(amount.astype(np.float32) * LENIENT)

    def by(amount: Ints, nothing: np.float32) -> Shorts:
        return here(np.where(amount > 0, 1.0 / np.maximum(amount, 1), nothing))

    return Sketch(
        start=np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]),
        park=park.astype(np.int32),
        owner=parks.owner[park],
        points=parks.points[industry, park].astype(np.float32),
        multiplier=here(parks.multiplier / 10_000),
        investment_by=by(parks.investment_floor, BIG),
        tax_by=by(parks.tax_floor, BIG),
        land=lenient(parks.land),
        clear=here(parks.clear),
        hall=lenient(parks.hall),
        largest=here(parks.largest),
        energy_by=by(parks.energy, MUCH),
        water_by=by(parks.water, MUCH),
        cod_by=by(parks.cod, MUCH),
        investment=lenient(parks.investment),
        widest=int(counts.max(initial=0)),
    )


def tariff(columns: Columns, parks: Sketch, table: Floats) -> Tariff:
    """Fold prices by column and park into what a lead pays.

    Args:
        columns: tells what the columns mean.
        parks: the sketch.
        table: (R + 1) x H prices, as `limits.resources_of` orders them, leads last.
    """
    land, hall = len(columns.land), len(columns.hall)
    rest = table[land + hall :]
    nothing = np.zeros(table.shape[1])

    def here(prices: Floats) -> Shorts:
        less = prices - np.abs(prices) * MARGIN
        return np.ascontiguousarray(less[..., parks.park], np.float32)

    def onward(prices: Floats) -> Shorts:
        return here(np.cumsum(prices[::-1], axis=0)[::-1])

    return Tariff(
        land=onward(table[:land]),
        hall=onward(table[land : land + hall]),
        energy=here(rest[0]),
        water=here(rest[1]),
        cod=here(rest[2]),
        investment=here(rest[3] if columns.counts_investment else nothing),
        lead=here(table[-1]),
    )


@compiled
def guess(leads: Leads, parks: Sketch, cost: Tariff, most: Most, lead: int, found: Shorts) -> tuple[int, int]:
    """Guess the reduced value of a lead from above at every park that its industry may go to.

    Args:
        leads: the leads.
        parks: the parks.
        cost: what they charge.
        most: the most points of each part.
        lead: which lead.
        found: out, a guess for each entry of the lead's industry; LOW where a rule forbids the pair for sure.

    Returns:
        the first entry of the lead's industry, and how many there are.
    """
    land, hall = np.float32(leads.needs[LAND, lead]), np.float32(leads.needs[HALL, lead])
    energy, water = np.float32(leads.needs[ENERGY, lead]), np.float32(leads.needs[WATER, lead])
    cod, invested = np.float32(leads.needs[COD, lead]), np.float32(leads.investment_wan[lead])
    fit_most, room_most = np.float32(most.fit), np.float32(most.headroom)
    first, last = parks.start[leads.industry[lead]], parks.start[leads.industry[lead] + 1]
    land_share = fit_most * (QUARTER if hall > ZERO else HALF) if land > ZERO else ZERO
    hall_share = fit_most * (QUARTER if land > ZERO else HALF) if hall > ZERO else ZERO
    fixed = fit_most - land_share - hall_share
    out, points = found[: last - first], parks.points[first:last]
    land_at, hall_at = leads.land_at[lead], leads.hall_at[lead]
    land_cost, hall_cost = cost.land[land_at][first:last], cost.hall[hall_at][first:last]
    if land > ZERO:
        investment = max(TINY, np.float32(leads.investment_ratio[lead])) * LENIENT
        tax = max(TINY, np.float32(leads.tax_ratio[lead])) * LENIENT
        investment_most, tax_most = np.float32(most.intensity), np.float32(most.tax)
        fixed -= investment_most + tax_most
        by, wanted = ONE / land, land * STRICT
        clear, free = parks.clear[land_at][first:last], parks.land[land_at][first:last]
        investment_by, tax_by = parks.investment_by[first:last], parks.tax_by[first:last]
        for entry in range(len(out)):
            over, taxed, share = investment * investment_by[entry], tax * tax_by[entry], clear[entry] * by
            value = points[entry] + fixed + investment_most * min(TWO, over)
            value += tax_most * min(TWO, taxed) + land_share * min(ONE, share)
            fits = (wanted <= free[entry]) & (over >= STRICT) & (taxed >= STRICT)
            out[entry] = value if fits else LOW
    else:
        fixed += np.float32(most.intensity // 2 + most.tax // 2)
        for entry in range(len(out)):
            out[entry] = points[entry] + fixed
    if hall > ZERO:
        by, wanted = ONE / hall, hall * STRICT
        largest, free = parks.largest[hall_at][first:last], parks.hall[hall_at][first:last]
        for entry in range(len(out)):
            share = largest[entry] * by
            value = out[entry] + hall_share * min(ONE, share)
            out[entry] = value if wanted <= free[entry] else LOW
    weight = np.float32(leads.weight[lead])
    extra, origin = weight * POINTS * MARGIN, leads.origin[lead]
    energy_by, water_by = parks.energy_by[first:last], parks.water_by[first:last]
    cod_by, multiplier = parks.cod_by[first:last], parks.multiplier[first:last]
    energy_cost, water_cost, cod_cost = cost.energy[first:last], cost.water[first:last], cost.cod[first:last]
    lead_cost, owner = cost.lead[first:last], parks.owner[first:last]
    for entry in range(len(out)):
        tight, wet, dirty = energy * energy_by[entry], water * water_by[entry], cod * cod_by[entry]
        tight = max(tight, wet, dirty)
        paid = energy * energy_cost[entry] + water * water_cost[entry] + cod * cod_cost[entry]
        paid += land * land_cost[entry] + hall * hall_cost[entry] + lead_cost[entry]
        value = (out[entry] + room_most * (ONE - tight)) * weight * multiplier[entry] + (extra - paid)
        fits = (tight <= LENIENT) & (owner[entry] != origin) & (out[entry] > LOW)
        out[entry] = value if fits else LOW
    _more(leads, parks, cost, lead, first, invested, out)
    return first, last - first


@compiled
def _more(
    leads: Leads, parks: Sketch, cost: Tariff, lead: int, first: int, invested: np.float32, out: Shorts
) -> None:
    """Do what few pools need: bounds of investment, and leads that a county holds."""
    if len(parks.investment):
        free, price = parks.investment[first : first + len(out)], cost.investment[first : first + len(out)]
        for entry in range(len(out)):
            value = out[entry] - invested * price[entry]
            out[entry] = value if invested <= free[entry] else LOW
    held = leads.held[lead]
    if held != NOWHERE:
        owner = parks.owner[first : first + len(out)]
        for entry in range(len(out)):
            out[entry] = out[entry] if owner[entry] == held else LOW


@compiled
def highest(found: Shorts, count: int, floor: np.float32) -> int:
    """Find the first of the highest guesses above a floor; NONE if there is none.

    Counting those above the best so far goes in straight lines; only few stretches hold any.
    """
    best = floor
    place = NONE
    for start in range(0, count, STRETCH):
        part = found[start : min(start + STRETCH, count)]
        over = 0
        for entry in range(len(part)):
            over += int(part[entry] > best)
        if over > 0:
            for entry in range(len(part)):
                if part[entry] > best:
                    best = part[entry]
                    place = start + entry
    return place
