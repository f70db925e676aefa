"""The steps of a repair: take out what no longer fits, price again near the event, search near it."""

from typing import Final

import numpy as np

from allocation.matching.chains import ANYWHERE, chain
from allocation.matching.chance import Words, below
from allocation.matching.encode import STAYS, Encoded, Flags, Ints
from allocation.matching.kernel import compiled, lean
from allocation.matching.plan import NOBODY, Floats, Ground, Plan, fits, learn, put, reduced
from allocation.matching.prices import dual_prices

NEAR: Final = 192
"""So many pairs at the hosts concerned are tried, those whose leads would gain most."""

PASSES: Final = 20
"""Sweeps that find the prices of the hosts concerned again."""

NOISE: Final = 0.12
"""By how much of itself a worth is misjudged in the random part."""

_LAST: Final = 1e18
"""Added to the regret of a must-place lead: it leaves only where nothing else would do."""


@compiled
def evict(ground: Ground, plan: Plan, hosts: Ints) -> None:
    """Take leads out of overdrawn hosts, least regret for the relief first; mark them free.

    What fits again at the end, because a later one gave more room, goes back.

    Args:
        ground: the instance.
        plan: changed in place.
        hosts: where something may be overdrawn.
    """
    order = np.empty(len(plan.taken), np.int64)
    count = 0
    over = np.zeros(len(ground.most))
    while True:
        for limit in range(len(over)):
            over[limit] = max(0, plan.used[limit] - ground.most[limit])
        lead = _first_out(ground, plan, hosts, over)
        if lead == NOBODY:
            break
        plan.free[lead] = True
        put(ground, plan, lead, STAYS)
        order[count] = lead
        count += 1
    for place in range(count - 1, -1, -1):
        lead = order[place]
        if fits(ground, plan, plan.base[lead]):
            put(ground, plan, lead, plan.base[lead])
            plan.free[lead] = False


@lean
def _first_out(ground: Ground, plan: Plan, hosts: Ints, over: Floats) -> int:
    """Find the lead with the least regret for its part of what is overdrawn."""
    chosen, least = NOBODY, np.inf
    for at in hosts:
        lead = plan.head[at]
        while lead != NOBODY:
            relief = 0.0
            row = ground.row[plan.taken[lead]]
            for entry in range(ground.first[at], ground.first[at + 1]):
                excess = over[ground.limit[entry]]
                if excess > 0.0:
                    relief += min(1.0, ground.need[row, ground.column[entry]] / excess)
            if relief > 0.0:
                if plan.known[lead] != plan.taken[lead]:
                    learn(ground, plan, lead)
                price = min(_LAST, max(0.0, plan.regret[lead])) / relief
                if ground.must[lead]:
                    price += _LAST
                if price < least:
                    chosen, least = lead, price
            lead = plan.after[lead]
    return int(chosen)


def pairs_at(enc: Encoded, hosts: Ints) -> tuple[Ints, Ints]:
    """Number the pairs at some hosts, and their leads."""
    inside = np.zeros(len(enc.hosts), np.bool_)
    inside[hosts] = True
    pairs = np.flatnonzero(inside[enc.host])
    return np.searchsorted(enc.start, pairs, side="right") - 1, pairs


