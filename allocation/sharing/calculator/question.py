"""What is asked of the calculator: a lead, a deal between two counties, and how the lead grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from allocation.sharing.taxes import Tax
from allocation.sharing.terms import MAX_YEARS, WHOLE_BP, CreditRule
from allocation.units import split_largest_remainder

HORIZON: Final = 5
"""Years looked at, this year the first."""

LIMIT_FEN: Final = 2**53
_YEARLY_LIMIT: Final = LIMIT_FEN // HORIZON
"""So that the sum over all years stays below the limit too."""


class BadQuestionError(ValueError):
    """A question that has no answer: the field, and a stable code of what is wrong with it."""

    def __init__(self, place: str, code: str) -> None:
        self.field, self.code = place, code
        super().__init__(f"{place}: {code}")


def _whole(place: str, value: int, least: int, below: int) -> None:
    """Refuse what is no whole number of a range, floats and truth values among it."""
    if type(value) is not int or not least <= value < below:
        raise BadQuestionError(place, "out_of_range")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """How a lead grows, in years counted from this one (1): the assumptions of every estimate.

    Attributes:
        start_year: the year construction starts.
        build_years: years of construction; investment and paid-in funds spread evenly over them.
        first_tax_year: the first year of tax and output.
        first_tax_bp: tax and output of that year, of the expected yearly figures.
        growth_bp: what each later year adds, until the expected figures are reached.
    """

    start_year: int = 1
    build_years: int = 2
    first_tax_year: int = 3
    first_tax_bp: int = 5_000
    growth_bp: int = 2_500

    def __post_init__(self) -> None:
        """Refuse years and shares that no lead can have."""
        _whole("start_year", self.start_year, 1, MAX_YEARS + 1)
        _whole("build_years", self.build_years, 1, MAX_YEARS + 1)
        _whole("first_tax_bp", self.first_tax_bp, 0, WHOLE_BP + 1)
        _whole("growth_bp", self.growth_bp, 0, WHOLE_BP + 1)
        _whole("first_tax_year", self.first_tax_year, self.start_year, MAX_YEARS + 1)

    def running(self, amount: int, year: int) -> int:
        """Tell a year's part of a yearly amount; all of it once the lead runs fully."""
        if year < self.first_tax_year:
            return 0
        grown = self.first_tax_bp + self.growth_bp * (year - self.first_tax_year)
        return amount * min(grown, WHOLE_BP) // WHOLE_BP

    def built(self, amount: int, year: int) -> int:
        """Tell a year's part of an amount spread over the years of construction; they add up to it."""

        def by(end: int) -> int:
            done = min(max(end - self.start_year + 1, 0), self.build_years)
            return amount * done // self.build_years

        return by(year) - by(year - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What a lead is expected to bring, in fen; `taxes` and output are those of one year at full running."""

    taxes: Mapping[Tax, int]
    investment_fen: int = 0
    fixed_investment_fen: int = 0
    output_fen: int = 0

    def __post_init__(self) -> None:
        """Refuse amounts that are negative, not whole, or beyond 2^53; a yearly one over all years."""
        for name in ("investment_fen", "fixed_investment_fen"):
            _whole(name, getattr(self, name), 0, LIMIT_FEN)
        _whole("output_fen", self.output_fen, 0, _YEARLY_LIMIT)
        for tax, fen in self.taxes.items():
            _whole(f"taxes.{tax}", fen, 0, LIMIT_FEN)
        _whole("tax_fen", self.tax_fen, 0, _YEARLY_LIMIT)

    @property
    def tax_fen(self) -> int:
        """The tax of one year at full running."""
        return sum(self.taxes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """What the two counties would agree on: the origin's share after the years of grace, its term and cap.

    With no years nothing is shared. `cap_fen` limits the origin's money over all years.
    """

    ratio_bp: int
    years: int
    grace_years: int = 0
    cap_fen: int | None = None
    credit_rule: CreditRule = CreditRule.origin_full

    def __post_init__(self) -> None:
        """Refuse what no agreement can say."""
        _whole("ratio_bp", self.ratio_bp, 0, WHOLE_BP + 1)
        _whole("years", self.years, 0, MAX_YEARS + 1)
        _whole("grace_years", self.grace_years, 0, MAX_YEARS - self.years + 1)
        if self.cap_fen is not None:
            _whole("cap_fen", self.cap_fen, 1, LIMIT_FEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One lead, one deal: whose lead it is, who would host it, from when on.

    Attributes:
        city: the city's code, whose own treasury keeps the city's part.
        origin: the county that asks.
        hosts: who may host it; one where the host is known, else all that come into question.
        first_year: this year.
        can_host: whether the origin could host it itself; None where that is not known.
    """

    city: str
    origin: str
    hosts: Sequence[str]
    first_year: int
    lead: Lead
    deal: Deal
    ramp: Ramp = field(default_factory=Ramp)
    can_host: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a county that passes its lead on to itself, and years that no calendar has."""
        if self.origin in self.hosts:
            raise BadQuestionError("host", "same_as_origin")
        _whole("first_year", self.first_year, 1949, 9000)


def mixed(tax_fen: int, weights: Mapping[Tax, int]) -> dict[Tax, int]:
    """Divide a yearly tax of which only the sum is known, by weights, to the fen.

    Raises:
        BadQuestionError: a weight is negative, or none is positive.
    """
    for tax, weight in weights.items():
        _whole(f"mix.{tax}", weight, 0, LIMIT_FEN)
    if not any(weights.values()):
        raise BadQuestionError("mix", "all_zero")
    _whole("tax_fen", tax_fen, 0, LIMIT_FEN)
    return dict(zip(weights, split_largest_remainder(tax_fen, tuple(weights.values())), strict=True))
