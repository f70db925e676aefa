"""Leads that are not where they would best be push in; who must make room looks at all parks for another.

By weak duality the gap between the bound and a placement is what leads lose against their best choice, and
room that is left, at its price (`core.py`). Both are what this search works on: a lead that loses much goes
to one of its best parks, a few small ones there move on to whatever suits them among all parks, and the whole
is taken back if it does not gain. Passes over the leads that lose most are worth more here than random moves:
among millions of leads few are in the wrong place.
"""

from typing import Final, NamedTuple

import numpy as np

from allocation.matching.encode import Flags, Ints
from allocation.matching.evict import EVICTED, bound_to, room_for
from allocation.matching.kernel import compiled
from allocation.matching.pairs import NO, score_lead
from allocation.matching.scan import LOW, NONE, ZERO, Shorts, Tariff
from allocation.matching.settle import ANYWHERE, Draws, Market, Settled, enter, leave, short_of, take_best
from allocation.matching.sweep import NOBODY

TARGETS: Final = 4
"""A lead tries to push in at so many parks; one that must be placed tries all."""

_HOMELESS: Final = np.float32(-1e9)
"""What staying counts for a lead that must be placed."""


class Kept(NamedTuple):
    """What is put back where a push loses: worths and reduced values of those who made room."""

    worth: Ints
    reduced: Shorts


@compiled
def eject(
    market: Market,
    cost: Tariff,
    draws: Draws,
    state: Settled,
    must: Flags,
    chosen: Ints,
    part: np.float32,
) -> int:
    """Let leads push in where that gains reduced value, one after the other.

    Args:
        market: the pool.
        cost: what parks charge; `state.reduced` is at these prices.
        draws: the limits.
        state: in and out.
        must: L flags; such leads never make room.
        chosen: which leads.
        part: an evicted lead is thought to lose this share of what it pays, at most its reduced value: the
            larger, the more do leads make room that would stay out.

    Returns:
        how many gained.
    """
    parks = market.parks
    found = np.empty(parks.widest, np.float32)
    other = np.empty(parks.widest, np.float32)
    worth = np.empty(1, np.int64)
    tops = np.empty(parks.widest + 1, np.int64)
    lack = np.empty(len(draws.limit) + 1, np.int64)
    out = np.empty((2, EVICTED), np.int64)
    kept = Kept(np.empty(EVICTED, np.int64), np.empty(EVICTED, np.float32))
    won = 0
    for lead in chosen:
        held = state.park[lead]
        if held != NOBODY and bound_to(draws, state, lead):
            continue
        now = _step_aside(market, cost, draws, state, must[lead], lead, found, worth)
        won += state.park[lead] != held
        if state.park[lead] != NOBODY and bound_to(draws, state, lead):
            continue
        first = parks.start[market.leads.industry[lead]]
        count = parks.start[market.leads.industry[lead] + 1] - first
        listed = _best_of(found, count, now, count if must[lead] else TARGETS, tops)
        most_gain, target, number = ZERO, NONE, 0
        for place in range(listed):
            gain = found[tops[place]] - now
            if gain <= most_gain:
                break
            park = parks.park[first + tops[place]]
            loss, size = room_for(draws, state, must, lead, park, part, gain - most_gain, lack, out[0])
            if size != NONE:
                most_gain, target, number = gain - loss, tops[place], size
                out[1] = out[0]
        if target != NONE:
            park, gone, gain = parks.park[first + target], out[1, :number], found[target] - now
            won += _push(
                market, cost, draws, state, lead, park, found[target], gain, gone, kept, other, worth
            )
    return won


@compiled
def _step_aside(
    market: Market,
    cost: Tariff,
    draws: Draws,
    state: Settled,
    demanded: bool,
    lead: int,
    found: Shorts,
    worth: Ints,
) -> np.float32:
    """Move a lead to a better park that has room, if there is one; return what it then has.

    Args:
        market: the pool.
        cost: what parks charge.
        draws: the limits.
        state: in and out.
        demanded: whether it must be placed.
        lead: which lead.
        found: out, its guesses.
        worth: scratch, one number.
    """
    now: np.float32 = state.reduced[lead]
    held, held_worth = state.park[lead], state.worth[lead]
    if held != NOBODY:
        leave(draws, state, lead)
    elif demanded:
        now = _HOMELESS
    moved = take_best(market, cost, draws, state, lead, now, ANYWHERE, found, worth)
    if moved != LOW:
        return moved
    if held != NOBODY:
        enter(draws, state, lead, held, held_worth, now)
    return now


@compiled
def _push(
    market: Market,
    cost: Tariff,
    draws: Draws,
    state: Settled,
    lead: int,
    park: int,
    reduced: np.float32,
    gain: np.float32,
    gone: Ints,
    kept: Kept,
    other: Shorts,
    worth: Ints,
) -> int:
    """Put a lead into a park, and those who make room wherever suits them; take it back if that loses.

    Args:
        market: the pool.
        cost: what parks charge.
        draws: the limits.
        state: in and out.
        lead: who wants in.
        park: where.
        reduced: its reduced value there.
        gain: what it gains there.
        gone: who makes room.
        kept: scratch.
        other: scratch, as wide as the widest industry.
        worth: scratch, one number.

    Returns:
        1 if it gains, 0 if it was taken back.
    """
    one = np.empty(1, np.int32)
    one[0] = park
    score_lead(market.leads, market.exact, market.most, lead, one, 1, worth)
    if worth[0] == NO:
        return 0
    was_short, entered, total = short_of(draws, state, park), worth[0], float(gain)
    held, held_worth, held_reduced = state.park[lead], state.worth[lead], state.reduced[lead]
    for place in range(len(gone)):
        other_lead = gone[place]
        kept.worth[place], kept.reduced[place] = state.worth[other_lead], state.reduced[other_lead]
        total -= float(state.reduced[other_lead])
        leave(draws, state, other_lead)
    if held != NOBODY:
        leave(draws, state, lead)
    enter(draws, state, lead, park, entered, reduced)
    for place in range(len(gone)):
        moved = take_best(market, cost, draws, state, gone[place], ZERO, ANYWHERE, other, worth)
        total += max(0.0, float(moved))
    if total > 0.0 and (was_short or not short_of(draws, state, park)):
        return 1
    leave(draws, state, lead)
    for place in range(len(gone)):
        if state.park[gone[place]] != NOBODY:
            leave(draws, state, gone[place])
    for place in range(len(gone)):
        enter(draws, state, gone[place], park, kept.worth[place], kept.reduced[place])
    if held != NOBODY:
        enter(draws, state, lead, held, held_worth, held_reduced)
    return 0


@compiled
def _best_of(found: Shorts, count: int, floor: np.float32, wanted: int, tops: Ints) -> int:
    """List the highest guesses above a floor, best first; the first of equals wins."""
    listed = 0
    least = max(floor, LOW)
    for entry in range(count):
        if found[entry] <= least:
            continue
        place = listed
        while place > 0 and found[tops[place - 1]] < found[entry]:
            tops[place] = tops[place - 1]
            place -= 1
        tops[place] = entry
        listed = min(wanted, listed + 1)
        if listed == wanted:
            least = max(floor, found[tops[wanted - 1]])
    return listed
