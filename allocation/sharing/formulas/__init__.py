"""Published formulas that are no agreement of two counties, computed from data, exactly and in words.

A formula is a short list of steps of exact arithmetic (`program`, `expression`); `compute` runs it on a case.
A new published rule is a new file of data.
"""

from allocation.sharing.formulas.compute import FormulaLine, FormulaResult, compute
from allocation.sharing.formulas.errors import FormulaError

__all__ = ["FormulaError", "FormulaLine", "FormulaResult", "compute"]
