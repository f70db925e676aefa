"""The engine: from an encoded instance to the best placement that the effort allows, and a bound on it.

Limits are counted in moves and deterministic seconds, never by a clock, so the same instance, effort and seed
give the same bits on the same machine type. A wall clock may only stop the engine from outside.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from allocation.matching import exact, tight
from allocation.matching.bound import exact_bound, unplaceable
from allocation.matching.candidates import best_pairs
from allocation.matching.clash import cannot_fit
from allocation.matching.core import unmet
from allocation.matching.effort import SMALL, Effort, Found, Progress, Report, Stop
from allocation.matching.encode import STAYS, Encoded, Ints
from allocation.matching.neighbourhoods import HOSTS, STEP, reoptimise
from allocation.matching.prices import Prices, price_all
from allocation.matching.result import Status
from allocation.matching.rounding import round_priced
from allocation.matching.search import improve

__all__ = ["Effort", "Found", "Progress", "Report", "Stop", "solve"]

CANDIDATES: Final = 10
"""So many pairs of a lead are searched, the best by reduced value; more gain nothing."""

REPAIRED: Final = 0.2
"""The share of CP-SAT's time that neighbourhoods of a large pool may take, if that is a step at least."""

REACHED: Final = 4
"""Neighbourhoods are tried where their steps reach one host of so many: a few among 300 gain nothing."""

RESCUED: Final = 200_000
"""CP-SAT is not handed more pairs than this."""


def solve(
    enc: Encoded,
    *,
    effort: Effort,
    seed: int,
    start: Ints | None = None,
    report: Report | None = None,
    stop: Stop | None = None,
) -> Found:
    """Search for the placement of most worth.

    Every route begins with prices and the bound that they prove over all pairs. Then, as `Found.route` tells:

    * `tight`: every lead must be placed (`tight.py`).
    * `pool`: leads may stay: round by prices, then ejection chains on the best pairs (`search.py`), then,
      given some seconds, CP-SAT on neighbourhoods (`neighbourhoods.py`).
    * `+exact`: CP-SAT, from what was found, on all pairs: where demands were unmet, and small instances,
      but for those that tables of bins brought to a placement (`tight.Tight.tabled`).

    Args:
        enc: the instance.
        effort: the limits.
        seed: same instance, effort and seed: same answer.
        start: a placement to start from, such as the standing one; need not be feasible.
        report: called with each placement that keeps every rule and is better than the one before.
        stop: asked now and then; True ends the search with the best placement so far.
    """
    run = _Run(enc, effort, seed, report, stop)
    if len(unplaceable(enc)):
        return run.found("prices", Status.INFEASIBLE)
    prices = price_all(enc)
    run.passes = prices.passes
    run.bound = min(exact_bound(enc, prices.limit), exact.trivial_bound(enc))
    if tight.suits(enc):
        route, possible = "tight", run.tight(prices, start)
    else:
        route, possible = "pool", run.pool(prices, start)
    if run.proved or run.stopped():
        return run.found(route)
    if not possible and enc.pairs > SMALL and cannot_fit(enc):
        return run.found(route, Status.INFEASIBLE)
    tabled = run.tabled and run.taken is not None
    if (enc.pairs <= SMALL and not tabled) or (run.taken is None and enc.pairs <= RESCUED):
        return run.found(f"{route}+exact", run.prove())
    return run.found(route)


