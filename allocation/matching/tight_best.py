"""The best placement of a tight search, and the bound: every candidate is checked here in integers."""

from collections.abc import Callable

import numpy as np

from allocation.matching.encode import STAYS, Encoded, Ints

Report = Callable[[Ints, int], None]
"""Called with a better placement (the reader's own copy) and the bound known by then."""


def keeps(enc: Encoded, taken: Ints) -> bool:
    """Tell whether a placement places every lead and breaks no limit."""
    if (taken == STAYS).any():
        return False
    load = [0] * len(enc.most)
    host, row = enc.host[taken].tolist(), enc.row[taken].tolist()
    first, limit, column = enc.first.tolist(), enc.limit.tolist(), enc.column.tolist()
    for at, uses in zip(host, enc.need[row].tolist(), strict=True):
        for entry in range(first[at], first[at + 1]):
            load[limit[entry]] += uses[column[entry]]
    return all(
        least <= used <= most
        for least, used, most in zip(enc.least.tolist(), load, enc.most.tolist(), strict=True)
    )


class Best:
    """Keeps the best placement offered, its value and the bound.

    Args:
        enc: the instance.
        bound: one that is known.
        report: called with each better placement.
    """

    def __init__(self, enc: Encoded, bound: int, report: Report | None) -> None:
        self.enc = enc
        self.bound = bound
        self.taken: Ints | None = None
        self.value = 0
        self._report = report

    def offer(self, taken: Ints) -> bool:
        """Take a placement if it breaks no limit and is worth more than the best so far; tell whether."""
        value = sum(self.enc.worth[taken].tolist())
        if (self.taken is not None and value <= self.value) or not keeps(self.enc, taken):
            return False
        self.taken = taken.astype(np.int64)
        self.value = value
        if self._report is not None:
            self._report(self.taken.copy(), self.bound)
        return True

    def lower(self, bound: int) -> None:
        """Note a bound."""
        self.bound = min(self.bound, bound)

    def proved(self) -> bool:
        """Tell whether nothing is worth more than the best placement."""
        return self.taken is not None and self.value == self.bound
