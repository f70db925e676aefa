"""Ejection chains on a standing plan, within a churn budget: how a plan is repaired after an event.

A chain puts one lead somewhere, if need be in the place of others; each of these goes elsewhere, in the same
way, or stays out. Prices choose the way: a lead goes where its reduced value is highest, net of the regret of
those it drives out (ejection chains: Yagiura, Ibaraki and Glover, INFORMS Journal on Computing 16(2), 2004).
A chain counts only if it leaves less missing, or as much and more value; else it is taken back. At no step
does a chain that counts exceed its churn.
"""

from typing import Final

import numpy as np

from allocation.matching.chance import Words, unit
from allocation.matching.encode import STAYS, Ints
from allocation.matching.kernel import compiled, lean
from allocation.matching.plan import (
    CHURN,
    LOGGED,
    MISSING,
    NOBODY,
    VALUE,
    Floats,
    Ground,
    Plan,
    appraise,
    change_of,
    fits,
    learn,
    step,
    undo,
)

ANYWHERE: Final = -1
"""Stands for no host that is barred, and for no pair that is prescribed."""

TRIED: Final = 4
"""How many hosts, from the best on, a lead tries before it takes the best that it found."""

DRIVEN: Final = 3
"""How many leads one lead may drive out."""

LONGEST: Final = 5
"""How many leads a chain may drive out in all."""

STEPS: Final = 2 * LONGEST + 4
"""How many steps a chain can log: each lead leaves and arrives once."""


@compiled
def drive_out(
    ground: Ground, plan: Plan, pair: int, locked: Ints, count: int, cap: int, most: float, out: Ints
) -> float:
    """Choose leads at a pair's host that would make room for it, by least regret for the room they leave.

    Args:
        ground: the instance.
        plan: as it stands; the pair does not fit.
        pair: the pair.
        locked: leads that may not be driven out.
        count: how many of `locked` count.
        cap: the most churn.
        most: regret that is too much.
        out: out, the leads, up to its length; the rest is NOBODY.

    Returns:
        Their regret together, or infinity if there is no such choice.
    """
    at = ground.host[pair]
    short = np.empty(ground.first[at + 1] - ground.first[at])
    column = np.empty(len(short), np.int64)
    kinds = 0
    for entry in range(ground.first[at], ground.first[at + 1]):
        limit = ground.limit[entry]
        amount = ground.need[ground.row[pair], ground.column[entry]]
        if amount > 0 and plan.used[limit] + amount > ground.most[limit]:
            short[kinds] = plan.used[limit] + amount - ground.most[limit]
            column[kinds] = ground.column[entry]
            kinds += 1
    out[:] = NOBODY
    loss = 0.0
    churn = plan.score[CHURN]
    for place in range(len(out)):
        chosen = _cheapest(ground, plan, at, short[:kinds], column, locked, count, cap - churn, out)
        loss += np.inf if chosen == NOBODY else plan.regret[chosen]
        if loss >= most:
            break
        out[place] = chosen
        churn += change_of(plan, chosen)
        row = ground.row[plan.taken[chosen]]
        left = 0
        for kind in range(kinds):
            still = short[kind] - ground.need[row, column[kind]]
            if still > 0.0:
                short[left], column[left] = still, column[kind]
                left += 1
        kinds = left
        if kinds == 0:
            return loss
    return float(np.inf)


@lean
def _cheapest(
    ground: Ground,
    plan: Plan,
    at: int,
    short: Floats,
    column: Ints,
    locked: Ints,
    count: int,
    churn: int,
    out: Ints,
) -> int:
    """Find the lead at a host with the least regret for its relief, in parts of what is short."""
    chosen, least = NOBODY, np.inf
    lead = plan.head[at]
    while lead != NOBODY:
        relief = 0.0
        row = ground.row[plan.taken[lead]]
        for kind in range(len(short)):
            relief += min(1.0, ground.need[row, column[kind]] / short[kind])
        if plan.known[lead] != plan.taken[lead]:
            learn(ground, plan, lead)
        price = max(0.0, plan.regret[lead])
        change = 0 if plan.free[lead] or plan.taken[lead] != plan.base[lead] else 1
        if (
            relief > 0.0
            and price < least * relief
            and change <= churn
            and not _listed(locked, count, lead)
            and not _listed(out, len(out), lead)
        ):
            chosen, least = lead, price / relief
        lead = plan.after[lead]
    return int(chosen)


@lean
def _listed(leads: Ints, count: int, lead: int) -> bool:
    found = False
    for place in range(count):
        found = found or leads[place] == lead
    return found


