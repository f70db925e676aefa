"""What the search works on: the pairs that a good placement may need, laid out for fast moves.

By weak duality the gap between the bound and a placement is the sum of the *regrets* of the pairs it takes
(what the lead's best reduced value exceeds theirs by) and of the room it leaves, at its price. A placement
near the bound therefore takes no pair of high regret: the core leaves them out, and a lead that keeps one
choice only is out of play.
"""

from typing import Final, NamedTuple

import numpy as np

from allocation.matching.encode import STAYS, Encoded, Flags, Ints, Small
from allocation.matching.kernel import compiled
from allocation.matching.lagrange import Floats

DEAR: Final = 32
"""A demand missed counts as so many of the greatest worths: more than one move of the search can win."""


ROW: Final = 8
"""Flags of so many places are read at once, as one word."""

NOTHING: Final = -1
"""No pair stands at this place."""


class Core(NamedTuple):
    """Read-only arrays of the search.

    Shapes: L leads, P pairs, H hosts, K limits, N places at hosts, W columns of need.

    Attributes:
        start, host, worth, row, need, first, limit, column, most, least: as in `Encoded`, of its pairs only.
        lead: P, whose pair it is.
        other: P, the worth of the lead's best choice but this one.
        stay: L, what staying counts: 0, or minus `penalty` for a must-place lead.
        drawn, counted: H + 1 offsets, and the columns of need that some limit of the host counts: its slots.
        slot: which slot each entry of `limit` is for: 0 for the host's first.
        price: the price of a unit of each slot.
        mobile: L, whether the lead has a choice.
        order: the pairs that may be proposed, by regret.
        nearby, near: H + 1 offsets, all multiples of ROW, and the pairs of each host at these places, the
            worthiest first; behind them NOTHING.
        near_lead, near_worth, near_need: whose these are, their worth, what they use of the host's slots.
        spot: P, the place of each pair.
        value: P, the need of a pair at its prices.
        lowest: the least of `stay`.
        floors: the limits that ask for a least.
        penalty: what each demand missed counts: a must-place lead without a host, a unit below a least.
    """

    start: Ints
    host: Small
    worth: Ints
    row: Small
    need: Ints
    first: Ints
    limit: Small
    column: Small
    most: Ints
    least: Ints
    lead: Ints
    other: Ints
    stay: Ints
    drawn: Ints
    counted: Ints
    slot: Ints
    price: Floats
    mobile: Flags
    order: Ints
    nearby: Ints
    near: Ints
    near_lead: Ints
    near_worth: Ints
    near_need: Ints
    spot: Ints
    value: Floats
    lowest: int
    floors: Ints
    penalty: int


def typical_worth(enc: Encoded) -> float:
    """Tell what is at stake for a lead on average: the scale of regrets and temperatures. At least 1."""
    if not enc.pairs:
        return 1.0
    placed = np.flatnonzero(np.diff(enc.start))
    best = np.maximum.reduceat(enc.worth, enc.start[placed])
    worst = np.minimum.reduceat(enc.worth, enc.start[placed])
    stake = np.where(enc.must[placed], best - worst, best)
    return max(1.0, float(stake.sum() / len(placed)))


def price_table(enc: Encoded, prices: Floats) -> Floats:
    """Sum the prices of a unit of each column at each host: H x W."""
    table = np.zeros((len(enc.hosts), enc.need.shape[1]))
    at = np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first))
    np.add.at(table, (at, enc.column), prices[enc.limit])
    return table


def regrets(enc: Encoded, table: Floats) -> tuple[Floats, Floats]:
    """Tell how much better each lead's best choice is than each pair, and than staying.

    Args:
        enc: the instance.
        table: of `price_table`.

    Returns:
        P regrets of pairs, and L of staying (infinite for must-place leads); none is negative.
    """
    reduced = enc.worth - priced_need(enc.need, enc.row, enc.host, table)
    lead = owners(enc)
    best = np.where(enc.must, -np.inf, 0.0)
    np.maximum.at(best, lead, reduced)
    return best[lead] - reduced, np.where(enc.must, np.inf, best)


@compiled
def priced_need(need: Ints, row: Small, host: Small, table: Floats) -> Floats:
    """Price what pairs use."""
    total = np.zeros(len(row))
    for pair in range(len(row)):
        for column in range(table.shape[1]):
            total[pair] += table[host[pair], column] * need[row[pair], column]
    return total


def owners(enc: Encoded) -> Ints:
    """Tell whose each pair is."""
    return np.repeat(np.arange(len(enc.leads)), np.diff(enc.start))


