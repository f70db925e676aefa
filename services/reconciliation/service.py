"""What others call of reconciling, in one place. None of it commits.

Figures: `state_figures`. Comparison: `comparison`, `compare_now`. Differences: `aged`, `find`, `history`,
`explain`, `resolve`. Papers: `prepare_quarter`, `sheets`, `find_sheet`, `acknowledge`, `note`;
`incentive_rows`, `check_incentive`; `level_check`.
"""

from services.reconciliation.answers import Answered, acknowledge, find_sheet, note, sheets
from services.reconciliation.comparing import Row, compare_now, comparison
from services.reconciliation.differences import Aged, aged, explain, find, history, resolve
from services.reconciliation.incentives import IncentiveRow, check_incentive, incentive_rows
from services.reconciliation.levels import LevelCheck, level_check
from services.reconciliation.sheets import prepare_quarter
from services.reconciliation.stating import FigureInput, StatedBatch, state_figures

__all__ = [
    "Aged",
    "Answered",
    "FigureInput",
    "IncentiveRow",
    "LevelCheck",
    "Row",
    "StatedBatch",
    "acknowledge",
    "aged",
    "check_incentive",
    "compare_now",
    "comparison",
    "explain",
    "find",
    "find_sheet",
    "history",
    "incentive_rows",
    "level_check",
    "note",
    "prepare_quarter",
    "resolve",
    "sheets",
    "state_figures",
]
