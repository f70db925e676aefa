"""A country as passes over all its pairs read it, and the bound that one of them gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from allocation.matching.bound import WholePrices, block_bound, close_bound, whole_prices
from allocation.matching.columns import Columns
from allocation.matching.descent import Frame, by_industry
from allocation.matching.encode import Encoded, Ints
from allocation.matching.lagrange import Floats
from allocation.matching.limits import BLOCK, scored
from allocation.matching.pairs import NO, WHOLE
from allocation.matching.scan import Shorts, Sketch, Tariff, tariff
from allocation.matching.sweep import bound_leads, choose_parks

CHUNK: Final = 20_000
"""So many leads are gone through between two reports."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a run stands.

    Attributes:
        name: `sample`, `bound`, `settle` or `search`.
        share: how much of that stage is done, from 0 to 1.
        figure: after `bound` the bound, in `settle` and `search` the best value so far.
    """

    name: str
    share: float
    figure: int | None = None


Report = Callable[[Stage], None]


@dataclass(frozen=True, slots=True, eq=False)
class Country:
    """A pool with what passes over all pairs read of it."""

    columns: Columns
    leads: tuple[str, ...]
    hosts: tuple[str, ...]
    parks: Sketch
    frame: Frame

    def tariff(self, prices: Floats) -> Tariff:
        """Fold K prices into what leads pay."""
        return tariff(self.columns, self.parks, self.frame.table(prices))

    def empty(self) -> Encoded:
        """Show the limits and needs as an instance without pairs."""
        frame = self.frame
        return Encoded(
            leads=self.leads,
            hosts=self.hosts,
            start=np.zeros(len(self.leads) + 1, np.int64),
            host=np.zeros(0, np.int32),
            worth=np.zeros(0, np.int64),
            row=np.zeros(0, np.int32),
            need=frame.need,
            must=self.columns.must,
            first=frame.first,
            limit=frame.limit,
            column=frame.column,
            most=frame.most,
            least=frame.least,
            label=frame.label,
        )

    def whole(self, prices: Floats) -> WholePrices:
        """Round K prices for any pair of the pool."""
        most, parks = self.columns.most, self.columns.parks
        points = int(parks.points.max(initial=0)) + most.fit + most.headroom + most.intensity + most.tax
        factor = int(self.columns.leads.weight.max(initial=0)) * int(parks.multiplier.max(initial=0))
        need = [int(amount) for amount in self.frame.need.max(axis=0, initial=0)]
        return whole_prices(self.empty(), prices, worth=points * factor // WHOLE, need=need)

    def bound(self, prices: Floats, tell: Report) -> tuple[int, Shorts]:
        """Bound the value over all pairs; also tell what is best for each lead.

        Args:
            prices: K prices.
            tell: of progress.

        Returns:
            the bound, and L reduced values.
        """
        columns, whole = self.columns, self.whole(prices)
        best = np.zeros(len(self.leads), np.float32)
        order = by_industry(columns, np.arange(len(self.leads)))
        if whole.lines is None:
            cost, picks = self.tariff(prices), np.empty(len(order), np.int32)
            values = np.empty(len(order), np.float32)
            choose_parks(columns.leads, self.parks, cost, columns.most, columns.must, order, picks, values)
            best[order] = values
            return close_bound(whole, self._long_bound(whole)), best
        one = 1 << whole.shift
        cost = tariff(columns, self.parks, whole.lines / one)
        total, seen = 0, 0
        for chosen in chunks(order):
            values = np.empty(len(chosen), np.float32)
            high, low = bound_leads(
                columns.leads, columns.parks, self.parks, cost, columns.most, columns.must,
                self.frame.need, whole.lines, one, chosen, values,
            )  # fmt: skip
            best[chosen] = values
            total += (int(high) << 31) + int(low)
            seen += len(chosen)
            tell(Stage("bound", seen / len(order)))
        return close_bound(whole, total), best

    def _long_bound(self, whole: WholePrices) -> int:
        """Bound with Python's integers, where 64 bits are too few."""
        total = 0
        for number, block in enumerate(scored(self.columns)):
            first = number * BLOCK
            inside = slice(first, first + len(block))
            lead, host = np.nonzero(block != NO)
            part = replace(
                self.empty(),
                leads=self.leads[inside],
                start=np.concatenate([[0], np.cumsum((block != NO).sum(axis=1))]),
                host=host.astype(np.int32),
                worth=block[lead, host],
                row=lead.astype(np.int32),
                need=self.frame.need[inside],
                must=self.columns.must[inside],
            )
            total += block_bound(part, whole)
        return total


def chunks(order: Ints) -> Iterator[Ints]:
    """Cut an order into chunks."""
    for first in range(0, len(order), CHUNK):
        yield order[first : first + CHUNK]
