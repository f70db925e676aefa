"""The compiled chain of the search: take a lead to a host, make room for it, settle who had to go, fill up.

One attempt keeps every upper limit throughout.
"""

from typing import Final

import numpy as np

from allocation.matching.chance import Words, below, unit
from allocation.matching.core import Core
from allocation.matching.encode import STAYS, UNLIMITED, Ints
from allocation.matching.kernel import inlined
from allocation.matching.lagrange import Floats
from allocation.matching.state import State, best_fit, measure, move

NEVER: Final = -(2**62)
"""The gain of an attempt that came to nothing."""

EVICTED: Final = 3
"""At most so many leads make room for one."""

FILLED: Final = 6
"""At most so many leads fill the room that an attempt leaves."""

TRIED: Final = 24
"""So many who suffice alone are asked where else they could go; whom to ask first is left to chance."""

_KEPT: Final = 0.5
"""The share of its price that room left by who goes is taken to be worth: most of it is filled again."""

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
        to = best_fit(core, state, who, _NOWHERE)
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
    need, rows, worth, other, price = core.need, core.row, core.worth, core.other, core.price
    here, taken, room = state.here, state.taken, state.room
    best, helper = STAYS, STAYS
    least, lowest = np.inf, np.inf
    count = state.number[host]
    offset = below(chance, count)
    tried = 0
    for turn in range(count):
        lead = here[core.nearby[host] + (offset + turn) % count]
        pair = taken[lead]
        given = rows[pair]
        missing = 0.0
        for column in range(need.shape[1]):
            lack = need[row, column] - need[given, column] - room[column]
            if lack > 0:
                missing += max(price[host, column], 0.0) * lack + _TRACE
        kept = _KEPT * core.value[pair]
        if missing == 0.0:
            if worth[pair] - other[pair] - kept >= least:
                continue
            tried += 1
            if tried > TRIED:
                break
            to = best_fit(core, state, lead, host)
            loss = worth[pair] - (core.stay[lead] if to == STAYS else worth[to]) - kept
            if loss < least:
                best, least = lead, loss
        elif more:
            loss = worth[pair] + _SHORT * missing - kept + blur * unit(chance)
            if loss < lowest:
                helper, lowest = lead, loss
    return helper if best == STAYS else best


@inlined
def make_room(core: Core, state: State, pair: int, blur: float, chance: Words) -> int:
    """Evict until a pair fits; return the change of worth, or NEVER."""
    host = core.host[pair]
    row = core.row[pair]
    gain = 0
    turn = 1
    measure(core, state, host)
    while lacks(core.need, row, state.room):
        lead = victim(core, state, host, row, turn < EVICTED, blur, chance)
        if lead == STAYS:
            return NEVER
        gain += move(core, state, lead, STAYS)
        turn += 1
        measure(core, state, host)
    return gain


@inlined
def lacks(need: Ints, row: int, room: Ints) -> bool:
    """Tell whether the room measured is too little for a row of need."""
    for column in range(len(room)):  # noqa: SIM110 - a generator would not compile to a plain loop
        if need[row, column] > room[column]:
            return True
    return False


@inlined
def priced_room(price: Floats, host: int, room: Ints) -> float:
    """Price the room measured at a host: about what filling it can win."""
    total = 0.0
    for column in range(len(room)):
        if room[column] < UNLIMITED and price[host, column] > 0.0:
            total += price[host, column] * room[column]
    return total


@inlined
def filler(core: Core, state: State, host: int) -> int:
    """Find the pair that wins most in the room measured at a host; STAYS if none wins."""
    owner, worth, need, row = core.near_lead, core.near_worth, core.need, core.near_row
    now, room = state.now, state.room
    found = STAYS
    best = 0
    for place in range(core.nearby[host], core.nearby[host + 1]):
        if worth[place] - core.lowest <= best:
            break
        gain = worth[place] - now[owner[place]]
        if gain > best and not lacks(need, row[place], room):
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
            if gain + priced_room(core.price, host, state.room) < wanted:
                break
            pair = filler(core, state, host)
            if pair == STAYS:
                break
            gain += move(core, state, core.lead[pair], pair)
            fills += 1
    return gain
