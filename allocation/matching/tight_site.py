"""What moves of the tight regime read and change: an instance with ranked pairs, and where a search stands.

Excess over a limit is counted in integers, so a placement said to break no limit breaks none.
"""

from typing import Final, NamedTuple

import numpy as np

from allocation.matching.encode import Encoded, Ints, Small
from allocation.matching.kernel import compiled
from allocation.matching.lagrange import Floats, sealed

LONGEST: Final = 3
"""Leads in a chain at most."""


class Site(NamedTuple):
    """What moves read; as in `Encoded` where the name is the same.

    Attributes:
        start: L + 1 offsets.
        host: P host numbers.
        worth: P integers.
        row: P rows of `need`.
        need: U x (R + 1) uses.
        first: H + 1 offsets.
        limit: numbers of limits.
        column: columns of `need`.
        most: K upper bounds.
        least: K lower bounds.
        ranked: P pair numbers, those of each lead by falling reduced worth.
        at: L x H pair numbers, or -1.
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
    ranked: Ints
    at: Small


class Post(NamedTuple):
    """Where a search stands.

    Attributes:
        taken: the pair of each lead.
        load: K sums of use.
        weight: K costs of a unit of excess.
        broken: one number: limits in excess.
        member: H x L: the leads at each host, in no order.
        crowd: H: how many.
        place: L: where each lead stands in `member`.
        lead: leads of a chain.
        left: the pairs that they leave.
    """

    taken: Ints
    load: Ints
    weight: Floats
    broken: Ints
    member: Small
    crowd: Ints
    place: Ints
    lead: Ints
    left: Ints


def site_of(enc: Encoded, reduced: Floats) -> Site:
    """Prepare an instance, with P reduced worths."""
    leads = np.repeat(np.arange(len(enc.leads)), np.diff(enc.start))
    at = np.full((len(enc.leads), len(enc.hosts)), -1, np.int32)
    at[leads, enc.host] = np.arange(enc.pairs)
    return Site(
        sealed(enc.start),
        sealed(enc.host),
        sealed(enc.worth),
        sealed(enc.row),
        sealed(enc.need),
        sealed(enc.first),
        sealed(enc.limit),
        sealed(enc.column),
        sealed(enc.most),
        sealed(enc.least),
        np.lexsort((-reduced, leads)).astype(np.int64),
        at,
    )


def post_of(site: Site, taken: Ints, weight: Floats) -> Post:
    """Stand at a placement of every lead."""
    leads, hosts, limits = len(taken), site.at.shape[1], len(site.most)
    post = Post(
        taken.copy(),
        np.zeros(limits, np.int64),
        weight,
        np.zeros(1, np.int64),
        np.zeros((hosts, leads), np.int32),
        np.zeros(hosts, np.int64),
        np.zeros(leads, np.int64),
        np.zeros(LONGEST, np.int64),
        np.zeros(LONGEST, np.int64),
    )
    _arrive(site, post)
    return post


@compiled
def _arrive(site: Site, post: Post) -> None:
    """Fill loads and members from `taken`."""
    for number in range(len(site.most)):
        if site.least[number] > 0:
            post.broken[0] += 1
    for lead in range(len(post.taken)):
        pair = post.taken[lead]
        draw(site, post, pair, 1)
        at = site.host[pair]
        post.member[at, post.crowd[at]] = lead
        post.place[lead] = post.crowd[at]
        post.crowd[at] += 1


@compiled
def draw(site: Site, post: Post, pair: int, sign: int) -> float:
    """Put a pair's use on its limits, or take it off (sign -1); return what its excess costs more."""
    at = site.host[pair]
    more = 0.0
    for entry in range(site.first[at], site.first[at + 1]):
        number = site.limit[entry]
        most = site.most[number]
        least = site.least[number]
        load = post.load[number]
        before = max(0, load - most) + max(0, least - load)
        load += sign * site.need[site.row[pair], site.column[entry]]
        after = max(0, load - most) + max(0, least - load)
        post.load[number] = load
        if before != after:
            more += post.weight[number] * (after - before)
            post.broken[0] += (1 if after > 0 else 0) - (1 if before > 0 else 0)
    return more
