"""A proven upper bound on the value of any placement, in integers.

Prices come as floats and are rounded to whole numbers of 2^-shift; with these, exactly as they are, the
Lagrangian bound (`lagrange.py`) is computed without any rounding. It holds whatever the prices are, so
rounding them costs a little tightness and no truth.

A compiled kernel goes through the pairs in 64-bit integers, with the largest shift for which the magnitudes
of worth, need and prices show that nothing can overflow. Where that shift would round the prices too coarsely
(figures near 2^40), Python's own integers do the same with a shift of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from allocation.matching.encode import Encoded, Flags, Ints, Small
from allocation.matching.kernel import compiled
from allocation.matching.lagrange import Floats, allowed, alone, run_end, spread

WORD: Final = 62
"""Every number in the compiled kernel stays below 2^62."""

LONG_SHIFT: Final = 96
"""Binary places of a price where Python's integers count."""

_HIGH: Final = 31
"""A sum is kept in two words: multiples of 2^31, and the rest."""

_COARSE: Final = Fraction(1, 10**6)
"""Share of what all leads may be worth that rounding may cost in the compiled kernel."""


@dataclass(frozen=True, slots=True, eq=False)
class WholePrices:
    """Prices as whole numbers of 2^-shift.

    Attributes:
        shift: binary places.
        limit: K prices.
        constant: what the limits add to the bound, in 2^-shift.
        lines: columns x H, the price of a unit of each column at each host; None where 64 bits are too few.
    """

    shift: int
    limit: tuple[int, ...]
    constant: int
    lines: Ints | None


def exact_bound(enc: Encoded, prices: Floats) -> int:
    """Bound the value of every placement that keeps the limits and places each must-place lead.

    A must-place lead without any pair adds nothing here: there is no placement then, and any number bounds
    it; `unplaceable` tells, and whoever states a result asks it first.

    Args:
        enc: the instance, with all its pairs.
        prices: K finite prices; one on the wrong side of its limit counts as 0.

    Raises:
        ValueError: a price is no number.
        OverflowError: a price is infinite.
    """
    whole = whole_prices(enc, prices)
    return close_bound(whole, block_bound(enc, whole))


def unplaceable(enc: Encoded) -> Ints:
    """Number the must-place leads that have no pair at all: with any of them there is no placement."""
    return np.flatnonzero(enc.must & (np.diff(enc.start) == 0))


def whole_prices(
    enc: Encoded, prices: Floats, *, worth: int | None = None, need: Sequence[int] | None = None
) -> WholePrices:
    """Round prices, as finely as the magnitudes allow.

    Args:
        enc: its limits are read, and its pairs for the magnitudes unless these are given.
        prices: K prices.
        worth: the greatest absolute worth of any pair to come, where pairs come in blocks.
        need: the greatest need of any pair to come, for each column.
    """
    if worth is None:
        worth = int(np.abs(enc.worth).max(initial=0))
    if need is None:
        need = [int(most) for most in enc.need.max(axis=0, initial=0)]
    prices = allowed(enc, prices)
    long = _rounded(prices, LONG_SHIFT)
    shift = WORD - 1 - (_magnitude(enc, long, worth, need) >> LONG_SHIFT).bit_length()
    units = _magnitude(enc, [1] * len(long), 0, need)  # rounding a price adds less than a unit of it
    limit = _rounded(prices, max(0, shift))
    if shift < 0 or units >= 1 << (WORD - 1) or _coarse(enc, limit, shift, worth):
        return WholePrices(LONG_SHIFT, long, _constant(enc, long), None)
    return WholePrices(shift, limit, _constant(enc, limit), _lines(enc, limit))


def block_bound(block: Encoded, whole: WholePrices) -> int:
    """Sum the best reduced values of a block of leads, in 2^-shift.

    Blocks of one instance add up: `close_bound(whole, sum(block_bound(block, whole) for block in blocks))`.

    Args:
        block: leads with all their pairs, at the hosts and limits that the prices were made for.
        whole: of `whole_prices`, with magnitudes that hold for this block too.
    """
    if whole.lines is None:
        return _long_sum(block, whole)
    hosts = np.ascontiguousarray(whole.lines.T)
    high, low = best_sum(
        block.start,
        block.host,
        block.worth,
        block.row,
        block.need,
        block.must,
        whole.lines,
        hosts,
        1 << whole.shift,
    )
    return (int(high) << _HIGH) + int(low)