def reprice(enc: Encoded, ground: Ground, prices: Floats, hosts: Ints, near: tuple[Ints, Ints]) -> Floats:
    """Find the prices of the limits whose hosts are all among these again; all others stay.

    Each lead with a pair here is held against the best reduced value that it could have elsewhere, so a small
    instance remains: these pairs, worth their excess over that, and these limits. A pair that would not pay
    even if these limits were free is none of it, unless a least count may pay for it.

    Args:
        enc: the instance after the event.
        ground: the same, with the prices before.
        prices: K prices before.
        hosts: where something changed, ascending.
        near: of `pairs_at` these hosts.
    """
    leads, pairs = near
    inside = np.zeros(len(enc.hosts), np.bool_)
    inside[hosts] = True
    apart = np.repeat(~inside, np.diff(enc.first))
    own = np.ones(len(prices), np.bool_)
    own[enc.limit[apart]] = False
    if not len(pairs) or not own.any():
        return prices
    entry_host = np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first))
    rates = np.zeros((len(enc.hosts), enc.need.shape[1]))
    np.add.at(rates, (entry_host, enc.column), np.where(own, 0.0, prices)[enc.limit])
    worth = enc.worth[pairs] - (rates[enc.host[pairs]] * enc.need[enc.row[pairs]]).sum(axis=1)
    asked = bool(enc.least[own].any())
    floor = np.empty(len(pairs))
    _elsewhere(ground, inside, leads, np.full(len(pairs), np.inf) if asked else worth, floor)
    pays = (worth > floor) | asked
    leads, pairs, floor, worth = leads[pays], pairs[pays], floor[pays], worth[pays]
    kept, start = np.unique(leads, return_index=True)
    kept_entries = own[enc.limit] & ~apart
    before = np.concatenate([[0], np.cumsum(kept_entries)])
    small = Encoded(
        leads=tuple(enc.leads[lead] for lead in kept.tolist()),
        hosts=tuple(enc.hosts[host] for host in hosts.tolist()),
        start=np.append(start, len(pairs)).astype(np.int64),
        host=(np.cumsum(inside) - 1)[enc.host[pairs]].astype(np.int32),
        worth=np.rint(worth - np.where(floor == -np.inf, 0.0, floor)).astype(np.int64),
        row=np.arange(len(pairs), dtype=np.int32),
        need=enc.need[enc.row[pairs]],
        must=enc.must[kept] & (floor[start] == -np.inf),
        first=np.append(before[enc.first[hosts]], before[-1]).astype(np.int64),
        limit=(np.cumsum(own) - 1)[enc.limit[kept_entries]].astype(np.int32),
        column=enc.column[kept_entries],
        most=enc.most[own],
        least=enc.least[own],
        label=tuple(enc.label[limit] for limit in np.flatnonzero(own).tolist()),
    )
    found = prices.copy()
    found[own] = dual_prices(small, passes=PASSES, start=prices[own]).limit
    return found


@lean
def _elsewhere(ground: Ground, inside: Flags, leads: Ints, enough: Floats, best: Floats) -> None:
    """Find, for each pair's lead, what it could have outside some hosts: a reduced value, or staying out.

    Where a lead must be placed and has no pair there, that is -inf. A search ends where it has found enough.
    """
    for number in range(len(leads)):
        lead = leads[number]
        found = -np.inf if ground.must[lead] else 0.0
        pair = ground.start[lead]
        while pair < ground.start[lead + 1] and found < enough[number]:
            if not inside[ground.host[pair]]:
                found = max(found, reduced(ground, pair))
            pair += 1
        best[number] = found


def near_pairs(ground: Ground, plan: Plan, near: tuple[Ints, Ints]) -> Ints:
    """Choose among pairs at some hosts those whose leads would gain most by going there.

    Args:
        ground: the instance.
        plan: as it stands.
        near: of `pairs_at` these hosts.

    Returns:
        N x 2: lead and pair, the greatest gain first.
    """
    leads, pairs = near
    gains = np.empty(len(pairs))
    _gains(ground, plan, leads, pairs, gains)
    best = np.argsort(-gains, kind="stable")[:NEAR]
    best = best[gains[best] > -np.inf]
    return np.stack([leads[best], pairs[best]], axis=1).astype(np.int64)


@lean
def _gains(ground: Ground, plan: Plan, leads: Ints, pairs: Ints, gains: Floats) -> None:
    for place in range(len(pairs)):
        taken = plan.taken[leads[place]]
        now = 0.0 if taken == STAYS else reduced(ground, taken)
        gains[place] = -np.inf if taken == pairs[place] else reduced(ground, pairs[place]) - now


@compiled
def search(
    ground: Ground, plan: Plan, touched: Ints, near: Ints, cap: int, tries: int, state: Words, values: Floats
) -> int:
    """Try chains from the touched leads that are out, then at random near the event; tell how many.

    Args:
        ground: the instance.
        plan: changed in place.
        touched: numbers of the free leads.
        near: of `near_pairs`.
        cap: the most churn.
        tries: how many at random.
        state: of the random numbers.
        values: scratch, as long as the most pairs of a lead.
    """
    choices = len(touched) + len(near)
    done = 0
    for turn in range(len(touched) + (tries if choices else 0)):
        lead, pair, noise = 0, ANYWHERE, 0.0
        if turn < len(touched):
            lead = touched[turn]
            if plan.taken[lead] != STAYS:
                continue
        else:
            noise = NOISE
            choice = below(state, choices)
            if choice < len(touched):
                lead = touched[choice]
            else:
                lead, pair = near[choice - len(touched)]
                pair = ANYWHERE if plan.taken[lead] == pair else pair
        chain(ground, plan, lead, pair, cap, noise, state, values)
        done += 1
    return done
