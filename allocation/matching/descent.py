"""Prices from samples: dual descent in which each step asks other leads.

A step over all leads of a country takes as long as it takes to score all pairs. A sample with its share of
every limit shows the same direction with some noise, each time another. Steps shrink while samples grow: the
first need little truth, the last ones much. The mean of the last prices is returned, in which noise cancels
(Polyak and Juditsky, SIAM J. Control 30(4), 1992).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from allocation.matching.columns import Columns
from allocation.matching.encode import UNLIMITED, Ints, Small, by_host
from allocation.matching.lagrange import Floats
from allocation.matching.limits import limits_of, needs_of
from allocation.matching.scan import Sketch, tariff
from allocation.matching.sweep import choose_parks, draw_on

_FIRST: Final = 0.2
_LAST: Final = 0.0005
"""First and last step, as shares of what a lead is worth on average."""

_SMALLEST: Final = 200
_LARGEST: Final = 8
"""The first sample is one of so many equal parts of all leads, the last one of so few."""

_KEPT: Final = 0.8
"""Momentum."""

_MEMORY: Final = 0.9
"""What the mean square of over- and underdrafts keeps of the one before."""

_MEAN: Final = 0.1
"""The mean is over this last share of the steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The limits of a pool by park, all of them, and what the leads use.

    Attributes:
        label: K names of limits.
        first: H + 1 offsets into `limit` and `column`.
        limit: the limits of each park.
        column: which column of need draws on it.
        most: K upper bounds.
        least: K lower bounds.
        need: L x (R + 1).
    """

    label: tuple[tuple[str, str], ...]
    first: Ints
    limit: Small
    column: Small
    most: Ints
    least: Ints
    need: Ints

    def table(self, prices: Floats) -> Floats:
        """Fold prices by column and park: (R + 1) x H."""
        found = np.zeros((self.need.shape[1], len(self.first) - 1))
        park = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))
        np.add.at(found, (self.column, park), prices[self.limit])
        return found


def frame_of(columns: Columns, hosts: Sequence[str]) -> Frame:
    """Index the limits of a pool by park."""
    limits = limits_of(columns, hosts)
    first, limit, column = by_host(len(hosts), limits)
    need = needs_of(columns)
    return Frame(
        label=tuple(limit.label for limit in limits),
        first=first,
        limit=limit,
        column=column,
        most=np.array([limit.most for limit in limits], np.int64),
        least=np.array([limit.least for limit in limits], np.int64),
        need=np.hstack([need, np.ones((len(need), 1), np.int64)]),
    )


def sample_prices(
    columns: Columns,
    parks: Sketch,
    frame: Frame,
    *,
    steps: int,
    smallest: int,
    seed: int,
    report: Callable[[float], None],
) -> Floats:
    """Find prices of all limits.

    Args:
        columns: the pool.
        parks: its parks as a sketch.
        frame: its limits.
        steps: how many steps; 200 of them ask each lead of a country about seven times.
        smallest: at least so many leads are asked at each step.
        seed: of the order in which leads are asked.
        report: told the share that is done.
    """
    order = _shuffled(len(columns.leads.weight), seed)
    price = np.zeros(len(frame.most))
    if len(order) == 0:
        return price
    most = np.where(frame.most == UNLIMITED, np.inf, frame.most.astype(np.float64))
    least = frame.least.astype(np.float64)
    unit = _units(frame)
    drift, square, mean = np.zeros(len(price)), np.zeros(len(price)), np.zeros(len(price))
    weight, typical, counted, asked = 0.0, 0.0, 0, 0
    for step in range(steps):
        done = step / max(1, steps - 1)
        size = int(len(order) / (_SMALLEST * (_LARGEST / _SMALLEST) ** done))
        size = min(len(order), max(smallest, size))
        chosen = np.take(order, np.arange(asked, asked + size), mode="wrap")
        asked += size
        used, total = _drawn(columns, parks, frame, price, chosen)
        if step == 0:
            typical = total / size
        share = size / len(order)
        slack = _slack(price, used, most * share, least * share) / (unit * share)
        weight = _MEMORY * weight + (1 - _MEMORY)
        square = _MEMORY * square + (1 - _MEMORY) * slack * slack
        drift = _KEPT * drift + (1 - _KEPT) * slack
        scale = np.sqrt(square / weight)
        move = np.divide(drift, scale, out=np.zeros(len(price)), where=scale > 0)
        length = _FIRST * (_LAST / _FIRST) ** done
        price = _allowed(frame, price - length * typical / unit * move)
        if step >= steps * (1 - _MEAN):
            mean += price
            counted += 1
        report((step + 1) / steps)
    return np.asarray(mean / max(1, counted), np.float64)


def _drawn(columns: Columns, parks: Sketch, frame: Frame, price: Floats, chosen: Ints) -> tuple[Ints, float]:
    """Let leads choose at prices; tell what they draw on each limit, and the sum of their reduced values."""
    cost = tariff(columns, parks, frame.table(price))
    chosen = by_industry(columns, chosen)
    picks, values = np.empty(len(chosen), np.int32), np.empty(len(chosen), np.float32)
    choose_parks(columns.leads, parks, cost, columns.most, columns.must, chosen, picks, values)
    used = np.zeros(len(price), np.int64)
    draw_on(frame.first, frame.limit, frame.column, frame.need, chosen, picks, used)
    return used, float(values.sum(dtype=np.float64))


def by_industry(columns: Columns, chosen: Ints) -> Ints:
    """Order leads by industry, so that passes over its parks find them in the cache."""
    return chosen[np.argsort(columns.leads.industry[chosen], kind="stable")]


def _allowed(frame: Frame, price: Floats) -> Floats:
    """Keep prices from turning: below 0 only where a limit has a least, above 0 only where it has a most."""
    low = np.where(frame.least > 0, -np.inf, 0.0)
    high = np.where(frame.most == UNLIMITED, 0.0, np.inf)
    return np.asarray(np.clip(price, low, high), np.float64)


def _slack(price: Floats, used: Ints, most: Floats, least: Floats) -> Floats:
    """Tell what choices leave of each limit; at a price of 0, what they miss of its least, if anything."""
    over = np.where(np.isinf(most), 0.0, most - used)
    idle = (price == 0) & (over > 0)
    missed = np.maximum(0.0, least - used)
    return np.asarray(np.where(idle, missed, np.where(price < 0, least - used, over)), np.float64)


def _units(frame: Frame) -> Floats:
    """Tell what a lead that draws on a limit draws on average."""
    positive = frame.need > 0
    mean: Floats = frame.need.sum(axis=0) / np.maximum(1, positive.sum(axis=0))
    column = np.zeros(len(frame.most), np.int64)
    column[frame.limit] = frame.column
    return np.maximum(1.0, mean[column])


def _shuffled(count: int, seed: int) -> Ints:
    """Put numbers into an order that looks random, by splitmix64 of each."""
    word = np.arange(count, dtype=np.uint64) + np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.argsort(word ^ (word >> np.uint64(31)), kind="stable")
