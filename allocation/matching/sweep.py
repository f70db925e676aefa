"""Passes over all pairs of some leads, none of them stored: choose, keep the best, bound.

Each pass guesses first (`scan.py`) and scores exactly what the guess puts on top.
"""

from typing import Final

import numpy as np

from allocation.matching.columns import Leads, Most, Parks
from allocation.matching.encode import Flags, Ints, Small
from allocation.matching.kernel import compiled
from allocation.matching.pairs import NO, score_lead
from allocation.matching.scan import LOW, Shorts, Sketch, Tariff, guess

NOBODY: Final = -1
"""Stands for no park."""

_FEW: Final = 4
"""So many parks are scored at once without asking which is best."""

_NEARLY: Final = 1e-12
"""More than the share by which a 64-bit integer moves when it becomes a float."""


@compiled
def choose_parks(
    leads: Leads, parks: Sketch, cost: Tariff, most: Most, must: Flags, chosen: Ints, picks: Small
) -> float:
    """Let leads choose by the guess alone: a guide to prices.

    Args:
        leads: the leads.
        parks: the parks.
        cost: what they charge.
        most: the most points of each part.
        must: L flags.
        chosen: which leads.
        picks: out, as many parks, or NOBODY.

    Returns:
        The sum of their guesses.
    """
    found = np.empty(len(parks.owner), np.float32)
    total = 0.0
    for place in range(len(chosen)):
        lead = chosen[place]
        guess(leads, parks, cost, most, lead, found)
        best = float(LOW) if must[lead] else 0.0
        picks[place] = NOBODY
        for park in range(len(found)):
            if found[park] > best:
                best = float(found[park])
                picks[place] = park
        if picks[place] != NOBODY:
            total += best
    return total


@compiled
def keep_parks(
    leads: Leads,
    exact: Parks,
    parks: Sketch,
    cost: Tariff,
    most: Most,
    first: int,
    hosts: Small,
    worths: Ints,
    counts: Ints,
) -> None:
    """List each lead's best parks by guess, and score them.

    Args:
        leads: the leads.
        exact: the parks in integers.
        parks: the same as a sketch.
        cost: what they charge.
        most: the most points of each part.
        first: number of the first lead.
        hosts: out, leads x keep: parks, ascending.
        worths: out, the same shape: exact worths.
        counts: out, how many of each lead are allowed.
    """
    keep = hosts.shape[1]
    found = np.empty(len(parks.owner), np.float32)
    value = np.empty(keep + 1, np.float32)
    number = np.empty(keep + 1, np.int32)
    for place in range(len(hosts)):
        guess(leads, parks, cost, most, first + place, found)
        listed = _top(found, keep, value, number)
        number[:listed].sort()
        score_lead(leads, exact, most, first + place, number, listed, worths[place])
        kept = 0
        for entry in range(listed):
            if worths[place, entry] != NO:
                hosts[place, kept] = number[entry]
                worths[place, kept] = worths[place, entry]
                kept += 1
        counts[place] = kept


@compiled
def _top(found: Shorts, keep: int, value: Shorts, number: Small) -> int:
    """List the highest guesses, best first; the first of equals wins."""
    listed = 0
    least = LOW
    for park in range(len(found)):
        if found[park] <= least:
            continue
        place = listed
        while place > 0 and value[place - 1] < found[park]:
            value[place] = value[place - 1]
            number[place] = number[place - 1]
            place -= 1
        value[place] = found[park]
        number[place] = park
        listed = min(keep, listed + 1)
        if listed == keep:
            least = value[keep - 1]
    return listed


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
    first: int,
    last: int,
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
        first: number of the first lead.
        last: the number after the last one.
    """
    found = np.empty(len(parks.owner), np.float32)
    tried = np.empty(len(parks.owner), np.int32)
    worths = np.empty(len(parks.owner), np.int64)
    high = 0
    low = 0
    for lead in range(first, last):
        guess(leads, parks, cost, most, lead, found)
        best, known = 0, not must[lead]
        count = _above(found, 0.0, known, tried)
        if count > _FEW:  # the highest guess alone first: few others can beat what it is worth
            tried[0] = np.argmax(found)
            score_lead(leads, exact, most, lead, tried, 1, worths)
            best, known = _raise(best, known, need[lead], lines, one, tried, 1, worths)
            count = _above(found, (best - abs(best) * _NEARLY) / one, known, tried)
        score_lead(leads, exact, most, lead, tried, count, worths)
        best, known = _raise(best, known, need[lead], lines, one, tried, count, worths)
        high += best >> 31
        low += best & (2**31 - 1)
    return high, low


@compiled
def _above(found: Shorts, floor: float, known: bool, tried: Small) -> int:
    """List the parks whose guess is above a floor; every allowed one if there is none yet."""
    count = 0
    for park in range(len(found)):
        if found[park] > (floor if known else LOW):
            tried[count] = park
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
