"""One entry rule and one filing, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocation.entry.words import (
    INSIDE,
    NEW,
    OUTSIDE,
    SIGNED,
    Comparison,
    Effect,
    EnvironmentClass,
    Measure,
    ProjectKind,
)

PLACE_DIGITS = 4
"""Digits of a region code that name the prefecture."""

CODE_PLACE = slice(2, 6)
"""Where a 统一社会信用代码 names the prefecture of the authority that registered the firm (GB 32100-2015)."""

FEN_PER_WAN = 1_000_000
HUNDREDTHS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a city's set.

    Attributes:
        code: its stable name within the set.
        measure: what of the filing it looks at.
        comparison: how.
        threshold: the number that `at_least` and `at_most` compare with, in the measure's unit.
        listed: the values that `none_of` forbids; of industries, the beginnings of codes.
        effect: what follows where the filing does not meet it.
        industries: beginnings of the industry codes that it is for; empty for all.
        citation: where it is written.
    """

    code: str
    measure: Measure
    comparison: Comparison
    threshold: Fraction | None = None
    listed: tuple[str, ...] = ()
    effect: Effect
    industries: tuple[str, ...] = ()
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a filing says: money in fen, land in hundredths of a mu, energy in tonnes of coal equivalent."""

    kind: ProjectKind
    industry: str
    inside: bool
    signed: bool
    environment: EnvironmentClass | None
    investment_fen: int
    fixed_investment_fen: int
    land_mu: int
    energy_tce: int
    output_fen: int
    tax_fen: int


def is_inside(city: str, credit_code: str, registered: str) -> bool:
    """Tell whether a firm is registered in the city: by its place of registration or its credit code.

    Args:
        city: six digits of the prefecture.
        credit_code: 18 characters.
        registered: six digits of the region where the firm says it is registered.
    """
    prefecture = city[:PLACE_DIGITS]
    return prefecture in {registered[:PLACE_DIGITS], credit_code[CODE_PLACE]}


def word_of(filing: Filing, measure: Measure) -> str | None:
    """Return the value of a measure that is a word; none where the filing does not say it."""
    words: dict[Measure, str | None] = {
        Measure.kind: filing.kind.value,
        Measure.industry: filing.industry,
        Measure.registered: INSIDE if filing.inside else OUTSIDE,
        Measure.signed: SIGNED if filing.signed else NEW,
        Measure.environment: filing.environment.value if filing.environment else None,
    }
    return words[measure]


def number_of(filing: Filing, measure: Measure) -> Fraction | None:
    """Return the value of a measure that is a number: 万元, 万元/亩, tonnes of coal equivalent a 万元.

    None where it does not arise: nothing per mu without land, nothing per output without output.
    """
    fixed, tax = Fraction(filing.fixed_investment_fen, FEN_PER_WAN), Fraction(filing.tax_fen, FEN_PER_WAN)
    mu, output = Fraction(filing.land_mu, HUNDREDTHS), Fraction(filing.output_fen, FEN_PER_WAN)
    if measure is Measure.investment:
        return Fraction(filing.investment_fen, FEN_PER_WAN)
    if measure is Measure.fixed_investment:
        return fixed
    if measure is Measure.intensity:
        return fixed / mu if mu else None
    if measure is Measure.tax_per_mu:
        return tax / mu if mu else None
    return Fraction(filing.energy_tce) / output if output else None


def concerns(rule: Rule, industry: str) -> bool:
    """Tell whether a rule is for an industry."""
    return not rule.industries or begins(industry, rule.industries)


def begins(industry: str, beginnings: Sequence[str]) -> bool:
    """Tell whether a code begins with one of several beginnings."""
    return industry.startswith(tuple(beginnings))