@compiled
def best_way(
    ground: Ground,
    plan: Plan,
    lead: int,
    barred: int,
    locked: Ints,
    count: int,
    cap: int,
    noise: float,
    state: Words,
    values: Floats,
    out: Ints,
) -> int:
    """Choose where a lead that is out goes, by reduced value less the regret of those it drives out.

    Args:
        ground: the instance.
        plan: as it stands.
        lead: the lead.
        barred: a host that it may not go to, such as the one it was just driven from; or ANYWHERE.
        locked: leads that may not be driven out.
        count: how many of `locked` count.
        cap: the most churn beside its own.
        noise: by how much of itself a worth may be misjudged, to reach other chains.
        state: of the random numbers.
        values: scratch, as long as the lead's pairs.
        out: out, whom it drives out; as long as leads may be driven out, and NOBODY ends the list.

    Returns:
        The pair, or STAYS.
    """
    start, pairs = ground.start[lead], ground.start[lead + 1] - ground.start[lead]
    appraise(ground, plan, lead)
    _misjudge(ground, plan, lead, barred, noise, state, values)
    best = -np.inf if ground.must[lead] else 0.0
    found = STAYS
    crowd = np.empty(len(out), np.int64)
    out[:] = NOBODY
    for _ in range(min(TRIED, pairs)):
        offset = int(np.argmax(values[:pairs]))
        value = values[offset]
        if value <= best:
            break
        values[offset] = -np.inf
        crowd[:] = NOBODY
        if not fits(ground, plan, start + offset):
            value -= drive_out(ground, plan, start + offset, locked, count, cap, value - best, crowd)
        if value > best:
            best = value
            found = start + offset
            out[:] = crowd
    return _into_room(ground, plan, lead, barred) if found == STAYS else int(found)


@lean
def _misjudge(
    ground: Ground, plan: Plan, lead: int, barred: int, noise: float, state: Words, values: Floats
) -> None:
    """Write the reduced value of each pair of a lead, misjudged by some noise; a barred host pays nothing."""
    for pair in range(ground.start[lead], ground.start[lead + 1]):
        value = -np.inf if ground.host[pair] == barred else plan.reduced[pair]
        if noise > 0.0:
            value += noise * (unit(state) - 0.5) * ground.worth[pair]
        values[pair - ground.start[lead]] = value


@lean
def _into_room(ground: Ground, plan: Plan, lead: int, barred: int) -> int:
    """Find where a lead fits as things are, though prices advise against it: worth something is worth it."""
    found = STAYS
    best = -np.inf
    for pair in range(ground.start[lead], ground.start[lead + 1]):
        gains = ground.must[lead] or ground.worth[pair] > 0
        if gains and ground.host[pair] != barred and fits(ground, plan, pair):
            value = plan.reduced[pair]
            if value > best:
                best = value
                found = pair
    return int(found)


@compiled
def chain(
    ground: Ground,
    plan: Plan,
    starter: int,
    prescribed: int,
    cap: int,
    noise: float,
    state: Words,
    values: Floats,
) -> bool:
    """Try one chain that begins with a lead; tell whether it was an improvement, and stays.

    Args:
        ground: the instance.
        plan: changed in place.
        starter: the lead; where it is placed, it is taken out first and looks for another host.
        prescribed: the pair that it goes to, or ANYWHERE.
        cap: the most churn.
        noise: of `best_way`.
        state: of the random numbers.
        values: scratch, as long as the most pairs of a lead.
    """
    missing, value = plan.score[MISSING], plan.score[VALUE]
    waiting = np.empty(LONGEST + 1, np.int64)
    origin = np.full(LONGEST + 1, ANYWHERE, np.int64)
    waiting[0] = starter
    if plan.taken[starter] != STAYS:
        origin[0] = ground.host[plan.taken[starter]]
        step(ground, plan, starter, STAYS)
    queued, settled = 1, 0
    while settled < queued and plan.score[CHURN] <= cap:
        lead = waiting[settled]
        settled += 1
        # A lead that was out changes by going in; one that was in has changed by leaving.
        left = cap - change_of(plan, lead)
        if plan.score[CHURN] > left:
            continue
        out = np.full(min(DRIVEN, LONGEST + 1 - queued), NOBODY, np.int64)
        pair = prescribed if settled == 1 else ANYWHERE
        if pair == ANYWHERE:
            pair = best_way(
                ground, plan, lead, origin[settled - 1], waiting, settled, left, noise, state, values, out
            )
        elif (
            not fits(ground, plan, pair)
            and drive_out(ground, plan, pair, waiting, 1, left, np.inf, out) == np.inf
        ):
            break
        if pair == STAYS:
            continue
        for other in out:
            if other != NOBODY:
                waiting[queued] = other
                origin[queued] = ground.host[pair]
                step(ground, plan, int(other), STAYS)
                queued += 1
        step(ground, plan, lead, pair)
    better = plan.score[MISSING] < missing or (plan.score[MISSING] == missing and plan.score[VALUE] > value)
    if better and plan.score[CHURN] <= cap:
        plan.score[LOGGED] = 0
        return True
    undo(ground, plan)
    return False
