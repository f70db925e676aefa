"""A placement that can be changed step by step, and unchanged again: what the repair of a plan works on.

Every step keeps all upper bounds. What a placement still misses (must-place leads without a host, least
counts that are not reached) is counted beside its value, so that two placements compare as (missing, value).
Beside them stands the churn: how many leads, other than those that the event touched, are not where they
were.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allocation.matching.encode import STAYS, Encoded, Flags, Ints, Small
from allocation.matching.kernel import inlined, lean

Floats = NDArray[np.float64]

NOBODY: Final = -1
"""Ends the list of the leads at a host."""

MISSING: Final = 0
VALUE: Final = 1
CHURN: Final = 2
LOGGED: Final = 3
"""Places in `Plan.score`."""


class Ground(NamedTuple):
    """What does not change: arrays of `Encoded`, and `rates`, H x columns: what a unit costs at each host."""

    start: Ints
    host: Small
    worth: Ints
    row: Small
    need: Ints
    must: Flags
    first: Ints
    limit: Small
    column: Small
    most: Ints
    least: Ints
    rates: Floats


class Plan(NamedTuple):
    """What changes.

    Attributes:
        taken: L pair numbers, or STAYS.
        base: L pair numbers of the standing plan, or STAYS: what churn is counted against.
        free: L flags: the event touched this lead, it may go anywhere without churn.
        used: K sums of what the placement draws.
        head: H leads, the first of each host's list, or NOBODY.
        after: L leads, the next in the list.
        before: L leads, the one before.
        regret: L floats, what a lead loses in reduced value if it must leave its pair.
        known: L pairs that `regret` was computed for; another pair or STAYS: not known.
        reduced: P floats, what a pair is worth less the prices of what it uses.
        told: L flags: `reduced` is known for the pairs of this lead.
        score: missing, value, churn, and how many steps are logged.
        log: steps x 2: lead, pair before.
    """

    taken: Ints
    base: Ints
    free: Flags
    used: Ints
    head: Ints
    after: Ints
    before: Ints
    regret: Floats
    known: Ints
    reduced: Floats
    told: Flags
    score: Ints
    log: Ints


def ground_of(enc: Encoded, prices: Floats) -> Ground:
    """Put the arrays together, read-only, so that kernels are compiled for one type of array."""
    rates = np.zeros((len(enc.hosts), enc.need.shape[1]))
    for host in range(len(enc.hosts)):
        here = slice(int(enc.first[host]), int(enc.first[host + 1]))
        np.add.at(rates[host], enc.column[here], prices[enc.limit[here]])
    parts = (enc.start, enc.host, enc.worth, enc.row, enc.need, enc.must, enc.first, enc.limit, enc.column)
    return Ground(*(_sealed(part) for part in (*parts, enc.most, enc.least, rates)))


def _sealed(array: NDArray[Any]) -> NDArray[Any]:
    view = np.ascontiguousarray(array).view()
    view.setflags(write=False)
    return view


def plan_of(ground: Ground, base: Ints, free: Flags, steps: int) -> Plan:
    """Set up a standing plan, which may overdraw limits until leads are taken out.

    Args:
        ground: the instance.
        base: L pair numbers, or STAYS.
        free: L flags.
        steps: how many steps can be logged.
    """
    leads, hosts = len(ground.start) - 1, len(ground.first) - 1
    missing = int(ground.must.sum() + ground.least.sum())
    plan = Plan(
        taken=np.full(leads, STAYS, np.int64),
        base=base.copy(),
        free=free.copy(),
        used=np.zeros(len(ground.most), np.int64),
        head=np.full(hosts, NOBODY, np.int64),
        after=np.full(leads, NOBODY, np.int64),
        before=np.full(leads, NOBODY, np.int64),
        regret=np.zeros(leads),
        known=np.full(leads, STAYS, np.int64),
        reduced=np.empty(len(ground.host)),
        told=np.zeros(leads, np.bool_),
        score=np.array([missing, 0, 0, 0], np.int64),
        log=np.zeros((steps, 2), np.int64),
    )
    _set_up(ground, plan)
    return plan


@lean
def _set_up(ground: Ground, plan: Plan) -> None:
    plan.score[CHURN] = 0
    for lead in range(len(plan.taken)):
        if plan.base[lead] != STAYS:
            if not plan.free[lead]:
                plan.score[CHURN] += 1  # it is not where it was until it is put there
            put(ground, plan, lead, plan.base[lead])
    plan.score[LOGGED] = 0


@lean
def put(ground: Ground, plan: Plan, lead: int, pair: int) -> None:
    """Move a lead to a pair, or out of all (STAYS), without asking whether it fits, and without a log."""
    old = plan.taken[lead]
    if old == pair:
        return
    if not plan.free[lead]:
        plan.score[CHURN] += int(old == plan.base[lead]) - int(pair == plan.base[lead])
    for number in range(2):
        turned = old if number == 0 else pair
        if turned == STAYS:
            continue
        at = ground.host[turned]
        for entry in range(ground.first[at], ground.first[at + 1]):
            limit = ground.limit[entry]
            amount = ground.need[ground.row[turned], ground.column[entry]] * (2 * number - 1)
            least, used = ground.least[limit], plan.used[limit]
            if least > 0:
                plan.score[MISSING] += max(0, least - used - amount) - max(0, least - used)
            plan.used[limit] = used + amount
        plan.score[VALUE] += ground.worth[turned] * (2 * number - 1)
        if number == 0:
            unlink(plan.head, plan.after, plan.before, lead, at)
        else:
            link(plan.head, plan.after, plan.before, lead, at)
    if ground.must[lead]:
        plan.score[MISSING] += int(pair == STAYS) - int(old == STAYS)
    plan.taken[lead] = pair


# Helpers of inner loops take single arrays: a call that hands over whole tuples costs as much as its work.


@lean
def link(head: Ints, after: Ints, before: Ints, lead: int, host: int) -> None:
    """Put a lead at the head of a host's list."""
    second = head[host]
    head[host] = lead
    before[lead] = NOBODY
    after[lead] = second
    if second != NOBODY:
        before[second] = lead


