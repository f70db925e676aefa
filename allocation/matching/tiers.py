"""The positioning of each industry at each park, as a table.

The same tiers as `scoring.tier_bp` and the same bars as `eligibility.blockers`, one entry for an industry and
a park instead of one for a lead and a park.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from allocation.matching.columns import BARRED
from allocation.matching.encode import Ints
from allocation.matching.pool import CLASS_DIGITS, CountyCount, Industry, Pool
from allocation.units import WHOLE

NO_COUNT: Final = CountyCount()

CHAIN: Final = "chain"
"""Stands where an industry has its edition; no edition is called so."""


def tier_points(pool: Pool, industries: Sequence[Industry]) -> Ints:
    """Place each industry in a tier of each park (see `scoring.tier_bp`), or bar it there."""
    weights = pool.weights
    tags = [_of_lead(item) | _of_chains(pool.chains.get(item, frozenset())) for item in industries]
    found = np.full((len(industries), len(pool.parks)), BARRED, np.int64)
    for number, park in enumerate(pool.parks):
        if pool.limits.get(park.owner, NO_COUNT).max_leads == 0:
            continue
        county = pool.counties.get(park.owner)
        near = [pool.chains.get(item, frozenset()) for item in park.leading | park.main]
        tiers = (
            (_of_park(park.leading), weights.leading_bp),
            (_of_park(park.main), weights.main_bp),
            (_of_chains(frozenset() if county is None else county.chains), weights.county_chain_bp),
            (_of_chains(frozenset().union(*near)), weights.park_chain_bp),
        )
        forbidden = _of_park(park.forbidden)
        for row, own in enumerate(tags):
            if not forbidden.isdisjoint(own):
                continue
            reached = next((share for named, share in tiers if not named.isdisjoint(own)), weights.other_bp)
            if not (pool.rules.positioning_gate and reached == weights.other_bp):
                found[row, number] = weights.positioning * reached // WHOLE
    return found


def _of_lead(industry: Industry) -> frozenset[tuple[str, str]]:
    """List every class that covers an industry: its code, filled with zeros, and each beginning of it."""
    code = industry.code.ljust(CLASS_DIGITS, "0")
    return frozenset((industry.edition, code[:length]) for length in range(len(code) + 1))


def _of_park(industries: frozenset[Industry]) -> frozenset[tuple[str, str]]:
    return frozenset((industry.edition, industry.code) for industry in industries)


def _of_chains(chains: frozenset[str]) -> frozenset[tuple[str, str]]:
    return frozenset((CHAIN, chain) for chain in chains)
