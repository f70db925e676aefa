"""Firms' names: taken apart, compared, and kept under keys by which alike ones are found."""

from allocation.names.comparing import NEAR_FROM, SAME_FROM, Comparison, compare, compare_parsed
from allocation.names.keys import keys
from allocation.names.parsing import CompanyName, parse
from allocation.names.words import Alike, Verdict

__all__ = [
    "NEAR_FROM",
    "SAME_FROM",
    "Alike",
    "CompanyName",
    "Comparison",
    "Verdict",
    "compare",
    "compare_parsed",
    "keys",
    "parse",
]
