"""The state of the search: who is where and what is left, and the moves that every chain is made of.

Moves are written to a log, so that an attempt that is not wanted is undone.
"""

from typing import Final, NamedTuple

import numpy as np

from allocation.matching.core import NOTHING, Core
from allocation.matching.encode import STAYS, UNLIMITED, Flags, Ints, Small
from allocation.matching.kernel import inlined, lean
from allocation.matching.lagrange import Floats

LONGEST: Final = 32
"""So many moves a log can hold."""

KEPT: Final = 0.5
"""The share of its price that room left by who goes is taken to be worth: most of it is filled again."""


class State(NamedTuple):
    """A placement that the moves change in place.

    Attributes:
        taken: L pairs of the core, or STAYS.
        now: L, what each lead counts at present.
        free: K, what is left of each limit.
        here: the mobile leads at each host, from its first place on: N places.
        amount: N x slots, what each of them uses of what its host counts.
        loss: N x 2, what goes with each: its worth, less what the room it leaves is taken to be worth; and
            the same less the worth of the lead's best choice elsewhere.
        number: H, how many leads are there.
        place: L, where each of them is.
        want: N flags: the lead of this pair would rather be there than where it is.
        words: the same memory, ROW flags a number.
        lead_log, pair_log: who was moved, and from which pair.
        logged: one number, the length of the logs.
        room: scratch, as many as a host has slots.
    """

    taken: Ints
    now: Ints
    free: Ints
    here: Ints
    amount: Ints
    loss: Floats
    number: Ints
    place: Ints
    want: Flags
    words: Ints
    lead_log: Ints
    pair_log: Ints
    logged: Ints
    room: Ints


def state_of(core: Core, taken: Ints) -> State:
    """Make the state of a placement.

    Args:
        core: its core.
        taken: L pairs of the core, or STAYS; keeps every upper limit.
    """
    hosts, places = len(core.first) - 1, len(core.near)
    want = (core.near != NOTHING) & (core.near_worth > core.stay[core.near_lead])
    state = State(
        taken=np.full(len(taken), STAYS, np.int64),
        now=core.stay.copy(),
        free=core.most.copy(),
        here=np.zeros(places, np.int64),
        amount=np.zeros_like(core.near_need),
        loss=np.zeros((places, 2)),
        number=np.zeros(hosts, np.int64),
        place=np.zeros(len(taken), np.int64),
        want=want,
        words=want.view(np.int64),
        lead_log=np.zeros(LONGEST, np.int64),
        pair_log=np.zeros(LONGEST, np.int64),
        logged=np.zeros(1, np.int64),
        room=np.zeros(core.near_need.shape[1], np.int64),
    )
    load(core, state, taken)
    return state


@lean
def load(core: Core, state: State, taken: Ints) -> None:
    """Put a placement into the state."""
    for lead in range(len(taken)):
        put(core, state, lead, taken[lead])


@inlined
def put(core: Core, state: State, lead: int, pair: int) -> None:
    """Move a lead to a pair or to STAYS, whether it fits or not."""
    left = state.taken[lead]
    before = state.now[lead]
    if left != STAYS:
        host = core.host[left]
        draw(core.first, core.limit, core.column, core.need, host, core.row[left], state.free, 1)
        if core.mobile[lead]:
            leave(core, state, lead, host)
    state.taken[lead] = pair
    after = core.stay[lead]
    if pair != STAYS:
        after = core.worth[pair]
        host = core.host[pair]
        draw(core.first, core.limit, core.column, core.need, host, core.row[pair], state.free, -1)
        if core.mobile[lead]:
            arrive(core, state, lead, pair, host)
    state.now[lead] = after
    high, low = max(before, after), min(before, after)
    for other in range(core.start[lead], core.start[lead + 1]):
        if core.worth[other] <= low:
            break
        if core.worth[other] <= high:
            state.want[core.spot[other]] = after < before


@inlined
def leave(core: Core, state: State, lead: int, host: int) -> None:
    """Take a lead off the list of those at a host; the last one takes its place."""
    state.number[host] -= 1
    last = core.nearby[host] + state.number[host]
    place = state.place[lead]
    state.here[place] = state.here[last]
    state.place[state.here[place]] = place
    state.loss[place, 0] = state.loss[last, 0]
    state.loss[place, 1] = state.loss[last, 1]
    for slot in range(core.drawn[host + 1] - core.drawn[host]):
        state.amount[place, slot] = state.amount[last, slot]


@inlined
def arrive(core: Core, state: State, lead: int, pair: int, host: int) -> None:
    """Put a lead on the list of those at a host."""
    place = core.nearby[host] + state.number[host]
    state.number[host] += 1
    state.here[place] = lead
    state.place[lead] = place
    kept = KEPT * core.value[pair]
    state.loss[place, 0] = core.worth[pair] - kept
    state.loss[place, 1] = core.worth[pair] - core.other[pair] - kept
    first, row = core.drawn[host], core.row[pair]
    for slot in range(core.drawn[host + 1] - first):
        state.amount[place, slot] = core.need[row, core.counted[first + slot]]


@inlined
def draw(
    first: Ints, limit: Small, column: Small, need: Ints, host: int, row: int, free: Ints, sign: int
) -> None:
    """Give back a row of need at a host (sign 1), or take it (−1)."""
    for entry in range(first[host], first[host + 1]):
        free[limit[entry]] += sign * need[row, column[entry]]


@lean
def move(core: Core, state: State, lead: int, pair: int) -> int:
    """Move a lead and log it; return the change of worth."""
    before = state.now[lead]
    state.lead_log[state.logged[0]] = lead
    state.pair_log[state.logged[0]] = state.taken[lead]
    state.logged[0] += 1
    put(core, state, lead, pair)
    return state.now[lead] - before  # type: ignore[no-any-return] # a number of the array's type


@inlined
def undo(core: Core, state: State) -> None:
    """Take back all that was logged."""
    while state.logged[0] > 0:
        state.logged[0] -= 1
        put(core, state, state.lead_log[state.logged[0]], state.pair_log[state.logged[0]])


@inlined
def measure(core: Core, state: State, host: int) -> None:
    """Write to `room` how much a host can still give of each column that it counts."""
    room, free, limit, slot = state.room, state.free, core.limit, core.slot
    room[:] = UNLIMITED
    for entry in range(core.first[host], core.first[host + 1]):
        room[slot[entry]] = min(room[slot[entry]], free[limit[entry]])


@inlined
def fits(first: Ints, limit: Small, column: Small, need: Ints, host: int, row: int, free: Ints) -> bool:
    """Tell whether a row of need fits in what is free at a host."""
    for entry in range(first[host], first[host + 1]):
        if free[limit[entry]] < need[row, column[entry]]:
            return False
    return True


@inlined
def best_fit(core: Core, state: State, lead: int, barred: int, least: float) -> int:
    """Find the best pair of a lead that fits, not at one host; STAYS if none is worth more than `least`."""
    first, limit, column, need, free = core.first, core.limit, core.column, core.need, state.free
    for pair in range(core.start[lead], core.start[lead + 1]):
        if core.worth[pair] <= least:
            break
        host = core.host[pair]
        if host != barred and fits(first, limit, column, need, host, core.row[pair], free):
            return pair
    return STAYS


@inlined
def missed(core: Core, state: State) -> int:
    """Count the units below a least."""
    total = 0
    for place in range(len(core.floors)):
        limit = core.floors[place]
        total += max(0, core.least[limit] - (core.most[limit] - state.free[limit]))
    return total
