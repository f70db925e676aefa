"""The steps of a repair: take out what no longer fits, price again near the event, search near it."""

from typing import Final

import numpy as np

from allocation.matching.chains import ANYWHERE, chain, draw_unit
from allocation.matching.encode import STAYS, Encoded, Flags, Ints
from allocation.matching.kernel import compiled
from allocation.matching.plan import NOBODY, Floats, Ground, Plan, fits, learn, put, reduced
from allocation.matching.prices import dual_prices

NEAR: Final = 192
"""So many pairs at the hosts concerned are tried, those whose leads would gain most."""

NOISE: Final = 0.06
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


@compiled
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


def reprice(enc: Encoded, prices: Floats, hosts: Ints, passes: int) -> Floats:
    """Find the prices of the limits whose hosts are all among these again; all others stay.

    Each lead with a pair here is held against the best reduced value that it could have elsewhere, so a small
    instance remains: these pairs, worth their excess over that, and these limits.

    Args:
        enc: the instance after the event.
        prices: K prices before it.
        hosts: where something changed.
        passes: over the pairs at these hosts.
    """
    inside = np.zeros(len(enc.hosts), np.bool_)
    inside[hosts] = True
    apart = np.repeat(~inside, np.diff(enc.first))
    near = np.ones(len(prices), np.bool_)
    near[enc.limit[apart]] = False
    number = np.cumsum(near) - 1
    pairs = np.flatnonzero(inside[enc.host])
    if not len(pairs) or not near.any():
        return prices
    fixed = np.where(near, 0.0, prices)
    rates = np.zeros((len(enc.hosts), enc.need.shape[1]))
    np.add.at(rates, (np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first)), enc.column), fixed[enc.limit])
    whole = np.zeros_like(rates)
    np.add.at(
        whole, (np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first)), enc.column), prices[enc.limit]
    )
    owner = np.searchsorted(enc.start, pairs, side="right") - 1
    leads, start = np.unique(owner, return_index=True)
    elsewhere = np.empty(len(leads))
    _elsewhere(enc.start, enc.host, enc.worth, enc.row, enc.need, inside, whole, leads, elsewhere)
    must = enc.must[leads] & (elsewhere == -np.inf)
    floor = np.where(must, 0.0, np.where(enc.must[leads], elsewhere, np.maximum(0.0, elsewhere)))
    worth = enc.worth[pairs] - (rates[enc.host[pairs]] * enc.need[enc.row[pairs]]).sum(axis=1)
    place = np.cumsum(inside) - 1
    kept = near[enc.limit] & ~apart
    first = np.concatenate([[0], np.cumsum(kept)])[enc.first[np.append(hosts, hosts[-1] + 1)]]
    first[:-1] = np.concatenate([[0], np.cumsum(kept)])[enc.first[hosts]]
    small = Encoded(
        leads=tuple(enc.leads[lead] for lead in leads.tolist()),
        hosts=tuple(enc.hosts[host] for host in hosts.tolist()),
        start=np.append(start, len(pairs)).astype(np.int64),
        host=place[enc.host[pairs]].astype(np.int32),
        worth=np.rint(worth - np.repeat(floor, np.diff(np.append(start, len(pairs))))).astype(np.int64),
        row=enc.row[pairs],
        need=enc.need,
        must=must,
        first=first.astype(np.int64),
        limit=number[enc.limit[kept]].astype(np.int32),
        column=enc.column[kept],
        most=enc.most[near],
        least=enc.least[near],
        label=tuple(label for label, here in zip(enc.label, near.tolist(), strict=True) if here),
    )
    found = prices.copy()
    found[near] = dual_prices(small, passes=passes, start=prices[near]).limit
    return found


@compiled
def _elsewhere(
    start: Ints,
    host: Ints,
    worth: Ints,
    row: Ints,
    need: Ints,
    inside: Flags,
    rates: Floats,
    leads: Ints,
    best: Floats,
) -> None:
    """Find the best reduced value of each lead outside some hosts; -inf where it has no pair there."""
    for number in range(len(leads)):
        best[number] = -np.inf
        for pair in range(start[leads[number]], start[leads[number] + 1]):
            at = host[pair]
            if not inside[at]:
                value = float(worth[pair])
                for column in range(rates.shape[1]):
                    value -= rates[at, column] * need[row[pair], column]
                best[number] = max(best[number], value)


def near_pairs(ground: Ground, plan: Plan, hosts: Ints) -> Ints:
    """List pairs at some hosts whose leads would gain most by going there: N x 2, lead and pair."""
    inside = np.zeros(len(ground.first) - 1, np.bool_)
    inside[hosts] = True
    pairs = np.flatnonzero(inside[ground.host])
    leads = np.searchsorted(ground.start, pairs, side="right") - 1
    gains = np.empty(len(pairs))
    _gains(ground, plan, leads, pairs, gains)
    best = np.argsort(-gains, kind="stable")[:NEAR]
    best = best[gains[best] > -np.inf]
    return np.stack([leads[best], pairs[best]], axis=1).astype(np.int64)


@compiled
def _gains(ground: Ground, plan: Plan, leads: Ints, pairs: Ints, gains: Floats) -> None:
    for place in range(len(pairs)):
        taken = plan.taken[leads[place]]
        now = 0.0 if taken == STAYS else reduced(ground, taken)
        gains[place] = -np.inf if taken == pairs[place] else reduced(ground, pairs[place]) - now


@compiled
def search(
    ground: Ground, plan: Plan, touched: Ints, near: Ints, cap: int, tries: int, state: Ints, values: Floats
) -> int:
    """Try chains from the leads that the event touched, then at random near it; tell how many.

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
    turns = len(touched) + (tries if choices else 0)
    for turn in range(turns):
        lead, pair, noise = 0, ANYWHERE, 0.0
        if turn < len(touched):
            lead = touched[turn]
        else:
            noise = NOISE
            choice = int(draw_unit(state) * choices)
            if choice < len(touched):
                lead = touched[choice]
            else:
                lead, pair = near[choice - len(touched)]
                pair = ANYWHERE if plan.taken[lead] == pair else pair
        chain(ground, plan, lead, pair, cap, noise, state, values)
    return turns
