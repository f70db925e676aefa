"""A proven upper bound on the value of any placement, in integers.

Prices come as floats and are rounded to whole numbers of 2^-shift; with these, exactly as they are, the
Lagrangian bound (`lagrange.py`) is computed without any rounding. It holds whatever the prices are, so
rounding them costs a little tightness and no truth.

The pairs are gone through by a compiled kernel in 64-bit integers, with the largest shift for which the
magnitudes of worth, need and prices show that nothing can overflow. Where such a shift would round the prices
too coarsely (figures near 2^40), Python's own integers do the same with a shift of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from allocation.matching.encode import Encoded, Flags, Ints, Small
from allocation.matching.kernel import compiled
from allocation.matching.lagrange import Floats, run_end, spread

WORD: Final = 62
"""Magnitudes in the compiled kernel stay below 2^62."""

HALF: Final = 2**31
"""Sums are kept in two words: this many, and the rest."""

MOST_SHIFT: Final = 40
"""More than so many binary places of a price serve nobody."""

LONG_SHIFT: Final = 96
"""Binary places where Python's integers count."""

COARSE: Final = Fraction(1, 10**6)
"""Share of the bound that rounding prices may cost in the compiled kernel."""


@dataclass(frozen=True, slots=True, eq=False)
class WholePrices:
    """Prices as whole numbers of 2^-shift.

    Attributes:
        shift: binary places.
        limit: K prices.
        constant: what the limits add to the bound, in 2^-shift.
        table: columns x H, the price of a unit of each column at each host; None where 64 bits are too few.
    """

    shift: int
    limit: tuple[int, ...]
    constant: int
    table: Ints | None


def exact_bound(enc: Encoded, prices: Floats) -> int:
    """Bound the value of every placement that keeps the limits and places each must-place lead.

    A must-place lead without any pair adds nothing here: there is no placement then, and any number bounds
    it; `unplaceable` tells.

    Args:
        enc: the instance, with all its pairs.
        prices: K prices; any finite numbers will do.
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
        need = [int(top) for top in enc.need.max(axis=0, initial=0)]
    exact = [Fraction(price) for price in prices.tolist()]
    shift = MOST_SHIFT
    while shift > 0 and _magnitude(enc, _rounded(exact, shift), worth << shift, need) >= 1 << WORD:
        shift -= 1
    limit = _rounded(exact, shift)
    if _magnitude(enc, limit, worth << shift, need) >= 1 << WORD or _coarse(enc, exact, shift, worth):
        limit = _rounded(exact, LONG_SHIFT)
        return WholePrices(LONG_SHIFT, limit, _constant(enc, limit), None)
    return WholePrices(shift, limit, _constant(enc, limit), _table(enc, limit))


def block_bound(block: Encoded, whole: WholePrices) -> int:
    """Sum the reduced maxima of a block of leads, in 2^-shift.

    Blocks of one instance add up: `close_bound(whole, sum(block_bound(block, whole) for block in blocks))`.

    Args:
        block: leads with all their pairs, at the hosts that the prices were made for.
        whole: of `whole_prices`, with magnitudes that hold for this block too.
    """
    if whole.table is None:
        return _long(block, whole)
    high, low = best_sum(
        block.start,
        block.host,
        block.worth,
        block.row,
        block.need,
        block.must,
        whole.table,
        1 << whole.shift,
    )
    return int(high) * HALF + int(low)


def close_bound(whole: WholePrices, total: int) -> int:
    """Make the bound of the sum of all blocks: worths are whole, so it is rounded down."""
    return (whole.constant + total) >> whole.shift


def _rounded(exact: Sequence[Fraction], shift: int) -> tuple[int, ...]:
    return tuple(round(price * (1 << shift)) for price in exact)


def _magnitude(enc: Encoded, limit: Sequence[int], worth: int, need: Sequence[int]) -> int:
    """Bound the absolute value of every number that the kernel meets."""
    priced = [0] * len(need)
    for host in range(len(enc.hosts)):
        here = [0] * len(need)
        for entry in range(int(enc.first[host]), int(enc.first[host + 1])):
            here[enc.column[entry]] += abs(limit[enc.limit[entry]])
        priced = [max(pair) for pair in zip(priced, here, strict=True)]
    return worth + sum(price * max(1, top) for price, top in zip(priced, need, strict=True))


def _coarse(enc: Encoded, exact: Sequence[Fraction], shift: int, worth: int) -> bool:
    """Tell whether rounding to this shift may loosen the bound by more than a unit and a small share."""
    loss = sum(
        int(most if price > 0 else least)
        for price, most, least in zip(exact, enc.most.tolist(), enc.least.tolist(), strict=True)
        if price
    )
    return Fraction(loss, 1 << shift) > max(Fraction(1), COARSE * worth * len(enc.leads))


def _constant(enc: Encoded, limit: Sequence[int]) -> int:
    return sum(
        price * (most if price > 0 else least)
        for price, most, least in zip(limit, enc.most.tolist(), enc.least.tolist(), strict=True)
    )


def _table(enc: Encoded, limit: Sequence[int]) -> Ints:
    table = np.zeros((enc.need.shape[1], len(enc.hosts)), np.int64)
    for host in range(len(enc.hosts)):
        for entry in range(int(enc.first[host]), int(enc.first[host + 1])):
            table[enc.column[entry], host] += limit[enc.limit[entry]]
    return table


def _long(block: Encoded, whole: WholePrices) -> int:
    total = 0
    for lead in range(len(block.leads)):
        values = [] if block.must[lead] else [0]
        for pair in range(int(block.start[lead]), int(block.start[lead + 1])):
            host, uses = int(block.host[pair]), block.need[block.row[pair]].tolist()
            values.append(
                (int(block.worth[pair]) << whole.shift)
                - sum(
                    whole.limit[block.limit[entry]] * uses[block.column[entry]]
                    for entry in range(int(block.first[host]), int(block.first[host + 1]))
                )
            )
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
    table: Ints,
    one: int,
) -> tuple[int, int]:
    """Sum each lead's best reduced value in integers, as (high, low) with sum = high x 2^31 + low.

    Args:
        start: L + 1 offsets of the leads' pairs.
        host: P host numbers.
        worth: P worths.
        row: P rows of `need`.
        need: U x columns.
        must: L flags.
        table: columns x H prices in units of 1 / one.
        one: what stands for 1.
    """
    cost = np.empty(table.shape[1], np.int64)
    high = 0
    low = 0
    for lead in range(len(start) - 1):
        best = 0
        found = not must[lead]
        pair = start[lead]
        while pair < start[lead + 1]:
            stop = run_end(row, pair, start[lead + 1])
            alone = stop == pair + 1
            if not alone:
                spread(need[row[pair]], table, cost)
            for candidate in range(pair, stop):
                value = worth[candidate] * one
                if alone:
                    for number in range(len(table)):
                        value -= need[row[pair], number] * table[number, host[pair]]
                else:
                    value -= cost[host[candidate]]
                if value > best or not found:
                    best = value
                    found = True
            pair = stop
        high += best >> 31
        low += best & (2**31 - 1)
    return high, low