@lean
def unlink(head: Ints, after: Ints, before: Ints, lead: int, host: int) -> None:
    """Take a lead out of its host's list."""
    left, right = before[lead], after[lead]
    if left == NOBODY:
        head[host] = right
    else:
        after[left] = right
    if right != NOBODY:
        before[right] = left


@lean
def step(ground: Ground, plan: Plan, lead: int, pair: int) -> None:
    """Move a lead, and log where it was."""
    number = plan.score[LOGGED]
    plan.log[number, 0] = lead
    plan.log[number, 1] = plan.taken[lead]
    plan.score[LOGGED] = number + 1
    put(ground, plan, lead, pair)


@lean
def undo(ground: Ground, plan: Plan) -> None:
    """Take back all logged steps."""
    while plan.score[LOGGED] > 0:
        plan.score[LOGGED] -= 1
        number = plan.score[LOGGED]
        put(ground, plan, plan.log[number, 0], plan.log[number, 1])


@inlined
def change_of(plan: Plan, lead: int) -> int:
    """Tell how much churn it makes to move a lead from where it is: 1 if it is where it was, and not free."""
    return 0 if plan.free[lead] or plan.taken[lead] != plan.base[lead] else 1


@inlined
def fits(ground: Ground, plan: Plan, pair: int) -> bool:
    """Tell whether a pair overdraws nothing beside all that are taken."""
    at = ground.host[pair]
    for entry in range(ground.first[at], ground.first[at + 1]):
        limit = ground.limit[entry]
        amount = ground.need[ground.row[pair], ground.column[entry]]
        if amount > 0 and plan.used[limit] + amount > ground.most[limit]:
            return False
    return True


@inlined
def reduced(ground: Ground, pair: int) -> float:
    """Tell what a pair is worth less the prices of what it uses."""
    at = ground.host[pair]
    value = float(ground.worth[pair])
    for column in range(ground.rates.shape[1]):
        value -= ground.rates[at, column] * ground.need[ground.row[pair], column]
    return value


@lean
def appraise(ground: Ground, plan: Plan, lead: int) -> None:
    """Work out the reduced values of a lead's pairs, where that has not been done."""
    if not plan.told[lead]:
        for pair in range(ground.start[lead], ground.start[lead + 1]):
            plan.reduced[pair] = reduced(ground, pair)
        plan.told[lead] = True


def forget(plan: Plan) -> None:
    """Forget what was worked out at prices that are no more."""
    plan.known[:] = STAYS
    plan.told[:] = False


@lean
def learn(ground: Ground, plan: Plan, lead: int) -> None:
    """Work out what a placed lead loses in reduced value if it must leave, as if there were room elsewhere.

    A must-place lead cannot stay out; one with no other pair has boundless regret. The answer stands in
    `plan.regret` while `plan.known` names the pair that the lead has.
    """
    appraise(ground, plan, lead)
    pair = plan.taken[lead]
    best = -np.inf if ground.must[lead] else 0.0
    for other in range(ground.start[lead], ground.start[lead + 1]):
        if other != pair:
            best = max(best, plan.reduced[other])
    plan.regret[lead] = plan.reduced[pair] - best
    plan.known[lead] = pair
