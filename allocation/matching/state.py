"""The state of the search: who is where and what is left, and the moves that every chain is made of.

Moves are written to a log, so that an attempt that is not wanted is undone.
"""

from typing import Final, NamedTuple

import numpy as np

from allocation.matching.core import Core
from allocation.matching.encode import STAYS, UNLIMITED, Ints, Small
from allocation.matching.kernel import compiled, inlined

LONGEST: Final = 32
"""So many moves a log can hold."""


class State(NamedTuple):
    """A placement that the moves change in place.

    Attributes:
        taken: L pairs of the core, or STAYS.
        now: L, what each lead counts at present.
        free: K, what is left of each limit.
        here: the mobile leads at each host, at the places that the host's pairs have in `Core.near`.
        number: H, how many these are.
        place: L, a lead's place among them.
        lead_log, pair_log: who was moved, and from which pair.
        logged: one number, the length of the logs.
        room: W, scratch.
    """

    taken: Ints
    now: Ints
    free: Ints
    here: Ints
    number: Ints
    place: Ints
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
    hosts = len(core.first) - 1
    state = State(
        taken=np.full(len(taken), STAYS, np.int64),
        now=core.stay.copy(),
        free=core.most.copy(),
        here=np.zeros(len(core.near) + 1, np.int64),
        number=np.zeros(hosts, np.int64),
        place=np.zeros(len(taken), np.int64),
        lead_log=np.zeros(LONGEST, np.int64),
        pair_log=np.zeros(LONGEST, np.int64),
        logged=np.zeros(1, np.int64),
        room=np.zeros(core.need.shape[1], np.int64),
    )
    load(core, state, taken)
    return state


@compiled
def load(core: Core, state: State, taken: Ints) -> None:
    """Put a placement into the state."""
    for lead in range(len(taken)):
        put(core, state, lead, taken[lead])


@inlined
def put(core: Core, state: State, lead: int, pair: int) -> None:
    """Move a lead to a pair or to STAYS, whether it fits or not."""
    left = state.taken[lead]
    if left != STAYS:
        host = core.host[left]
        draw(core.first, core.limit, core.column, core.need, host, core.row[left], state.free, 1)
        if core.mobile[lead]:
            state.number[host] -= 1
            last = state.here[core.nearby[host] + state.number[host]]
            state.here[core.nearby[host] + state.place[lead]] = last
            state.place[last] = state.place[lead]
    state.taken[lead] = pair
    state.now[lead] = core.stay[lead]
    if pair != STAYS:
        state.now[lead] = core.worth[pair]
        host = core.host[pair]
        draw(core.first, core.limit, core.column, core.need, host, core.row[pair], state.free, -1)
        if core.mobile[lead]:
            state.here[core.nearby[host] + state.number[host]] = lead
            state.place[lead] = state.number[host]
            state.number[host] += 1


@inlined
def draw(
    first: Ints, limit: Small, column: Small, need: Ints, host: int, row: int, free: Ints, sign: int
) -> None:
    """Give back a row of need at a host (sign 1), or take it (−1)."""
    for entry in range(first[host], first[host + 1]):
        free[limit[entry]] += sign * need[row, column[entry]]


@compiled
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
    """Write to `room` how much of each column a host can still give."""
    room, free, limit, column = state.room, state.free, core.limit, core.column
    room[:] = UNLIMITED
    for entry in range(core.first[host], core.first[host + 1]):
        room[column[entry]] = min(room[column[entry]], free[limit[entry]])


@inlined
def fits(first: Ints, limit: Small, column: Small, need: Ints, host: int, row: int, free: Ints) -> bool:
    """Tell whether a row of need fits in what is free at a host."""
    for entry in range(first[host], first[host + 1]):
        if free[limit[entry]] < need[row, column[entry]]:
            return False
    return True


@inlined
def best_fit(core: Core, state: State, lead: int, barred: int) -> int:
    """Find the best pair of a lead that fits, but not at one host; STAYS if none is better than to stay."""
    first, limit, column, need, free = core.first, core.limit, core.column, core.need, state.free
    for pair in range(core.start[lead], core.start[lead + 1]):
        if core.worth[pair] <= core.stay[lead]:
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
