"""The compiled chain of the search: take a lead to a host, make room for it, settle who had to go, fill up.

One attempt keeps every upper limit throughout.
"""

from typing import Final

import numpy as np

from allocation.matching.chance import Words, below, unit
from allocation.matching.core import ROW, Core
from allocation.matching.encode import STAYS, UNLIMITED, Ints
from allocation.matching.kernel import inlined
from allocation.matching.state import State, best_fit, measure, move

NEVER: Final = -(2**62)
"""The gain of an attempt that came to nothing."""

EVICTED: Final = 3
"""At most so many leads make room for one."""

FILLED: Final = 6
"""At most so many leads fill the room that an attempt leaves."""

TRIED: Final = 8
"""So many who suffice alone are asked where else they could go; whom to ask first is left to chance."""

_SHORT: Final = 2.0
"""How many times its price room that is still missing counts against who goes first of several."""

_TRACE: Final = 1e-9
"""Room that is missing counts at least this, also where it is free."""

_NOWHERE: Final = -1
"""No host."""


@inlined
def attempt(core: Core, state: State, pair: int, wanted: float, blur: float, chance: Words) -> int:
    """Take a lead to a pair, and do all that follows from it.

    Args:
        core: the core.
        state: changed in place; its log holds this attempt.
        pair: of the core.
        wanted: the least gain that is accepted; an attempt that cannot reach it may end early.
        blur: how far choices among those who make room are blurred, in worth.
        chance: for that.

    Returns:
        the change of worth, or NEVER if there is no room.
    """
    state.logged[0] = 0
    lead = core.lead[pair]
    gain = move(core, state, lead, STAYS)
    made = make_room(core, state, pair, blur, chance)
    if made == NEVER:
        return NEVER
    evicted = state.logged[0]
    gain += made + move(core, state, lead, pair)
    for entry in range(1, evicted):
        who = state.lead_log[entry]
        to = best_fit(core, state, who, _NOWHERE, core.stay[who])
        if to != STAYS:
            gain += move(core, state, who, to)
    return refill(core, state, gain, wanted)


@inlined
def victim(core: Core, state: State, host: int, row: int, more: bool, blur: float, chance: Words) -> int:
    """Choose who leaves a host to make room: who suffices alone at the least loss, else who helps most.

    Args:
        core: the core.
        state: `room` is measured at this host.
        host: where room is wanted.
        row: how much: a row of need.
        more: whether others may leave after.
        blur: how far choices among who helps are blurred.
        chance: for that.

    Returns:
        a lead, or STAYS if nobody will do.
    """
    best, helper = STAYS, STAYS
    least, lowest = np.inf, np.inf
    first, count = core.nearby[host], state.number[host]
    offset = below(chance, count)
    tried = 0
    for turn in range(count):
        place = first + (offset + turn) % count
        missing = short_of(core, state, host, row, place)
        if missing == 0.0:
            if state.loss[place, 1] >= least:
                continue
            tried += 1
            if tried > TRIED:
                break
            lead = state.here[place]
            loss = state.loss[place, 0] - core.stay[lead]
            to = best_fit(core, state, lead, host, state.loss[place, 0] - min(loss, least))
            if to != STAYS:
                loss = state.loss[place, 0] - core.worth[to]
            if loss < least:
                best, least = lead, loss
        elif more:
            loss = state.loss[place, 0] + _SHORT * missing + blur * unit(chance)
            if loss < lowest:
                helper, lowest = state.here[place], loss
    return helper if best == STAYS else best


@inlined
def short_of(core: Core, state: State, host: int, row: int, place: int) -> float:
    """Price what a row of need still lacks at a host if the lead at a place goes; 0 if nothing."""
    missing = 0.0
    drawn = core.drawn[host]
    for slot in range(core.drawn[host + 1] - drawn):
        lack = core.need[row, core.counted[drawn + slot]] - state.amount[place, slot] - state.room[slot]
        if lack > 0:
            missing += max(core.price[drawn + slot], 0.0) * lack + _TRACE
    return missing


@inlined
def make_room(core: Core, state: State, pair: int, blur: float, chance: Words) -> int:
    """Evict until a pair fits; return the change of worth, or NEVER."""
    host = core.host[pair]
    row = core.row[pair]
    gain = 0
    turn = 1
    measure(core, state, host)
    while lacks(core, host, row, state.room):
        lead = victim(core, state, host, row, turn < EVICTED, blur, chance)
        if lead == STAYS:
            return NEVER
        gain += move(core, state, lead, STAYS)
        turn += 1
        measure(core, state, host)
    return gain


@inlined
def lacks(core: Core, host: int, row: int, room: Ints) -> bool:
    """Tell whether the room measured at a host is too little for a row of need."""
    first = core.drawn[host]
    for slot in range(core.drawn[host + 1] - first):
        if core.need[row, core.counted[first + slot]] > room[slot]:
            return True
    return False


@inlined
def exceeds(amounts: Ints, room: Ints) -> bool:
    """Tell whether amounts, one a slot, are more than the room."""
    for slot in range(len(amounts)):  # noqa: SIM110 - a generator would not compile to a plain loop
        if amounts[slot] > room[slot]:
            return True
    return False


@inlined
def priced_room(core: Core, host: int, room: Ints) -> float:
    """Price the room measured at a host: about what filling it can win."""
    total = 0.0
    first = core.drawn[host]
    for slot in range(core.drawn[host + 1] - first):
        if room[slot] < UNLIMITED and core.price[first + slot] > 0.0:
            total += core.price[first + slot] * room[slot]
    return total


@inlined
def filler(core: Core, state: State, host: int) -> int:
    """Find the pair that wins most in the room measured at a host; STAYS if none wins."""
    want, words, worth = state.want, state.words, core.near_worth
    found = STAYS
    best = 0
    for word in range(core.nearby[host] // ROW, core.nearby[host + 1] // ROW):
        if words[word] == 0:
            continue
        if best > 0 and worth[word * ROW] - core.lowest <= best:
            break
        for place in range(word * ROW, word * ROW + ROW):
            if want[place] and not exceeds(core.near_need[place], state.room):
                gain = worth[place] - state.now[core.near_lead[place]]
                if gain > best:
                    found = core.near[place]
                    best = gain
    return found


@inlined
def refill(core: Core, state: State, gain: int, wanted: float) -> int:
    """Fill the hosts that leads left, as long as the attempt can still be wanted.

    Args:
        core: the core.
        state: its log tells which leads moved from where.
        gain: of the attempt so far.
        wanted: the least gain that is accepted.

    Returns:
        the gain with it.
    """
    fills = 0
    entry = 0
    while entry < state.logged[0]:
        left = state.pair_log[entry]
        entry += 1
        if left == STAYS:
            continue
        host = core.host[left]
        while fills < FILLED:
            measure(core, state, host)
            if gain + priced_room(core, host, state.room) < wanted:
                break
            pair = filler(core, state, host)
            if pair == STAYS:
                break
            gain += move(core, state, core.lead[pair], pair)
            fills += 1
    return gain
