"""Everything that can be done with records of compliance: the one door for routes, pages and other slices."""

from services.compliance.answers import compliance_answer
from services.compliance.approval import missing, require_clean, require_records
from services.compliance.cases import open_case
from services.compliance.recording import (
    answer_clearance,
    clear_clause,
    record_minutes,
    record_opinion,
    record_review,
    record_sheet,
)
from services.compliance.repo import waiting_sheets

__all__ = [
    "answer_clearance",
    "clear_clause",
    "compliance_answer",
    "missing",
    "open_case",
    "record_minutes",
    "record_opinion",
    "record_review",
    "record_sheet",
    "require_clean",
    "require_records",
    "waiting_sheets",
]
