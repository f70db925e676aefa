"""Scope gates and entry rules (准入): dated data, answered with the measured value. Pure functions."""

from allocation.entry.defaults import DEFAULT_RULES
from allocation.entry.examining import Finding, broken, examine
from allocation.entry.rules import Filing, Rule, is_inside
from allocation.entry.words import (
    NUMERIC,
    Comparison,
    Effect,
    EnvironmentClass,
    Measure,
    Outcome,
    ProjectKind,
)

__all__ = [
    "DEFAULT_RULES",
    "NUMERIC",
    "Comparison",
    "Effect",
    "EnvironmentClass",
    "Filing",
    "Finding",
    "Measure",
    "Outcome",
    "ProjectKind",
    "Rule",
    "broken",
    "examine",
    "is_inside",
]
