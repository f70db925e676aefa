"""Match a whole country: 1.5 million leads, 5,000 parks, 7.5 thousand million pairs that are never stored.

Four steps, each in blocks of leads, so that memory is bounded by the candidates and not by the pairs:

1. *Prices from samples*: dual descent in which every step asks another sample of the leads, with their share
   of every limit, for their choices among all parks.
2. *Candidates*: one pass over all pairs keeps each lead's best parks by reduced value; then prices are
   refined on these pairs alone, over all leads, and the candidates are chosen anew at the better prices.
3. *Bound*: one pass over all pairs in integers. It covers every pair of the pool, whatever was kept.
4. *Round and search* among the candidates.

Nothing here depends on a clock or on the number of threads: there is one. A lead that must be placed looks
beyond its candidates nowhere; if that leaves it unplaced, the answer says so and claims nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from allocation.matching.bound import WholePrices, block_bound, close_bound, whole_prices
from allocation.matching.columns import Columns
from allocation.matching.descent import Frame, frame_of, sample_prices
from allocation.matching.encode import STAYS, Encoded, Ints, Small
from allocation.matching.lagrange import Floats
from allocation.matching.limits import BLOCK, scored
from allocation.matching.pairs import NO, WHOLE
from allocation.matching.prices import dual_prices
from allocation.matching.rounding import round_priced
from allocation.matching.scan import Sketch, sketch, tariff
from allocation.matching.search import improve
from allocation.matching.sweep import NOBODY, bound_leads, keep_parks

MOVES_A_SECOND: Final = 5_000
"""So many moves are planned for a second of the whole run."""

REGRET: Final = 0.01
"""Pairs of a regret above this share of the typical worth stay out of the search: other parks are many."""

CHUNK: Final = 20_000
"""So many leads are gone through between two reports."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done; no clock comes in.

    Attributes:
        sample: leads asked at each step of the first descent.
        steps: how many steps.
        rounds: pairs kept of each lead, passes over them, first step of the prices, as in `prices`.
        moves: of the search.
    """

    sample: int
    steps: int = 200
    rounds: tuple[tuple[int, int, float], ...] = ((16, 40, 0.003), (16, 60, 0.002))
    moves: int = 0

    @classmethod
    def of(cls, seconds: float, leads: int) -> "Plan":
        """Derive a plan from seconds of one idle core; only the search depends on them."""
        return cls(sample=max(1_000, leads // 50), moves=int(seconds * MOVES_A_SECOND))


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a run stands.

    Attributes:
        name: `sample`, `candidates`, `prices`, `bound`, `round` or `search`.
        share: how much of that stage is done, from 0 to 1.
        figure: after `prices` the bound over the candidates, after `bound` the one over all pairs, in `round`
            and `search` the value so far.
    """

    name: str
    share: float
    figure: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class National:
    """What was found.

    Attributes:
        park: L park numbers, or NOBODY for a lead that stays.
        value: the sum of the exact worths.
        bound: no placement is worth more; it covers all pairs.
        unplaced: how many must-place leads have no park: with any of them this is no result.
        pairs: how many candidates there were.
        moves: of the search.
    """

    park: Small
    value: int
    bound: int
    unplaced: int
    pairs: int
    moves: int


Report = Callable[[Stage], None]


def match_country(
    columns: Columns,
    leads: Sequence[str],
    hosts: Sequence[str],
    *,
    plan: Plan,
    seed: int,
    report: Report | None = None,
) -> National:
    """Match a pool whose pairs are too many to store.

    Args:
        columns: the pool.
        leads: ids of the leads, ascending, in the order of the columns.
        hosts: codes of the parks, ascending, in the order of the columns.
        plan: how much is done.
        seed: same pool, plan and seed: same answer.
        report: told at the end of each block.
    """
    tell = report if report is not None else _silent
    country = _Country(columns, tuple(leads), tuple(hosts), sketch(columns), frame_of(columns, hosts))
    prices = sample_prices(
        columns,
        country.parks,
        country.frame,
        sample=plan.sample,
        steps=plan.steps,
        seed=seed,
        report=lambda share: tell(Stage("sample", share)),
    )
    for keep, passes, step in plan.rounds:
        enc = country.candidates(prices, keep, tell)
        found = dual_prices(enc, passes=passes, start=prices, step=step)
        prices = found.limit
        tell(Stage("prices", 1.0, int(found.bound)))
    bound = country.bound(enc, prices, tell)
    tell(Stage("bound", 1.0, bound))
    taken = round_priced(enc, prices)
    tell(Stage("round", 1.0, _value(enc, taken)))
    taken, moves = improve(
        enc,
        taken,
        prices,
        moves=plan.moves,
        seed=seed,
        regret=REGRET,
        watch=lambda better: tell(Stage("search", 0.5, _value(enc, better))),
    )
    placed = taken != STAYS
    tell(Stage("search", 1.0, _value(enc, taken)))
    park = np.full(len(leads), NOBODY, np.int32)
    park[placed] = enc.host[taken[placed]]
    return National(
        park=park,
        value=_value(enc, taken),
        bound=bound,
        unplaced=int((enc.must & ~placed).sum()),
        pairs=enc.pairs,
        moves=moves,
    )


