"""What goes into the engine besides the instance, and what comes out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from allocation.matching import tight
from allocation.matching.encode import Encoded, Ints
from allocation.matching.result import Status

DETERMINISTIC_SHARE: Final = 0.15
"""CP-SAT's deterministic seconds a second: so few that the wall guard rarely stops a search.

One takes 1.5 to 3 seconds of wall clock on an idle core, and twice that where cores are shared.
"""

SEARCHED: Final = 0.7
"""The share of the seconds that the compiled search may take; prices and the bound take the rest."""

POOL_MOVES: Final = 430_000
"""Moves of the pool's search in a second of an idle core, where all arrays lie in its cache."""

CACHED: Final = 460_000
"""With so many pairs the moves take twice the time."""

TIGHT_MOVES: Final = 1_000_000
"""The same where every lead must be placed."""

SMALL: Final = 3_000
"""Up to so many pairs CP-SAT is asked for a proof; the search need only hint at a placement then."""

HINT_MOVES: Final = 20
"""Moves a pair in a small instance."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much may be done.

    Attributes:
        seconds: what the caller has; the other limits are derived from it. Also CP-SAT's wall guard.
        moves: steps of the compiled search.
        deterministic: CP-SAT's deterministic seconds.
    """

    seconds: float
    moves: int
    deterministic: float

    @classmethod
    def of(cls, seconds: float, enc: Encoded) -> "Effort":
        """Derive limits from seconds of one idle core and the regime of the instance."""
        rate = TIGHT_MOVES if tight.suits(enc) else POOL_MOVES / (1 + enc.pairs / CACHED)
        moves = int(seconds * SEARCHED * rate)
        if enc.pairs <= SMALL and not tight.suits(enc):
            moves = min(moves, HINT_MOVES * enc.pairs)
        return cls(seconds, moves, seconds * DETERMINISTIC_SHARE)


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """Where a search stands: a placement that keeps every rule, its value, and the best bound so far.

    `taken` is the reader's own copy; `stage` is one of `round`, `search`, `repair`, `prove`.
    """

    stage: str
    taken: Ints
    value: int
    bound: int


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What the engine found.

    Attributes:
        status: OPTIMAL only if value and bound meet; INFEASIBLE only if that is proven twice.
        taken: the pair of each lead, or STAYS; None without a result.
        value: of that result, an exact integer; None without one.
        bound: no placement is worth more; None if there is no placement.
        bound_scope: "all": the bound covers every pair of the instance.
        route: the ways taken, see `engine.solve`.
        effort: the limits.
        seed: of the searches.
        passes: sweeps over the pairs that made the prices.
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