@dataclass(slots=True)
class _Run:
    """What a search knows as it goes on.

    Attributes:
        enc, effort, seed, report, stop: of `solve`.
        taken: the best placement that keeps every rule.
        value: its value.
        bound: the best bound.
        passes, moves, work: what was used.
        by_wall: whether a clock cut something short.
        tabled: of `tight.Tight`.
    """

    enc: Encoded
    effort: Effort
    seed: int
    report: Report | None
    stop: Stop | None
    taken: Ints | None = None
    value: int = 0
    bound: int = 0
    passes: int = 0
    moves: int = 0
    work: float = 0.0
    by_wall: bool = False
    tabled: bool = False

    @property
    def proved(self) -> bool:
        """Whether nothing can be better."""
        return self.taken is not None and self.value == self.bound

    def stopped(self) -> bool:
        """Ask whether the caller wants to end."""
        self.by_wall = self.by_wall or (self.stop is not None and self.stop())
        return self.by_wall

    def enough(self) -> bool:
        """Tell whether to end the search: nothing can be better, or the caller wants it."""
        return self.proved or self.stopped()

    def offer(self, taken: Ints, stage: str) -> None:
        """Keep a placement if it meets all demands and is better."""
        value = exact.value_of(self.enc, taken)
        if (self.taken is None or value > self.value) and not unmet(self.enc, taken):
            self.taken, self.value = taken.copy(), value
            if self.report is not None:
                self.report(Progress(stage, taken.copy(), value, self.bound))

    def tight(self, prices: Prices, start: Ints | None) -> bool:
        """Search where every lead must be placed; tell whether a placement may exist."""
        found = tight.solve_tight(
            self.enc,
            prices,
            seed=self.seed,
            moves=self.effort.moves,
            start=start,
            report=lambda taken, _: self.offer(taken, "search"),
            stop=self.stopped,
        )
        self.moves += found.moves
        self.tabled = found.tabled
        if found.taken is not None:
            self.offer(found.taken, "search")
        if found.bound is not None:
            self.bound = min(self.bound, found.bound)  # a bound below the value is for the judge to see
        return found.bound is not None

    def pool(self, prices: Prices, start: Ints | None) -> bool:
        """Search where leads may stay; tell whether all demands were met."""
        part = best_pairs(self.enc, prices.limit, CANDIDATES, also=start)
        given = None if start is None else _among(part.pair, start)
        taken = round_priced(part.enc, prices.limit, start=given)
        self.offer(part.whole(taken), "round")
        taken, moves = improve(
            part.enc,
            taken,
            prices.limit,
            moves=self.effort.moves,
            seed=self.seed,
            watch=lambda better: self.offer(part.whole(better), "search"),
            stop=self.enough,
        )
        self.moves += moves
        self.offer(part.whole(taken), "search")
        limit = REPAIRED * self.effort.deterministic
        reached = REACHED * HOSTS * int(limit / STEP)
        wide = self.enc.pairs > SMALL and reached >= max(1, len(self.enc.hosts))
        if self.taken is not None and not self.proved and wide:
            _, work = reoptimise(
                part.enc,
                _among(part.pair, self.taken),
                prices.limit,
                limit=limit,
                seconds=self.effort.seconds,
                seed=self.seed,
                watch=lambda better: self.offer(part.whole(better), "repair"),
                stop=self.stopped,
            )
            self.work += work
        return self.taken is not None

    def prove(self) -> Status | None:
        """Ask CP-SAT for a better placement and a proof; tell its status where that is more than ours."""
        answer = exact.solve(
            self.enc,
            limit=self.effort.deterministic,
            seconds=self.effort.seconds,
            seed=self.seed,
            hint=self.taken,
            bound=self.bound,
            found=lambda taken: self.offer(taken, "prove"),
        )
        self.work += answer.work
        self.by_wall = self.by_wall or answer.by_wall
        if answer.taken is not None:
            self.offer(answer.taken, "prove")
        if answer.status is Status.INFEASIBLE and self.taken is None:
            return Status.INFEASIBLE
        if answer.bound is not None:
            self.bound = min(self.bound, answer.bound)
        return None

    def found(self, route: str, status: Status | None = None) -> Found:
        """Write the answer."""
        if status is None:
            status = Status.UNKNOWN if self.taken is None else Status.FEASIBLE
            status = Status.OPTIMAL if self.proved else status
        return Found(
            status=status,
            taken=self.taken,
            value=None if self.taken is None else self.value,
            bound=None if status is Status.INFEASIBLE else self.bound,
            bound_scope="all",
            route=route,
            effort=self.effort,
            seed=self.seed,
            passes=self.passes,
            moves=self.moves,
            work=self.work,
            limited_by_wall=self.by_wall,
        )


def _among(pair: Ints, taken: Ints) -> Ints:
    """Number a placement by kept pairs; all of it is among them."""
    return np.where(taken == STAYS, STAYS, np.searchsorted(pair, taken))
