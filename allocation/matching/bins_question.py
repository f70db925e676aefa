"""A question to bins, asked bit by bit: is there a placement of at most a wanted cost?"""

from dataclasses import dataclass
from typing import Final

from allocation.matching.bins import Bench, Bins, bench_of, select
from allocation.matching.bins_search import Trail, explore, trail_of
from allocation.matching.chance import Words
from allocation.matching.encode import Ints
from allocation.matching.lagrange import Floats

_MEMORY: Final = 1 << 26
"""Bytes for the way down."""


@dataclass(slots=True)
class Question:
    """Whether there is a placement of at most a cost; it may be asked bit by bit.

    Attributes:
        cost: the wanted cost.
        kept: the pairs that such a placement may hold.
        bench: room to work.
        trail: where the search stands.
    """

    cost: int
    kept: Bins
    bench: Bench
    trail: Trail

    @classmethod
    def of(cls, bins: Bins, bench: Bench, price: Floats, bound: int, cost: int) -> "Question":
        """Ask with the pairs that the scaled bound at these multipliers leaves, after `force`."""
        kept = select(bins, bench.into <= (cost << bins.shift) - bound)
        row = len(kept.job) + 8 * kept.jobs
        levels = max(2, min(2 * kept.jobs + 2, _MEMORY // row))
        return cls(cost, kept, bench_of(kept), trail_of(kept, levels, price))

    def cells(self) -> int:
        """Tell the table cells filled so far."""
        return int(self.bench.tally[0])

    def ended(self) -> bool:
        """Tell whether nothing is left to search; if the answer was CUT, some way down was too long."""
        return bool(self.trail.stand[0] < 0)

    def ask(self, reach: int, cells: int, stride: int, state: Words, found: Ints) -> tuple[int, int]:
        """Search on as `explore` does; return its answer and the table cells filled."""
        before = self.cells()
        most = self.cost << self.kept.shift
        status = explore(self.kept, self.bench, self.trail, most, reach, cells, stride, state, found)
        return status, self.cells() - before
