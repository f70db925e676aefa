"""Leads settle one after the other, each where its reduced value is highest among all parks with room.

Nobody is bound to a list of candidates: among thousands of parks the best few of many leads are the same, and
fill up. What matters is the order. Whoever is worth much for what is scarce goes first, large ones before
small ones of the same worth: the small ones still fit into what is left.
"""

from typing import Final, NamedTuple

import numpy as np

from allocation.matching.columns import Leads, Most, Parks
from allocation.matching.encode import Ints, Small
from allocation.matching.kernel import compiled, inlined
from allocation.matching.pairs import NO, score_lead
from allocation.matching.scan import LOW, NONE, Shorts, Sketch, Tariff, guess
from allocation.matching.sweep import NOBODY

ANYWHERE: Final = False
DEMANDED: Final = True
"""Whether any park will do, or only one with a limit that is below its least."""


class Market(NamedTuple):
    """What settling reads.

    Attributes:
        leads: the leads.
        exact: the parks in integers.
        parks: the same as a sketch.
        most: the most points of each part.
    """

    leads: Leads
    exact: Parks
    parks: Sketch
    most: Most


class Draws(NamedTuple):
    """What bounds the leads together; see `descent.Frame`.

    Attributes:
        first: H + 1 offsets into `limit` and `column`.
        limit: the limits of each park.
        column: which column of need draws on it.
        need: L x (R + 1).
        most: K upper bounds.
        least: K lower bounds.
    """

    first: Ints
    limit: Small
    column: Small
    need: Ints
    most: Ints
    least: Ints


class Settled(NamedTuple):
    """Who is where, changed in place.

    Attributes:
        park: L parks, or NOBODY.
        worth: L exact worths; 0 for a lead that stays.
        reduced: L reduced values at the prices of the day; 0 for a lead that stays.
        free: K, what is left of each limit.
        head: H, a lead at each park, or NOBODY.
        after, before: L, the lead's neighbours in the list of its park.
    """

    park: Small
    worth: Ints
    reduced: Shorts
    free: Ints
    head: Small
    after: Small
    before: Small


def nobody_settled(draws: Draws) -> Settled:
    """Make a state in which all leads stay."""
    leads, parks = len(draws.need), len(draws.first) - 1
    return Settled(
        park=np.full(leads, NOBODY, np.int32),
        worth=np.zeros(leads, np.int64),
        reduced=np.zeros(leads, np.float32),
        free=draws.most.copy(),
        head=np.full(parks, NOBODY, np.int32),
        after=np.full(leads, NOBODY, np.int32),
        before=np.full(leads, NOBODY, np.int32),
    )


@inlined
def enter(draws: Draws, state: Settled, lead: int, park: int, worth: int, reduced: np.float32) -> None:
    """Put a lead that stays into a park, whether it fits or not."""
    state.park[lead], state.worth[lead], state.reduced[lead] = park, worth, reduced
    next_ = state.head[park]
    state.after[lead], state.before[lead] = next_, NOBODY
    if next_ != NOBODY:
        state.before[next_] = lead
    state.head[park] = lead
    for entry in range(draws.first[park], draws.first[park + 1]):
        state.free[draws.limit[entry]] -= draws.need[lead, draws.column[entry]]


@inlined
def leave(draws: Draws, state: Settled, lead: int) -> None:
    """Take a lead out of its park."""
    park, before, after = state.park[lead], state.before[lead], state.after[lead]
    if before == NOBODY:
        state.head[park] = after
    else:
        state.after[before] = after
    if after != NOBODY:
        state.before[after] = before
    for entry in range(draws.first[park], draws.first[park + 1]):
        state.free[draws.limit[entry]] += draws.need[lead, draws.column[entry]]
    state.park[lead], state.worth[lead], state.reduced[lead] = NOBODY, 0, np.float32(0)


@inlined
def fits(draws: Draws, state: Settled, lead: int, park: int) -> bool:
    """Tell whether a lead fits into what a park has left."""
    for entry in range(draws.first[park], draws.first[park + 1]):
        if state.free[draws.limit[entry]] < draws.need[lead, draws.column[entry]]:
            return False
    return True


@inlined
def short_of(draws: Draws, state: Settled, park: int) -> bool:
    """Tell whether a park has a limit that is below its least."""
    for entry in range(draws.first[park], draws.first[park + 1]):
        limit = draws.limit[entry]
        if draws.most[limit] - state.free[limit] < draws.least[limit]:
            return True
    return False


@compiled
def take_best(
    market: Market,
    cost: Tariff,
    draws: Draws,
    state: Settled,
    lead: int,
    floor: np.float32,
    demanded: bool,
    found: Shorts,
    worth: Ints,
) -> np.float32:
    """Put a lead that stays into the best park that has room, by guess; leave it if there is none.

    Args:
        market: the pool.
        cost: what parks charge.
        draws: the limits.
        state: in and out.
        lead: which lead.
        floor: a guess must be above it.
        demanded: only parks with a limit that is below its least.
        found: scratch, as wide as the widest industry.
        worth: scratch, one number.

    Returns:
        its reduced value there, or LOW.
    """
    parks = market.parks
    first, count = guess(market.leads, parks, cost, market.most, lead, found)
    one = np.empty(1, np.int32)
    while True:
        best, at = floor, NONE
        for entry in range(count):
            if found[entry] > best:
                park = parks.park[first + entry]
                if fits(draws, state, lead, park) and (not demanded or short_of(draws, state, park)):
                    best, at = found[entry], entry
        if at == NONE:
            return LOW
        one[0] = parks.park[first + at]
        score_lead(market.leads, market.exact, market.most, lead, one, 1, worth)
        if worth[0] != NO:
            enter(draws, state, lead, one[0], worth[0], best)
            return best
        found[at] = LOW  # the exact rules know more than the guess


@compiled
def settle(
    market: Market,
    cost: Tariff,
    draws: Draws,
    state: Settled,
    chosen: Ints,
    floor: np.float32,
    demanded: bool,
) -> None:
    """Settle leads in the order given; who has a park already keeps it.

    Args:
        market: the pool.
        cost: what parks charge.
        draws: the limits.
        state: in and out.
        chosen: which leads.
        floor: a reduced value must be above it.
        demanded: only where a limit is below its least.
    """
    found = np.empty(market.parks.widest, np.float32)
    worth = np.empty(1, np.int64)
    for lead in chosen:
        if state.park[lead] == NOBODY:
            take_best(market, cost, draws, state, lead, floor, demanded, found, worth)
