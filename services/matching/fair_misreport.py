"""What lying gained in a simulation: the figures of `docs/benchmarks/misreport.json`, for pages to show.

They are measured by `python -m benchmarks.misreport` and recorded by `benchmarks.record`; a test holds this
table to that record.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from allocation.matching.misreport import Kind


@dataclass(frozen=True, slots=True)
class Gained:
    """What one way of lying gains, in basis points of what honesty gives.

    Attributes:
        kind: what the county says wrongly.
        free_mean_bp: the mean over all counties, where there is no rule of fairness;
        free_worst_bp: and the most that one gained.
        held_mean_bp: the same with a ceiling on each county's investment.
        held_worst_bp: likewise.
    """

    kind: Kind
    free_mean_bp: int
    free_worst_bp: int
    held_mean_bp: int
    held_worst_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A simulation: its base, and a line for each way of lying.

    Attributes:
        on: the day it was measured.
        pools: simulated cities;
        leads: projects, parks and counties of each.
        parks: see there.
        counties: see there.
        trials: lies tried, each by one county alone.
        shaded_bp: how far each lie is from the truth.
        ceiling_bp: the ceiling, as a share of the entitlement.
        gap_bp: no search was further than this from its bound; smaller gains may be its doing.
        target_bp: no mean gain should be above this.
        lines: what was gained.
    """

    on: date
    pools: int
    leads: int
    parks: int
    counties: int
    trials: int
    shaded_bp: int
    ceiling_bp: int
    gap_bp: int
    target_bp: int
    lines: tuple[Gained, ...]

    @property
    def over(self) -> tuple[Gained, ...]:
        """The ways of lying that gain more than they should."""
        return tuple(
            line for line in self.lines if max(line.free_mean_bp, line.held_mean_bp) > self.target_bp
        )


MEASURED: Final = Measured(
    on=date(2026, 11, 22),
    pools=2,
    leads=400,
    parks=25,
    counties=10,
    trials=160,
    shaded_bp=2_000,
    ceiling_bp=11_500,
    gap_bp=310,
    target_bp=100,
    lines=(
        Gained(Kind.TIERS, 3_156, 5_683, 3_079, 4_973),
        Gained(Kind.LAND_LESS, -361, 1_140, -366, 682),
        Gained(Kind.LAND_MORE, -519, 744, -430, 956),
        Gained(Kind.NEED, -168, 1_478, -47, 1_486),
    ),
)
