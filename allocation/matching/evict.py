"""Who makes room at a park for a lead that wants in: those who lose least for what they free."""

from typing import Final

import numpy as np

from allocation.matching.encode import Flags, Ints
from allocation.matching.kernel import compiled, inlined
from allocation.matching.scan import NONE, ZERO
from allocation.matching.settle import Draws, Settled
from allocation.matching.sweep import NOBODY

LOOKED_AT: Final = 64
"""So many leads of a park are asked to make room."""

EVICTED: Final = 4
"""At most so many make room."""

_LEAST: Final = np.float32(1)
"""No eviction is free."""


@inlined
def bound_to(draws: Draws, state: Settled, lead: int) -> bool:
    """Tell whether a limit would fall below its least if a placed lead left."""
    park = state.park[lead]
    for entry in range(draws.first[park], draws.first[park + 1]):
        limit = draws.limit[entry]
        if draws.least[limit] > 0:
            used = draws.most[limit] - state.free[limit]
            if used - draws.need[lead, draws.column[entry]] < draws.least[limit]:
                return True
    return False


@compiled
def room_for(
    draws: Draws,
    state: Settled,
    must: Flags,
    lead: int,
    park: int,
    part: np.float32,
    allowed: np.float32,
    lack: Ints,
    out: Ints,
) -> tuple[np.float32, int]:
    """Choose who makes room: again and again who loses least for the share of the lack that it covers.

    Args:
        draws: the limits.
        state: who is where.
        must: L flags; such leads make no room.
        lead: who wants in.
        park: where.
        part: see `eject.eject`.
        allowed: their loss must be below it.
        lack: scratch, at least as long as the park has limits.
        out: out, who.

    Returns:
        what they are thought to lose, and how many they are; NONE if it cannot be done.
    """
    first, last = draws.first[park], draws.first[park + 1]
    short = False
    for entry in range(first, last):
        lack[entry - first] = draws.need[lead, draws.column[entry]] - state.free[draws.limit[entry]]
        short = short or lack[entry - first] > 0
    loss, chosen = ZERO, 0
    while short:
        if chosen == EVICTED:
            return loss, NONE
        member, lost = _cheapest(draws, state, must, park, part, lack, out[:chosen])
        loss += lost
        if member == NOBODY or loss >= allowed:
            return loss, NONE
        out[chosen] = member
        chosen += 1
        short = False
        for entry in range(first, last):
            lack[entry - first] -= draws.need[member, draws.column[entry]]
            short = short or lack[entry - first] > 0
    return loss, chosen


@compiled
def _cheapest(
    draws: Draws, state: Settled, must: Flags, park: int, part: np.float32, lack: Ints, chosen: Ints
) -> tuple[int, np.float32]:
    """Find who loses least for the share of a lack that it covers, and what; NOBODY if nobody helps."""
    best, least, loss = NOBODY, np.float32(np.inf), ZERO
    member = state.head[park]
    for _ in range(LOOKED_AT):
        if member == NOBODY:
            break
        covered = _covered(draws, park, member, lack)
        if covered > ZERO and not (must[member] or bound_to(draws, state, member) or _among(chosen, member)):
            paid = np.float32(state.worth[member]) - state.reduced[member]
            lost = max(_LEAST, min(state.reduced[member], part * paid))
            if lost < least * covered:
                best, least, loss = member, lost / covered, lost
        member = state.after[member]
    return best, loss


@inlined
def _covered(draws: Draws, park: int, member: int, lack: Ints) -> np.float32:
    """Sum the shares of what is lacking that a member uses."""
    covered = ZERO
    first = draws.first[park]
    for entry in range(first, draws.first[park + 1]):
        missing = lack[entry - first]
        if missing > 0:
            freed = min(draws.need[member, draws.column[entry]], missing)
            covered += np.float32(freed) / np.float32(missing)
    return covered


@inlined
def _among(chosen: Ints, lead: int) -> bool:
    """Tell whether a lead is chosen already."""
    for entry in range(len(chosen)):  # noqa: SIM110 - a generator would not compile to a plain loop
        if chosen[entry] == lead:
            return True
    return False
