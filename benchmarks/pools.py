"""Synthetic pools of a stated shape, from a seed: what the matcher's benchmarks solve.

Sizes have heavy tails, as real projects do: investment is log-normal, land follows from an intensity,
resources from an industry's appetite. Nothing here is tuned to the matcher; what is tuned is that about 38 %
of all pairs are allowed and that all leads together want `load` times the land. The kernel that scores real
pools scores the pairs.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from allocation.matching.columns import (
    BARRED,
    NOWHERE,
    Capacities,
    Columns,
    Leads,
    Most,
    Parks,
    free_of,
    ratio_and_tail,
    within_county,
)
from allocation.matching.encode import UNLIMITED, Encoded, Ints, Small
from allocation.matching.limits import encode_columns
from allocation.matching.pool import Weights
from allocation.units import FEN_PER_WAN, WHOLE

Floats = NDArray[np.float64]

INDUSTRIES: Final = 40
CHAINS: Final = 14
CITY_PARK_SHARE: Final = 0.06
"""This share of parks belongs to a city: no county's quotas bind there."""
BARRED_SHARE: Final = 0.39
"""A park refuses this share of the industries that it does not stand for."""
REPLAN_SHARE: Final = 0.2
"""In this share of parks the later land is not clear yet."""
SECOND_CHAIN_SHARE: Final = 0.4
"""This share of industries belongs to two chains."""
COUNTY_CHAIN_SHARE: Final = 0.15
"""A county stands for this share of the chains."""
HALL_ONLY_SHARE: Final = 0.15
"""This share of leads asks for a hall and no land."""
BOTH_SHARE: Final = 0.08
"""This share of leads asks for both."""
LATER_SHARE: Final = 0.4
"""This share of leads can wait for the later land."""

WEIGHTS: Final = Weights()


@dataclass(frozen=True, slots=True)
class Shape:
    """How many of everything."""

    leads: int
    parks: int
    counties: int


SHAPES: Final = {
    "city": Shape(2_000, 25, 10),
    "province": Shape(20_000, 300, 100),
    "country": Shape(1_500_000, 5_000, 2_800),
}


@dataclass(frozen=True, slots=True)
class Industries:
    """What the industries are like: chains (I x CHAINS flags), appetites (I x 3, by fixed investment)."""

    chains: NDArray[np.bool_]
    appetite: Floats


