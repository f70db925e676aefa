"""Jobs that must all be placed into bins of one resource each, and the knapsack bound on the least cost.

The Lagrangian relaxation that frees the jobs, not the capacities: a job may be packed never or twice, at a
prize that its multiplier states, while each bin is packed exactly by dynamic programming. Its bound is far
tighter than that of the linear relaxation, and the same tables tell what it costs to force a pair in or out,
which fixes most pairs (Posta, Ferland and Michelon, "An exact method with variable fixing for solving the
generalized assignment problem", Computational Optimization and Applications 52, 2012).

Integers throughout, costs and multipliers scaled by a power of two: a bound is exact whatever the
multipliers. Only the step that leads to better multipliers uses floats.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allocation.matching.encode import UNLIMITED, Encoded, Flags, Ints
from allocation.matching.lagrange import Floats

SHIFT: Final = 10
"""Costs are scaled by two to this power where they are small enough, so that multipliers may be fractions."""

_HEADROOM: Final = 58
"""Sums of scaled costs stay below two to this power."""

_CELLS: Final = 1 << 22
"""Most cells of one bin's table."""

Marks = NDArray[np.int8]

FAR: Final = 1 << 60
"""More than any sum of scaled costs."""


class Bins(NamedTuple):
    """The problem by bins.

    Attributes:
        first: H + 1 offsets: the pairs of bin h are first[h] … first[h + 1] - 1, by ascending job.
        job: P numbers of jobs.
        cost: P scaled costs above the cheapest one of the job, minimised.
        use: P uses of the bin, all at most its room.
        room: H capacities.
        pair: P pair numbers of the instance.
        shift: costs are scaled by two to this power.
        unit: H: how many units of use one of the bin's makes.
        jobs: number of jobs.
    """

    first: Ints
    job: Ints
    cost: Ints
    use: Ints
    room: Ints
    pair: Ints
    shift: int
    unit: Ints
    jobs: int


class Bench(NamedTuple):
    """Room to work in, of no meaning between calls but for `tally`, `into` and `out`.

    Attributes:
        ahead: best prize of the first items within each room.
        behind: best prize of the last items beside each room already used.
        item: pairs that take part in a table.
        choices: pairs that each job has left.
        only: the last of them.
        left: room of each bin beside the jobs with one pair left.
        prize: multipliers, rounded.
        miss: 1 less the number of times that a job is packed.
        drift: the smoothed `miss`.
        best: the best multipliers seen.
        into: what the bound gains at least where a pair is forced in.
        out: the same where it is forced out.
        tally: one number: table cells filled.
    """

    ahead: Ints
    behind: Ints
    item: Ints
    choices: Ints
    only: Ints
    left: Ints
    prize: Ints
    miss: Floats
    drift: Floats
    best: Floats
    into: Ints
    out: Ints
    tally: Ints


def bins_of(enc: Encoded) -> Bins | None:
    """Read an instance as bins; None if it is of another kind or its tables would be too large.

    Every lead must be placed, and each host has at most one limit, its own. Uses and room of a bin are
    divided by the greatest common divisor of its uses.
    """
    hosts = len(enc.hosts)
    per_host = np.diff(enc.first)
    shared = len(np.unique(enc.limit)) < len(enc.limit)
    if not enc.must.all() or (per_host > 1).any() or shared or (enc.least > 0).any() or not enc.pairs:
        return None
    order = np.argsort(enc.host, kind="stable")
    host = enc.host[order].astype(np.int64)
    job = np.repeat(np.arange(len(enc.leads)), np.diff(enc.start))[order]
    first = np.searchsorted(host, np.arange(hosts + 1)).astype(np.int64)
    bounded = per_host > 0
    room = np.zeros(hosts, np.int64)
    room[bounded] = enc.most[enc.limit]
    column = np.zeros(hosts, np.int64)
    column[bounded] = enc.column
    use = np.where(bounded[host], enc.need[enc.row[order], column[host]], 0)
    unit = np.ones(hosts, np.int64)
    for bin_ in range(hosts):
        inside = slice(first[bin_], first[bin_ + 1])
        divisor = max(1, int(np.gcd.reduce(use[inside])) if first[bin_] < first[bin_ + 1] else 1)
        use[inside] //= divisor
        room[bin_] //= divisor
        unit[bin_] = divisor
    widest = int(np.diff(first).max()) + 1
    if widest * (int(min(room.max(), UNLIMITED)) + 1) > _CELLS:
        return None
    cheapest = np.full(len(enc.leads), -FAR, np.int64)
    np.maximum.at(cheapest, job, enc.worth[order])
    cost = cheapest[job] - enc.worth[order]
    bits = int(cost.max()).bit_length() + len(enc.leads).bit_length()
    if bits > _HEADROOM:
        return None
    shift = min(SHIFT, _HEADROOM - bits)
    return Bins(first, job, cost << shift, use, room, order, shift, unit, len(enc.leads))


def bench_of(bins: Bins) -> Bench:
    """Make room to work on bins, or on any selection of their pairs."""
    widest = int(np.diff(bins.first).max())
    cells = (widest + 1, int(bins.room.max()) + 1)
    pairs, jobs = len(bins.job), bins.jobs
    return Bench(
        ahead=np.zeros(cells, np.int64),
        behind=np.zeros(cells, np.int64),
        item=np.zeros(widest, np.int64),
        choices=np.zeros(jobs, np.int64),
        only=np.zeros(jobs, np.int64),
        left=np.zeros(len(bins.room), np.int64),
        prize=np.zeros(jobs, np.int64),
        miss=np.zeros(jobs),
        drift=np.zeros(jobs),
        best=np.zeros(jobs),
        into=np.zeros(pairs, np.int64),
        out=np.zeros(pairs, np.int64),
        tally=np.zeros(1, np.int64),
    )


def select(bins: Bins, flags: Flags) -> Bins:
    """Keep some pairs."""
    kept = np.concatenate([[0], np.cumsum(flags, dtype=np.int64)])
    return bins._replace(
        first=kept[bins.first],
        job=bins.job[flags],
        cost=bins.cost[flags],
        use=bins.use[flags],
        pair=bins.pair[flags],
    )


def multipliers(bins: Bins, price: Floats) -> Floats:
    """Start from H prices of a unit of use: a job's cheapest pair at these prices."""
    host = np.repeat(np.arange(len(bins.room)), np.diff(bins.first))
    rate = price * bins.unit * (1 << bins.shift)
    found = np.full(bins.jobs, np.inf)
    np.minimum.at(found, bins.job, bins.cost + rate[host] * bins.use)
    return np.where(np.isfinite(found), found, 0.0)
