"""What comes in and goes out of the entry rules: strict models, also of what is stored as JSON."""

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from allocation.entry import NUMERIC, Comparison, Effect, Finding, Measure, Outcome, Rule
from services.entry.words import UNITS

DECIMALS: Final = 4
"""Decimals to which a measured value is shown; it is compared exactly."""

Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
Word = Annotated[str, StringConstraints(pattern=r"^[0-9a-z_]{1,40}$")]
Beginning = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,4}$")]
Cited = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Strict(BaseModel):
    """The base of all input: nothing unknown, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class RuleIn(Strict):
    """One rule. Thresholds are decimals as text, in the measure's unit."""

    code: Word
    measure: Measure
    comparison: Comparison
    threshold: Number | None = None
    listed: Annotated[list[Word], Field(max_length=200)] = []
    effect: Effect
    industries: Annotated[list[Beginning], Field(max_length=200)] = []
    citation: Cited

    @model_validator(mode="after")
    def check(self) -> Self:
        """Check that the comparison has what it compares with, and fits the measure."""
        numeric = self.measure in NUMERIC
        if numeric == (self.comparison is Comparison.none_of):
            raise ValueError("the comparison does not fit the measure")
        if numeric != (self.threshold is not None) or numeric == bool(self.listed):
            raise ValueError("a number takes a threshold, a word takes a list")
        if self.measure is Measure.industry and not all(
            re.fullmatch(r"[0-9]{2,4}", item) for item in self.listed
        ):
            raise ValueError("industries are two to four digits")
        return self

    def rule(self) -> Rule:
        """Return the rule as the pure functions take it."""
        return Rule(
            code=self.code,
            measure=self.measure,
            comparison=self.comparison,
            threshold=None if self.threshold is None else Fraction(self.threshold),
            listed=tuple(self.listed),
            effect=self.effect,
            industries=tuple(self.industries),
            citation=self.citation,
        )


class RuleSetIn(Strict):
    """A new version of the rules, in force from a day that has not passed."""

    effective_from: date
    rules: Annotated[list[RuleIn], Field(min_length=1, max_length=50)]
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]

    @model_validator(mode="after")
    def check(self) -> Self:
        """Check that no two rules share a name."""
        if len({rule.code for rule in self.rules}) < len(self.rules):
            raise ValueError("two rules share a code")
        return self


class RuleSetAnswer(BaseModel):
    """One version of the rules. `revision` is the newest version's number, which a next one has to name."""

    version: int
    effective_from: date
    until: date | None
    """The last day before the next version; none for the newest."""
    in_force: bool
    rules: list[RuleIn]
    note: str
    made_on: date | None
    revision: int


class RuleSetsAnswer(BaseModel):
    """All versions, newest first."""

    items: list[RuleSetAnswer]


class FindingAnswer(BaseModel):
    """What one rule says of one filing."""

    code: str
    measure: Measure
    comparison: Comparison
    measured: str | None
    threshold: str | None
    listed: list[str]
    unit: str
    outcome: Outcome
    citation: str


def shown(value: Fraction | str | None) -> str | None:
    """Write a measured value: a word as it is, a number with at most four decimals, rounded half up."""
    if value is None or isinstance(value, str):
        return value
    scaled = (value * 10**DECIMALS * 2 + 1) // 2
    whole, rest = divmod(int(scaled), 10**DECIMALS)
    return f"{whole}.{rest:0{DECIMALS}d}".rstrip("0").rstrip(".")


def rule_in(rule: Rule) -> RuleIn:
    """Return a rule as it is stored and shown."""
    return RuleIn(
        code=rule.code,
        measure=rule.measure,
        comparison=rule.comparison,
        threshold=shown(rule.threshold),
        listed=list(rule.listed),
        effect=rule.effect,
        industries=list(rule.industries),
        citation=rule.citation,
    )


def finding_answer(finding: Finding) -> FindingAnswer:
    """Return a finding as it is stored and shown."""
    rule = finding.rule
    return FindingAnswer(
        code=rule.code,
        measure=rule.measure,
        comparison=rule.comparison,
        measured=shown(finding.measured),
        threshold=shown(rule.threshold),
        listed=list(rule.listed),
        unit=UNITS.get(rule.measure, ""),
        outcome=finding.outcome,
        citation=rule.citation,
    )


def stored(model: BaseModel) -> dict[str, Any]:
    """Return a model as JSON stores it."""
    return model.model_dump(mode="json")
