"""What the matcher answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

PPM: Final = 1_000_000


class Status(StrEnum):
    """How far a search came."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"  # neither a result nor a proof that there is none, within the limits


class Rule(StrEnum):
    """Every hard rule that can keep a lead from a park; the last is no bar, but why a park is not listed."""

    ORIGIN = "origin"
    HELD = "held"
    DECLINED = "declined"  # the host said no to this lead
    FORBIDDEN = "forbidden"
    POSITIONING = "positioning"
    INTENSITY = "intensity"
    TAX = "tax"
    LAND = "land"
    HALL = "hall"
    STALE_LAND = "stale_land"
    STALE_HALL = "stale_hall"
    ENERGY = "energy"
    WATER = "water"
    COD = "cod"
    COUNTY_LAND = "county_land"
    COUNTY_ENERGY = "county_energy"
    COUNTY_COD = "county_cod"
    COUNTY_LEADS = "county_leads"  # fairness: how many leads a county may take in this run
    COUNTY_INVESTMENT = "county_investment"  # fairness: how much investment
    OUTRANKED = "outranked"


UNITS: Final[Mapping[Rule, str]] = {
    Rule.ORIGIN: "region",
    Rule.HELD: "region",
    Rule.DECLINED: "region",
    Rule.FORBIDDEN: "industry",
    Rule.POSITIONING: "bp",
    Rule.INTENSITY: "fen_per_mu",
    Rule.TAX: "fen_per_mu",
    Rule.LAND: "mu",
    Rule.HALL: "m2",
    Rule.STALE_LAND: "days",
    Rule.STALE_HALL: "days",
    Rule.ENERGY: "tce",
    Rule.WATER: "td",
    Rule.COD: "kg",
    Rule.COUNTY_LAND: "mu",
    Rule.COUNTY_ENERGY: "tce",
    Rule.COUNTY_COD: "kg",
    Rule.COUNTY_LEADS: "leads",
    Rule.COUNTY_INVESTMENT: "wan",
    Rule.OUTRANKED: "score",
}
"""What `measured` and `limit` are counted in; regions and industries are codes, the rest integers."""


@dataclass(frozen=True, slots=True, order=True)
class Blocker:
    """A rule that a lead breaks at a park, with what was measured and what the rule asks.

    Floors (`intensity`, `tax`) ask for at least the limit, all other figures for at most it. A measured ratio
    is floored to a whole unit.
    """

    rule: Rule
    measured: int | str
    limit: int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The parts of a score, each an integer, together 0–10,000."""

    positioning: int
    fit: int
    headroom: int
    intensity: int
    tax: int

    @property
    def total(self) -> int:
        """The sum of the parts."""
        return self.positioning + self.fit + self.headroom + self.intensity + self.tax


@dataclass(frozen=True, slots=True)
class Solution:
    """What a solver found for a compiled instance or a GAP; integers throughout.

    Attributes:
        status: how far it came.
        assignment: the host of each lead (None: stays), or the agent of each job; empty without a result.
        objective: the value or cost, summed anew from the input; None without a result.
        bound: no result is better than this; None if nothing is known.
        deterministic_limit: the work limit that came from the seconds, in OR-Tools' deterministic seconds.
        limited_by_wall: whether the wall clock stopped the search: then another machine may answer otherwise.
        work: what was used of that limit.
        bound_scope: "all" if the bound covers every allowed pair, "pruned" if only those that were kept.
        seed: of the search.
        moves: steps that the compiled search made.
        move_limit: how many it was allowed, derived from the seconds.
        passes: sweeps that made the prices.
        route: which way the engine took (see `allocation.matching.engine`).
    """

    status: Status
    assignment: Mapping[str, str | None]
    objective: int | None
    bound: int | None
    deterministic_limit: float
    limited_by_wall: bool = False
    work: float = 0.0
    bound_scope: str = "all"
    seed: int = 1
    moves: int = 0
    move_limit: int = 0
    passes: int = 0
    route: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of the best hosts of a lead.

    Attributes:
        rank: 1–3; the placed host is first, then by score.
        park: the host's code.
        score: its parts.
        value: score × the lead's weight.
        placed: whether the run places the lead here.
        shortfalls: what is missing here while all other placements of the run stay; empty if it would fit.
        price: what the whole value loses if this host is taken and all others may move; None if unknown.
    """

    rank: int
    park: str
    score: Score
    value: int
    placed: bool
    shortfalls: tuple[Blocker, ...] = ()
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A lead's best hosts, and every reason against each other park (by park code).

    `crowded` names the parks among `rejections` whose reasons hold only while all other placements stay.
    """

    lead: str
    candidates: tuple[Candidate, ...]
    rejections: Mapping[str, tuple[Blocker, ...]]
    crowded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """The answer to a pool."""

    solution: Solution
    explanations: tuple[Explanation, ...]


def gap_ppm(objective: int, bound: int) -> int:
    """Tell how far a result may be from the best: |bound − objective| in millionths of |objective|.

    Rounded up, so that 0 means proven. An objective of 0 counts as 1.
    """
    return -(-abs(bound - objective) * PPM // max(1, abs(objective)))


def gap_percent(objective: int, bound: int) -> float:
    """Tell the gap in per cent, for reading: the exact quotient, rounded up to four decimals."""
    return float(Fraction(gap_ppm(objective, bound), PPM // 100))
