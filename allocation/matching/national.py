"""Match a whole country: 1.5 million leads, 5,000 parks, 7.5 thousand million pairs that are never stored.

Four steps, each in blocks of leads, so that memory is bounded by the leads and not by the pairs:

1. *Prices from samples*: dual descent in which every step asks another sample of the leads, with their share
   of every limit, for their choices among all parks (`descent.py`).
2. *Bound*: one pass over all pairs in integers. It covers every pair of the pool.
3. *Settle*: must-place leads first, then what is worth most for what is scarce, each among all parks that
   have room (`settle.py`).
4. *Search*: who lost most pushes in, in passes; then leads that stay take what room is left, at prices that
   fall to nothing (`eject.py`).

No step keeps lists of candidates. With 5,000 parks the best few of many leads are the same parks and fill up:
16 candidates for each lead, and prices refined on them, left 3.7 % here.

Nothing depends on a clock or on the number of threads: there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from allocation.matching.columns import Columns
from allocation.matching.country import Country, Report, Stage
from allocation.matching.descent import frame_of, sample_prices
from allocation.matching.encode import Small
from allocation.matching.push import Search
from allocation.matching.scan import sketch
from allocation.matching.sweep import NOBODY

MOVES_A_SECOND: Final = 2_500
"""So many moves are planned for a second of the whole run."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done; no clock comes in.

    Attributes:
        steps: of the descent.
        smallest: at least so many leads are asked at each step.
        moves: of the search: leads that try to push in.
    """

    steps: int = 200
    smallest: int = 1_000
    moves: int = 0

    @classmethod
    def of(cls, seconds: float) -> "Plan":
        """Derive a plan from seconds of one idle core; only the search depends on them."""
        return cls(moves=int(seconds * MOVES_A_SECOND))


@dataclass(frozen=True, slots=True, eq=False)
class National:
    """What was found.

    Attributes:
        park: L park numbers, or NOBODY for a lead that stays.
        value: the sum of the exact worths.
        bound: no placement is worth more; it covers all pairs.
        unplaced: how many must-place leads have no park: with any of them this is no result.
        moves: of the search.
    """

    park: Small
    value: int
    bound: int
    unplaced: int
    moves: int


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
    country = Country(columns, tuple(leads), tuple(hosts), sketch(columns), frame_of(columns, hosts))
    prices = sample_prices(
        columns,
        country.parks,
        country.frame,
        steps=plan.steps,
        smallest=plan.smallest,
        seed=seed,
        report=lambda share: tell(Stage("sample", share)),
    )
    bound, best = country.bound(prices, tell)
    tell(Stage("bound", 1.0, bound))
    search = Search(country, prices, best)
    search.settle(tell)
    moves = search.go(plan.moves, tell)
    tell(Stage("search", 1.0, search.value))
    return National(
        park=search.park,
        value=search.value,
        bound=bound,
        unplaced=int((columns.must & (search.park == NOBODY)).sum()),
        moves=moves,
    )


def _silent(_: Stage) -> None:
    """Say nothing."""