def synthetic(shape: Shape, *, load: float, seed: int) -> Columns:
    """Make a pool as columns.

    Args:
        shape: numbers of leads, parks and counties.
        load: what all leads want, as a multiple of all land.
        seed: same seed, same pool.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    industries = _industries(rng)
    county = _counties(rng, shape)
    leads, needs = _leads(rng, shape, industries)
    capacities = _capacities(rng, shape, county, needs, load)
    points = _points(rng, shape, county, industries)
    owner = np.where(county == NOWHERE, shape.counties, county).astype(np.int32)
    first, later = capacities.land[0], capacities.land[1]
    replan = rng.random(shape.parks) < REPLAN_SHARE
    parks = Parks(
        owner=owner,
        points=points,
        multiplier=np.full(shape.parks, WHOLE, np.int64),
        investment_floor=(rng.choice([200, 250, 300, 350, 400], shape.parks) * FEN_PER_WAN).astype(np.int64),
        tax_floor=(rng.choice([0, 8, 12, 16, 20], shape.parks) * FEN_PER_WAN).astype(np.int64),
        land=within_county(free_of(capacities.land), county, capacities.quota[0]),
        clear=np.stack([first, np.where(replan, first, later)]),
        hall=free_of(capacities.hall),
        largest=np.minimum(capacities.hall, rng.choice([5_000, 10_000, 20_000, 40_000], shape.parks)),
        energy=within_county(capacities.rest[0], county, capacities.quota[1]),
        water=capacities.rest[1],
        cod=within_county(capacities.rest[2], county, capacities.quota[2]),
        investment=np.full(shape.parks, UNLIMITED, np.int64),
    )
    return Columns(
        leads=leads,
        parks=parks,
        capacities=capacities,
        most=Most(WEIGHTS.fit, WEIGHTS.headroom, WEIGHTS.intensity, WEIGHTS.tax),
        must=np.zeros(shape.leads, np.bool_),
        counties=names("C", shape.counties),
        land=("land@now", "land@later"),
        hall=("hall@now",),
    )


def encoded(shape: Shape, *, load: float, seed: int) -> Encoded:
    """Make a pool with all its pairs."""
    columns = synthetic(shape, load=load, seed=seed)
    return encode_columns(columns, names("L", shape.leads), names("P", shape.parks))


def names(letter: str, count: int) -> tuple[str, ...]:
    """Name things so that their order is the order of their numbers."""
    return tuple(f"{letter}{number:07d}" for number in range(count))


def _industries(rng: np.random.Generator) -> Industries:
    chains = np.zeros((INDUSTRIES, CHAINS), np.bool_)
    chains[np.arange(INDUSTRIES), rng.integers(0, CHAINS, INDUSTRIES)] = True
    second = rng.random(INDUSTRIES) < SECOND_CHAIN_SHARE
    chains[np.flatnonzero(second), rng.integers(0, CHAINS, int(second.sum()))] = True
    return Industries(chains, rng.lognormal(0.0, 0.8, (INDUSTRIES, 3)))


def _counties(rng: np.random.Generator, shape: Shape) -> Small:
    """Spread the parks over the counties: each has one while they last, the rest fall anywhere."""
    spread = np.concatenate(
        [
            rng.permutation(shape.counties)[: shape.parks],
            rng.integers(0, shape.counties, max(0, shape.parks - shape.counties)),
        ]
    ).astype(np.int32)
    return np.where(rng.random(shape.parks) < CITY_PARK_SHARE, NOWHERE, spread).astype(np.int32)


def _leads(rng: np.random.Generator, shape: Shape, industries: Industries) -> tuple[Leads, Ints]:
    count = shape.leads
    industry = (INDUSTRIES * rng.beta(0.9, 1.6, count)).astype(np.int32)
    fixed_wan = np.clip(rng.lognormal(np.log(15_000), 1.1, count), 500, 2_000_000)
    intensity_wan = rng.lognormal(np.log(330), 0.45, count)
    kind = rng.random(count)
    land = np.where(kind < HALL_ONLY_SHARE, 0, np.maximum(100, 100 * fixed_wan / intensity_wan))
    hall = np.where(
        (kind < HALL_ONLY_SHARE) | (kind > 1 - BOTH_SHARE),
        np.maximum(300, fixed_wan * rng.uniform(0.2, 0.6, count)),
        0,
    )
    base = fixed_wan[:, None] * industries.appetite[industry] * rng.lognormal(0.0, 0.6, (count, 3))
    dry = rng.random((count, 3)) < np.array([0.02, 0.1, 0.3])
    rest = np.where(dry, 0, base * np.array([0.15, 0.01, 0.2]))
    needs = np.vstack([land, hall, rest.T]).astype(np.int64)
    fixed = fixed_wan.astype(np.int64) * FEN_PER_WAN
    tax = (fixed_wan * rng.lognormal(np.log(0.075), 0.5, count)).astype(np.int64) * FEN_PER_WAN
    total = (fixed * rng.uniform(1.1, 1.6, count)).astype(np.int64)
    investment_ratio, investment_tail = ratio_and_tail(fixed, needs[0], WEIGHTS.intensity)
    tax_ratio, tax_tail = ratio_and_tail(tax, needs[0], WEIGHTS.tax)
    thresholds = np.array([line[0] for line in WEIGHTS.by_investment])
    weights = np.array([line[1] for line in WEIGHTS.by_investment], np.int64)
    leads = Leads(
        industry=industry,
        origin=rng.integers(0, shape.counties, count).astype(np.int32),
        held=np.full(count, NOWHERE, np.int32),
        weight=weights[np.searchsorted(thresholds, total, side="right") - 1],
        investment_ratio=investment_ratio,
        investment_tail=investment_tail,
        tax_ratio=tax_ratio,
        tax_tail=tax_tail,
        needs=needs,
        land_at=(rng.random(count) < LATER_SHARE).astype(np.int32),
        hall_at=np.zeros(count, np.int32),
        investment_wan=-(-total // FEN_PER_WAN),
        declined_from=np.zeros(count + 1, np.int64),
        declined=np.zeros(0, np.int32),
    )
    return leads, needs


def _capacities(
    rng: np.random.Generator, shape: Shape, county: Small, needs: Ints, load: float
) -> Capacities:
    """Share out the demand over the load: land is short as stated, the rest a little less."""
    size = rng.lognormal(0.0, 0.7, shape.parks)
    size /= size.sum()

    def spread(total: float, share: Floats) -> Ints:
        noise = share * rng.lognormal(0.0, 0.35, shape.parks)
        return np.asarray(total / load * noise / noise.sum(), np.int64)

    demand = [float(amount) for amount in needs.sum(axis=1)]
    later = spread(demand[0], size)
    first = (later * rng.uniform(0.45, 0.85, shape.parks)).astype(np.int64)
    hall = spread(demand[1] * 1.05, size)
    rest = np.stack(
        [spread(demand[2] * 1.1, size), spread(demand[3] * 1.2, size), spread(demand[4] * 1.1, size)]
    )
    inside = county != NOWHERE

    def quota(amount: Ints, low: float, high: float) -> Ints:
        total = np.bincount(county[inside], amount[inside].astype(np.float64), shape.counties)
        return np.asarray(total * rng.uniform(low, high, shape.counties), np.int64)

    return Capacities(
        land=np.stack([first, later]),
        hall=hall[None, :],
        rest=rest,
        county=county,
        quota=np.stack([quota(later, 0.8, 1.1), quota(rest[0], 0.75, 1.1), quota(rest[2], 0.75, 1.1)]),
        most=_most_leads(rng, shape, county, later),
        least=np.zeros(shape.counties, np.int64),
        investment=np.full(shape.counties, UNLIMITED, np.int64),
    )


def _most_leads(rng: np.random.Generator, shape: Shape, county: Small, land: Ints) -> Ints:
    """Bound the leads of each county by 1.0 to 1.6 times its share of the land."""
    inside = county != NOWHERE
    share = np.bincount(county[inside], land[inside].astype(np.float64), shape.counties) / land.sum()
    return np.asarray(shape.leads * share * rng.uniform(1.0, 1.6, shape.counties), np.int64) + 1


def _points(rng: np.random.Generator, shape: Shape, county: Small, industries: Industries) -> Ints:
    """Place each industry in a tier of each park, or bar it."""
    tiers = [
        WEIGHTS.positioning * share // WHOLE
        for share in (
            WEIGHTS.other_bp,
            WEIGHTS.park_chain_bp,
            WEIGHTS.county_chain_bp,
            WEIGHTS.main_bp,
            WEIGHTS.leading_bp,
        )
    ]
    parks = np.arange(shape.parks)
    own = np.zeros((INDUSTRIES, shape.parks), np.bool_)
    points = np.full((INDUSTRIES, shape.parks), tiers[0], np.int64)
    named: list[Any] = [rng.integers(0, INDUSTRIES, shape.parks) for _ in range(4)]
    for industry in named:
        own[industry, parks] = True
    park_chains = industries.chains.T.astype(np.int64) @ own.astype(np.int64) > 0
    points[(industries.chains.astype(np.int64) @ park_chains.astype(np.int64)) > 0] = tiers[1]
    county_chains = rng.random((CHAINS, shape.counties + 1)) < COUNTY_CHAIN_SHARE
    county_chains[:, shape.counties] = False
    reached = (industries.chains.astype(np.int64) @ county_chains.astype(np.int64)) > 0
    points[reached[:, county]] = tiers[2]
    for industry in named[1:]:
        points[industry, parks] = tiers[3]
    points[named[0], parks] = tiers[4]
    barred = (rng.random((INDUSTRIES, shape.parks)) < BARRED_SHARE) & ~own
    points[barred] = BARRED
    return points
