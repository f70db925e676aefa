"""The engine: from an encoded instance to the best placement that the effort allows, and a bound on it.

Limits are counted in passes, moves and deterministic seconds, never by a clock, so the same instance, effort
and seed give the same bits on the same machine type. A wall clock may only stop the engine from outside.
"""

from collections.abc import Callable
from dataclasses import dataclass

from allocation.matching import exact
from allocation.matching.encode import Encoded, Ints
from allocation.matching.result import Status


@dataclass(frozen=True, slots=True)
class Effort:
    """How much may be done.

    Attributes:
        seconds: what the caller has; the other limits are derived from it. Also CP-SAT's wall guard.
        passes: sweeps over all pairs that make the prices.
        moves: steps of the compiled search.
        deterministic: CP-SAT's deterministic seconds.
    """

    seconds: float
    passes: int
    moves: int
    deterministic: float

    @classmethod
    def of(cls, seconds: float, enc: Encoded) -> "Effort":
        """Derive limits from seconds of one idle core and the size of the instance."""
        return cls(
            seconds=seconds,
            passes=min(1_000, 100 + int(seconds * 200)),
            moves=int(seconds * 1_000_000) + enc.pairs,
            deterministic=seconds * exact.DETERMINISTIC_SHARE,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """Where a search stands: a placement that keeps every rule, its value, and the best bound so far.

    `taken` is the reader's own copy; `stage` is one of `prices`, `round`, `search`, `repair`, `prove`.
    """

    stage: str
    taken: Ints
    value: int
    bound: int


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What the engine found.

    Attributes:
        status: OPTIMAL only if value and bound meet; INFEASIBLE only if a second formulation agrees.
        taken: the pair of each lead, or STAYS; None without a result.
        value: of that result, an exact integer; None without one.
        bound: no placement is worth more; None if there is no placement.
        bound_scope: "all": the bound covers every pair of the instance.
        route: "exact", "pool" or "tight".
        effort: the limits.
        seed: of the searches.
        passes: sweeps made.
        moves: steps made.
        work: deterministic seconds used.
        limited_by_wall: whether a clock, not the effort, ended it.
    """

    status: Status
    taken: Ints | None
    value: int | None
    bound: int | None
    bound_scope: str
    route: str
    effort: Effort
    seed: int
    passes: int = 0
    moves: int = 0
    work: float = 0.0
    limited_by_wall: bool = False


Report = Callable[[Progress], None]
Stop = Callable[[], bool]


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

    Args:
        enc: the instance.
        effort: the limits.
        seed: same instance, effort and seed: same answer.
        start: a placement to start from, such as the standing one; need not be feasible.
        report: called at the end of each stage that leaves a placement.
        stop: asked now and then; True ends the search with the best placement so far.
    """

    def tell(taken: Ints) -> None:
        if report is not None:
            report(Progress("prove", taken, exact.value_of(enc, taken), exact.trivial_bound(enc)))

    if stop is not None and stop():
        return Found(Status.UNKNOWN, None, None, None, "all", "exact", effort, seed, limited_by_wall=True)
    answer = exact.solve(
        enc, limit=effort.deterministic, seconds=effort.seconds, seed=seed, hint=start, found=tell
    )
    return Found(
        status=answer.status,
        taken=answer.taken,
        value=answer.value,
        bound=answer.bound,
        bound_scope="all",
        route="exact",
        effort=effort,
        seed=seed,
        work=answer.work,
        limited_by_wall=answer.by_wall,
    )
