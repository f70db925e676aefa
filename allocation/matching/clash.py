"""A proof, twice over, that the must-place leads and the least counts cannot all be served.

If every worth is 0, every placement has the value 0; so prices whose bound is below 0 show that there is no
placement (Farkas' lemma). This knows nothing of the solver that may have said so before, and is a second
opinion on it. It sees what the linear relaxation sees: a clash that only whole leads make is not found.

The bound is the kernels' word. It is believed only when `short` says the same of the same prices: one account
for all limits together, opened and drawn on lead by lead in Python's integers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from allocation.matching.bound import exact_bound, unplaceable, whole_prices
from allocation.matching.encode import UNLIMITED, Encoded
from allocation.matching.lagrange import Floats, sealed
from allocation.matching.prices import dual_prices


def cannot_fit(enc: Encoded, *, passes: int = 200) -> bool:
    """Tell whether it is proven twice that no placement exists; False proves nothing.

    Prices that are the same for all limits of a kind prove that there is too little of one resource on the
    whole, however little; what is too little somewhere is found by dual descent.

    Args:
        enc: the instance.
        passes: over all pairs, to find the proof.
    """
    if len(unplaceable(enc)) or bool((enc.least > enc.most).any()):
        return True
    free = replace(enc, worth=sealed(np.zeros(enc.pairs, np.int64)))
    return any(
        exact_bound(free, prices) < 0 and short(enc, whole_prices(free, prices).limit)
        for prices in _guesses(free, passes)
    )


def _guesses(free: Encoded, passes: int) -> Iterator[Floats]:
    """Give prices that may prove it: of each column alone, at hosts and above them; then the best found."""
    column = np.zeros(len(free.most), np.int64)
    column[free.limit] = free.column
    alone = np.bincount(free.limit, minlength=len(free.most)) == 1
    for number, own in product(range(free.need.shape[1]), (True, False)):
        kind = (column == number) & (alone == own) & (free.most < UNLIMITED)
        if kind.any():
            yield kind.astype(np.float64)
    yield dual_prices(free, passes=passes).limit


def short(enc: Encoded, prices: Sequence[int]) -> bool:
    """Tell whether one account for all limits cannot pay for all demands.

    The account holds the price of all that the limits have. Each must-place lead pays for what it draws at
    the cheapest of its hosts. A limit with a price below 0 must get its least count: it pays each lead that
    comes, and no more leads than could gain from that come. If the account ends below 0 even so, there is no
    placement.

    Args:
        enc: the instance; its worths are not read.
        prices: of each limit, whole numbers of any size; below 0 only where a least count stands.
    """
    account = 0
    for price, most, least in zip(prices, enc.most.tolist(), enc.least.tolist(), strict=True):
        if price < 0 and not least:
            return False
        account += price * (most if price > 0 else least)
    rates = _rates(enc, prices)
    pays = any(rate < 0 for host in rates for _, rate in host)
    start, host, row, must = enc.start.tolist(), enc.host.tolist(), enc.row.tolist(), enc.must.tolist()
    need = enc.need.tolist()
    for lead, bound in enumerate(must):
        if not (bound or pays):
            continue
        cheapest = None if bound else 0
        for pair in range(start[lead], start[lead + 1]):
            uses = need[row[pair]]
            cost = sum(rate * uses[column] for column, rate in rates[host[pair]])
            if cheapest is None or cost < cheapest:
                cheapest = cost
                if cost == 0 and not pays:
                    break
        account -= cheapest or 0
    return account < 0


def _rates(enc: Encoded, prices: Sequence[int]) -> list[list[tuple[int, int]]]:
    """List for each host which columns of need cost something there, and how much a unit."""
    first, limit, column = enc.first.tolist(), enc.limit.tolist(), enc.column.tolist()
    rates: list[list[tuple[int, int]]] = []
    for host in range(len(enc.hosts)):
        entries = range(first[host], first[host + 1])
        rates.append([(column[entry], prices[limit[entry]]) for entry in entries if prices[limit[entry]]])
    return rates
