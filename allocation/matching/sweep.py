"""Passes over all pairs of some leads, none of them stored: choose and bound.

Each pass guesses first (`scan.py`) and scores exactly what the guess puts on top.
"""

from typing import Final

import numpy as np

from allocation.matching.columns import Leads, Most, Parks
from allocation.matching.encode import Flags, Ints, Small
from allocation.matching.kernel import compiled
from allocation.matching.pairs import NO, score_lead
from allocation.matching.scan import LOW, NONE, ZERO, Shorts, Sketch, Tariff, guess, highest

NOBODY: Final = -1
"""Stands for no park."""

_NEARLY: Final = 1e-12
"""More than the share by which a 64-bit integer moves when it becomes a float."""


@compiled
def choose_parks(
    leads: Leads,
    parks: Sketch,
    cost: Tariff,
    most: Most,
    must: Flags,
    chosen: Ints,
    picks: Small,
    values: Shorts,
) -> None:
    """Let leads choose by the guess alone: a guide to prices. In order of industry they are faster.

    Args:
        leads: the leads.
        parks: the parks.
        cost: what they charge.
        most: the most points of each part.
        must: L flags.
        chosen: which leads.
        picks: out, as many parks, or NOBODY.
        values: out, as many guesses; 0 for who chooses none.
    """
    found = np.empty(parks.widest, np.float32)
    for place in range(len(chosen)):
        lead = chosen[place]
        first, count = guess(leads, parks, cost, most, lead, found)
        at = highest(found, count, LOW if must[lead] else ZERO)
        picks[place] = NOBODY
        values[place] = ZERO
        if at != NONE:
            picks[place] = parks.park[first + at]
            values[place] = found[at]


@compiled
def bound_leads(
    leads: Leads,
    exact: Parks,
    parks: Sketch,
    cost: Tariff,
    most: Most,
    must: Flags,
    need: Ints,
    lines: Ints,
    one: int,
    chosen: Ints,
    values: Shorts,
) -> tuple[int, int]:
    """Sum each lead's best reduced value over all parks in integers, as (high, low): high x 2^31 + low.

    No pair is passed over that could be the best: the guess is never below the exact value.

    Args:
        leads: the leads.
        exact: the parks in integers.
        parks: the same as a sketch.
        cost: what they charge: of `lines` divided by `one`.
        most: the most points of each part.
        must: L flags.
        need: L x (R + 1) what the leads use; the last column is 1.
        lines: (R + 1) x H prices in units of 1 / one.
        one: what stands for 1, a power of two.
        chosen: which leads.
        values: out, as many best reduced values.
    """
    found = np.empty(parks.widest, np.float32)
    tried = np.empty(parks.widest, np.int32)
    worths = np.empty(parks.widest, np.int64)
    high = 0
    low = 0
    for place in range(len(chosen)):
        lead = chosen[place]
        start, entries = guess(leads, parks, cost, most, lead, found)
        best, known = 0, not must[lead]
        top = highest(found, entries, ZERO if known else LOW)
        if top != NONE:  # the highest guess alone first: few others can beat what it is worth
            tried[0] = parks.park[start + top]
            score_lead(leads, exact, most, lead, tried, 1, worths)
            best, known = _raise(best, known, need[lead], lines, one, tried, 1, worths)
            floor = np.float32((best - abs(best) * _NEARLY) / one) if known else LOW
            count = _above(found[:entries], floor, parks.park[start : start + entries], tried)
            score_lead(leads, exact, most, lead, tried, count, worths)
            best, known = _raise(best, known, need[lead], lines, one, tried, count, worths)
        values[place] = best / one
        high += best >> 31
        low += best & (2**31 - 1)
    return high, low


@compiled
def _above(found: Shorts, floor: np.float32, park: Small, tried: Small) -> int:
    """List the parks whose guess is not below a floor; forbidden ones never."""
    count = 0
    for entry in range(len(found)):
        if found[entry] >= floor and found[entry] > LOW:
            tried[count] = park[entry]
            count += 1
    return count


@compiled
def _raise(
    best: int,
    known: bool,
    amounts: Ints,
    lines: Ints,
    one: int,
    tried: Small,
    count: int,
    worths: Ints,
) -> tuple[int, bool]:
    """Take the best of what is known and the exact reduced values of some parks."""
    for entry in range(count):
        if worths[entry] == NO:
            continue
        value = worths[entry] * one
        for column in range(len(lines)):
            value -= amounts[column] * lines[column, tried[entry]]
        if value > best or not known:
            best = value
            known = True
    return best, known


@compiled
def draw_on(
    first: Ints, limit: Small, column: Small, need: Ints, chosen: Ints, picks: Small, used: Ints
) -> None:
    """Add what chosen parks give to leads.

    Args:
        first: H + 1 offsets into `limit` and `column`.
        limit: the limits of each park.
        column: which column of need draws on it.
        need: L x (R + 1).
        chosen: which leads.
        picks: their parks, or NOBODY.
        used: in and out, K sums.
    """
    for place in range(len(chosen)):
        park = picks[place]
        if park != NOBODY:
            for entry in range(first[park], first[park + 1]):
                used[limit[entry]] += need[chosen[place], column[entry]]
