"""Answering every rule of a set for one filing: the measured value, the threshold, and whether it is met."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocation.entry.rules import Filing, Rule, begins, concerns, number_of, word_of
from allocation.entry.words import NUMERIC, Comparison, Effect, Measure, Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one filing. `measured` is exact; none where the filing does not say it."""

    rule: Rule
    measured: Fraction | str | None
    outcome: Outcome


def examine(filing: Filing, rules: Sequence[Rule]) -> tuple[Finding, ...]:
    """Answer each rule that concerns the filing's industry, in the order of the set.

    A value that the filing does not give is `unmeasured`: it neither passes nor breaks the rule.
    """
    return tuple(_answer(filing, rule) for rule in rules if concerns(rule, filing.industry))


def broken(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that refuse the filing."""
    return tuple(finding for finding in findings if finding.outcome is Outcome.broken)


def _answer(filing: Filing, rule: Rule) -> Finding:
    if rule.measure in NUMERIC:
        number = number_of(filing, rule.measure)
        return _finding(rule, number, met=number is not None and _compares(rule, number))
    word = word_of(filing, rule.measure)
    return _finding(rule, word, met=word is not None and not _is_listed(rule, word))


def _compares(rule: Rule, number: Fraction) -> bool:
    threshold = rule.threshold or Fraction(0)
    return number >= threshold if rule.comparison is Comparison.at_least else number <= threshold


def _is_listed(rule: Rule, word: str) -> bool:
    return begins(word, rule.listed) if rule.measure is Measure.industry else word in rule.listed


def _finding(rule: Rule, measured: Fraction | str | None, *, met: bool) -> Finding:
    if measured is None:
        return Finding(rule, None, Outcome.unmeasured)
    if met:
        return Finding(rule, measured, Outcome.passed)
    return Finding(rule, measured, Outcome.broken if rule.effect is Effect.refuse else Outcome.flagged)
