"""What others call of reports, in one place. None of it commits."""

from services.reports.freezing import ask_freeze, freeze, freeze_offer, recomputed
from services.reports.reading import Shown, frozen_report, month_report, period_of, read, reports
from services.reports.rows import figure_rows

__all__ = [
    "Shown",
    "ask_freeze",
    "figure_rows",
    "freeze",
    "freeze_offer",
    "frozen_report",
    "month_report",
    "period_of",
    "read",
    "recomputed",
    "reports",
]