def _value(enc: Encoded, taken: Ints) -> int:
    """Sum the exact worths of a placement."""
    return int(enc.worth[taken[taken != STAYS]].sum())


def _silent(_: Stage) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class _Country:
    """A pool with what passes over all pairs read of it."""

    columns: Columns
    leads: tuple[str, ...]
    hosts: tuple[str, ...]
    parks: Sketch
    frame: Frame

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Cut the leads into blocks."""
        for first in range(0, len(self.leads), CHUNK):
            yield first, min(first + CHUNK, len(self.leads))

    def candidates(self, prices: Floats, keep: int, tell: Report) -> Encoded:
        """Keep each lead's best pairs at prices.

        Args:
            prices: K prices.
            keep: so many of each lead.
            tell: of progress.
        """
        columns = self.columns
        cost = tariff(columns, self.frame.table(prices))
        keep = min(keep, len(self.hosts))
        counts = np.empty(len(self.leads), np.int64)
        parts: list[tuple[Small, Ints]] = []
        for first, last in self.blocks():
            hosts = np.empty((last - first, keep), np.int32)
            worths = np.empty((last - first, keep), np.int64)
            count = counts[first:last]
            keep_parks(
                columns.leads, columns.parks, self.parks, cost, columns.most, first, hosts, worths, count
            )
            kept = np.arange(keep) < count[:, None]
            parts.append((hosts[kept], worths[kept]))
            tell(Stage("candidates", last / len(self.leads)))
        frame = self.frame
        return Encoded(
            leads=self.leads,
            hosts=self.hosts,
            start=np.concatenate([[0], np.cumsum(counts)]),
            host=np.concatenate([np.empty(0, np.int32), *(part[0] for part in parts)]),
            worth=np.concatenate([np.empty(0, np.int64), *(part[1] for part in parts)]),
            row=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
            need=frame.need,
            must=columns.must,
            first=frame.first,
            limit=frame.limit,
            column=frame.column,
            most=frame.most,
            least=frame.least,
            label=frame.label,
        )

    def whole(self, enc: Encoded, prices: Floats) -> WholePrices:
        """Round prices for any pair of the pool.

        Args:
            enc: some pairs; its limits and needs are read.
            prices: K prices.
        """
        most, parks = self.columns.most, self.columns.parks
        points = int(parks.points.max(initial=0)) + most.fit + most.headroom + most.intensity + most.tax
        factor = int(self.columns.leads.weight.max(initial=0)) * int(parks.multiplier.max(initial=0))
        need = [int(amount) for amount in enc.need.max(axis=0, initial=0)]
        return whole_prices(enc, prices, worth=points * factor // WHOLE, need=need)

    def bound(self, enc: Encoded, prices: Floats, tell: Report) -> int:
        """Bound the value over all pairs.

        Args:
            enc: some pairs; its limits and needs are read.
            prices: K prices.
            tell: of progress.
        """
        columns, whole = self.columns, self.whole(enc, prices)
        if whole.lines is None:
            return close_bound(whole, self._long_bound(enc, whole))
        cost = tariff(columns, whole.lines / (1 << whole.shift))
        total = 0
        for first, last in self.blocks():
            high, low = bound_leads(
                columns.leads,
                columns.parks,
                self.parks,
                cost,
                columns.most,
                columns.must,
                enc.need,
                whole.lines,
                1 << whole.shift,
                first,
                last,
            )
            total += (int(high) << 31) + int(low)
            tell(Stage("bound", last / len(self.leads)))
        return close_bound(whole, total)

    def _long_bound(self, enc: Encoded, whole: WholePrices) -> int:
        """Bound with Python's integers, where 64 bits are too few."""
        total = 0
        for number, block in enumerate(scored(self.columns)):
            first = number * BLOCK
            inside = slice(first, first + len(block))
            lead, host = np.nonzero(block != NO)
            part = replace(
                enc,
                leads=self.leads[inside],
                start=np.concatenate([[0], np.cumsum((block != NO).sum(axis=1))]),
                host=host.astype(np.int32),
                worth=block[lead, host],
                row=lead.astype(np.int32),
                need=enc.need[inside],
                must=enc.must[inside],
            )
            total += block_bound(part, whole)
        return total