def close_bound(whole: WholePrices, total: int) -> int:
    """Make the bound of the sum of all blocks: values are whole, so it is rounded down."""
    return (whole.constant + total) >> whole.shift


def _rounded(prices: Floats, shift: int) -> tuple[int, ...]:
    """Round to whole numbers of 2^-shift, halves up."""
    ratios = [price.as_integer_ratio() for price in prices.tolist()]
    return tuple(((over << (shift + 1)) // under + 1) >> 1 for over, under in ratios)


def _magnitude(enc: Encoded, limit: Sequence[int], worth: int, need: Sequence[int]) -> int:
    """Bound every number that the kernel meets: worths, rates, costs, and what is on the way to them."""
    dearest = [0] * len(need)
    for host in range(len(enc.hosts)):
        here = [0] * len(need)
        for entry in range(int(enc.first[host]), int(enc.first[host + 1])):
            here[enc.column[entry]] += abs(limit[enc.limit[entry]])
        dearest = [max(rates) for rates in zip(dearest, here, strict=True)]
    costs = sum(rate * max(1, most) for rate, most in zip(dearest, need, strict=True))
    return (worth << LONG_SHIFT) + costs


def _coarse(enc: Encoded, limit: Sequence[int], shift: int, worth: int) -> bool:
    """Tell whether rounding to this shift may loosen the bound by more than a unit and a small share."""
    amounts = zip(limit, enc.most.tolist(), enc.least.tolist(), strict=True)
    loss = sum(most if price > 0 else least for price, most, least in amounts)
    return Fraction(loss, 1 << shift) > max(Fraction(1), _COARSE * worth * len(enc.leads))


def _constant(enc: Encoded, limit: Sequence[int]) -> int:
    amounts = zip(limit, enc.most.tolist(), enc.least.tolist(), strict=True)
    return sum(price * (most if price > 0 else least) for price, most, least in amounts)


def _lines(enc: Encoded, limit: Sequence[int]) -> Ints:
    lines = np.zeros((enc.need.shape[1], len(enc.hosts)), np.int64)
    host = np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first))
    # A limit without hosts, such as a floor of a county without parks, may have a price of any size.
    drawn = np.array([limit[number] for number in enc.limit.tolist()], np.int64)
    np.add.at(lines, (enc.column, host), drawn)
    return lines


def _long_sum(block: Encoded, whole: WholePrices) -> int:
    """Do what `best_sum` does, in Python's integers."""
    total = 0
    for lead in range(len(block.leads)):
        values = [] if block.must[lead] else [0]
        for pair in range(int(block.start[lead]), int(block.start[lead + 1])):
            host, uses = int(block.host[pair]), block.need[block.row[pair]].tolist()
            cost = sum(
                whole.limit[block.limit[entry]] * uses[block.column[entry]]
                for entry in range(int(block.first[host]), int(block.first[host + 1]))
            )
            values.append((int(block.worth[pair]) << whole.shift) - cost)
        total += max(values, default=0)
    return total


@compiled
def best_sum(
    start: Ints,
    host: Small,
    worth: Ints,
    row: Small,
    need: Ints,
    must: Flags,
    lines: Ints,
    hosts: Ints,
    one: int,
) -> tuple[int, int]:
    """Sum each lead's best reduced value in integers, as (high, low): the sum is high x 2^31 + low.

    Args:
        start: L + 1 offsets of the leads' pairs.
        host: P host numbers.
        worth: P worths.
        row: P rows of `need`.
        need: U x columns.
        must: L flags.
        lines: columns x H prices, in units of 1 / one.
        hosts: H x columns, the same.
        one: what stands for 1.
    """
    cost = np.empty(len(hosts), np.int64)
    high = 0
    low = 0
    for lead in range(len(start) - 1):
        best = 0
        found = not must[lead]
        pair = start[lead]
        while pair < start[lead + 1]:
            stop = run_end(row, pair, start[lead + 1])
            amounts = need[row[pair]]
            wide = stop > pair + 1
            if wide:
                spread(amounts, lines, cost)
            for candidate in range(pair, stop):
                at = host[candidate]
                value = worth[candidate] * one - (cost[at] if wide else alone(amounts, hosts[at]))
                if value > best or not found:
                    best = value
                    found = True
            pair = stop
        high += best >> _HIGH
        low += best & ((1 << _HIGH) - 1)
    return high, low
