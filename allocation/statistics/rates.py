"""A rate says what it divides by what, whether it counts projects or their money, and as of which day.

Cities print 67 of 109 projects as a share of investment; by money the same projects are 398.48 of 550.39.
So no rate here stands without its kind.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Final

from allocation.statistics.course import Course, Step
from allocation.units import WHOLE


class Kind(Enum):
    """What a figure adds up: projects (个数), or their money (金额) in fen."""

    count = "count"
    amount = "amount"


def half_up(numerator: int, denominator: int) -> int:
    """Divide two whole numbers that are not negative; halves are rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)


@dataclass(frozen=True, slots=True)
class Rate:
    """A numerator over a denominator, both projects or both fen, as of a day."""

    numerator: int
    denominator: int
    kind: Kind
    as_of: date

    def __post_init__(self) -> None:
        """Refuse what is no share of anything.

        Raises:
            ValueError: a part is negative.
        """
        if self.numerator < 0 or self.denominator < 0:
            raise ValueError("the parts of a rate are never negative")

    @property
    def basis_points(self) -> int | None:
        """The rate in 1/10,000, halves rounded up; None where there is nothing to divide by."""
        return None if self.denominator == 0 else half_up(self.numerator * WHOLE, self.denominator)

    def below(self, floor_bp: int) -> bool:
        """Tell whether the exact rate lies below a floor; one without a denominator lies below nothing.

        The exact fractions are compared: what only rounds up to the floor is still below it.
        """
        return self.denominator > 0 and self.numerator * WHOLE < floor_bp * self.denominator


class RateCode(StrEnum):
    """The rates of projects signed in a year."""

    contract = "contract_rate"  # 合同率
    registration = "registration_rate"  # 注册率
    ready = "ready_rate"  # 达到开工条件率
    start = "start_rate"  # 开工率
    performance = "performance_rate"  # 履约率
    production = "production_rate"  # 投产率


PARTS: Final = {
    RateCode.contract: (Step.contracted, Step.signed),
    RateCode.registration: (Step.incorporated, Step.contracted),
    RateCode.ready: (Step.ready, Step.incorporated),
    RateCode.start: (Step.started, Step.signed),
    RateCode.performance: (Step.incorporated, Step.signed),
    RateCode.production: (Step.produced, Step.signed),
}
"""What each rate divides by what. 履约率: a company founded, of what was signed."""


def total(courses: Collection[Course], kind: Kind) -> int:
    """Add up projects: how many, or their investment in fen."""
    if kind is Kind.count:
        return len(courses)
    return sum(one.investment_fen for one in courses)


def reached(courses: Collection[Course], step: Step, year: int, as_of: date) -> list[Course]:
    """Return those of the projects signed in the year, up to a day, that had reached a step by that day."""
    return [
        one
        for one in courses
        if (signed := one.days.get(Step.signed)) is not None
        and signed.year == year
        and signed <= as_of
        and (day := one.days.get(step)) is not None
        and day <= as_of
    ]


def funnel(courses: Collection[Course], year: int, as_of: date) -> dict[tuple[RateCode, Kind], Rate]:
    """Return every rate of the projects signed in a year, by count and by amount, as of a day."""
    steps = {step: reached(courses, step, year, as_of) for pair in PARTS.values() for step in pair}
    return {
        (code, kind): Rate(total(steps[above], kind), total(steps[below], kind), kind, as_of)
        for code, (above, below) in PARTS.items()
        for kind in Kind
    }