def core_of(enc: Encoded, prices: Floats, *, regret: float, kept: Ints) -> tuple[Core, Ints]:
    """Choose the core.

    Args:
        enc: the instance, or its candidates.
        prices: K prices.
        regret: pairs of higher regret are left out, but for must-place leads.
        kept: L pair numbers, or STAYS, that are kept besides: the standing placement.

    Returns:
        the core, its pairs lead by lead, the worthiest first, and their numbers in `enc`.
    """
    table = price_table(enc, prices)
    of_pair, of_stay = regrets(enc, table)
    lead = owners(enc)
    inside = (of_pair <= regret) | enc.must[lead]
    inside[kept[kept != STAYS]] = True
    start = np.concatenate([[0], np.cumsum(inside, dtype=np.int64)])[enc.start]
    pair = np.flatnonzero(inside)
    worthiest = np.argsort(-enc.worth[pair], kind="stable")
    pair = pair[deal(worthiest, lead[pair], start)]
    lead, of_pair, host = lead[pair], of_pair[pair], enc.host[pair]
    mobile = np.diff(start) + (of_stay <= regret) > 1
    order = np.argsort(of_pair, kind="stable")
    penalty = min(DEAR * int(np.abs(enc.worth).max(initial=0)) + 1, 2**61 // (len(enc.leads) + 1))
    stay = np.where(enc.must, -penalty, 0)
    worth = enc.worth[pair]
    slots = slots_of(enc)
    nearby = np.concatenate([[0], np.cumsum(-(-np.bincount(host, minlength=len(enc.hosts)) // ROW) * ROW)])
    near = deal(np.argsort(-worth, kind="stable"), host, nearby)
    spot = np.empty(len(pair), np.int64)
    spot[near[near != NOTHING]] = np.flatnonzero(near != NOTHING)
    return Core(
        start=start,
        host=host,
        worth=worth,
        row=enc.row[pair],
        need=enc.need,
        first=enc.first,
        limit=enc.limit,
        column=enc.column,
        most=enc.most,
        least=enc.least,
        lead=lead,
        other=_others(start, worth, stay),
        stay=stay,
        drawn=slots.drawn,
        counted=slots.counted,
        slot=slots.slot,
        price=table[np.repeat(np.arange(len(enc.hosts)), np.diff(slots.drawn)), slots.counted],
        mobile=mobile,
        order=order[mobile[lead[order]]],
        nearby=nearby,
        near=near,
        near_lead=lead[near],
        near_worth=worth[near],
        near_need=_near_need(near, host, enc.row[pair], enc.need, slots),
        spot=spot,
        value=priced_need(enc.need, enc.row[pair], host, table),
        lowest=int(stay.min(initial=0)),
        floors=np.flatnonzero(enc.least > 0),
        penalty=penalty,
    ), pair


class Slots(NamedTuple):
    """The columns of need that each host counts: see `Core`."""

    drawn: Ints
    counted: Ints
    slot: Ints


def slots_of(enc: Encoded) -> Slots:
    """List for each host the columns of need that its limits count, each once.

    Of a province's many readiness dates few belong to one park: these are far fewer than all columns.
    """
    width = enc.need.shape[1]
    at = np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first))
    known, number = np.unique(at * width + enc.column, return_inverse=True)
    drawn = np.searchsorted(known, np.arange(len(enc.hosts) + 1) * width)
    return Slots(drawn, known % width, number - drawn[at])


def unmet(enc: Encoded, taken: Ints) -> int:
    """Count the demands that a placement misses: must-place leads, and units below a least."""
    missed = int((enc.must & (taken == STAYS)).sum())
    asked = np.flatnonzero(enc.least > 0)
    pair = taken[taken != STAYS]
    at = np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first))
    for limit in asked.tolist():
        entries = np.flatnonzero(enc.limit == limit)
        columns = np.full(len(enc.hosts), -1, np.int64)
        columns[at[entries]] = enc.column[entries]
        column = columns[enc.host[pair]]
        inside = column >= 0
        missed += max(0, int(enc.least[limit]) - int(enc.need[enc.row[pair[inside]], column[inside]].sum()))
    return missed


@compiled
def deal(order: Ints, group: Ints | Small, start: Ints) -> Ints:
    """Put numbers into groups, in each of them in the order given.

    Args:
        order: numbers.
        group: the group of each number.
        start: offsets of the groups, and the end; a group may be longer than its numbers.

    Returns:
        the numbers, group by group; NOTHING where a group has no more.
    """
    into = np.full(start[-1], NOTHING, np.int64)
    place = start.copy()
    for number in order:
        into[place[group[number]]] = number
        place[group[number]] += 1
    return into


@compiled
def _near_need(near: Ints, host: Small, row: Small, need: Ints, slots: Slots) -> Ints:
    """Tell what the pair at each place uses of its host's slots."""
    widest = 0
    for at in range(len(slots.drawn) - 1):
        widest = max(widest, slots.drawn[at + 1] - slots.drawn[at])
    found = np.zeros((len(near), widest), np.int64)
    for place in range(len(near)):
        if near[place] != NOTHING:
            at = host[near[place]]
            for slot in range(slots.drawn[at + 1] - slots.drawn[at]):
                found[place, slot] = need[row[near[place]], slots.counted[slots.drawn[at] + slot]]
    return found


@compiled
def _others(start: Ints, worth: Ints, stay: Ints) -> Ints:
    """Find for each pair the worth of its lead's best choice but this one."""
    other = np.empty(len(worth), np.int64)
    for lead in range(len(stay)):
        best = stay[lead]
        second = stay[lead]
        for pair in range(start[lead], start[lead + 1]):
            if worth[pair] > best:
                second = best
                best = worth[pair]
            else:
                second = max(second, worth[pair])
        for pair in range(start[lead], start[lead + 1]):
            other[pair] = second if worth[pair] == best else best
    return other
