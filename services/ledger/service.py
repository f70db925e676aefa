"""What others call of the ledger, in one place.

Money in: `imports`. A month: `compute_month`. A quarter or year: `prepare`, then `advance` three times,
`confirm` or `object_to`, with `answer`, `withdraw` and `say`; `upload_scan` and `check_scan` beside it. A
year's close: `request_close`, `close_year`. Reads: `statement_page`, `find`, `view`, `desk`, `scans`,
`trace`, `statement_sheet`, `reserved_lines`, `balances`, `book_file`. None of them commits.
"""

from services.ledger.books import Balance, balances, book_faults, books_balanced, shared_fen
from services.ledger.books_export import book_file
from services.ledger.close_checks import Check, checks
from services.ledger.closing import close_of, close_year, closed_years, declare_nil, request_close
from services.ledger.drafting import compute_month, events_of, prepare
from services.ledger.objections import Objection, ask_rejection, object_to, reject
from services.ledger.objections_answers import Reply, answer, reissue, uphold, withdraw
from services.ledger.objections_held import HeldLine, disputed_lines, reserved_lines
from services.ledger.objections_thread import Attachment, attachment, say
from services.ledger.objections_views import desk, scans
from services.ledger.receipts import apart, level_differences, receipt_count, unmatched
from services.ledger.runs import months_computed
from services.ledger.sealed_scans import check_scan, scan_file, sealed_counties, upload_scan
from services.ledger.steps import advance, confirm, confirm_by_rule
from services.ledger.tracing import trace
from services.ledger.views import Filters, SheetFacts, find, statement_page, statement_sheet, view

__all__ = [
    "Attachment",
    "Balance",
    "Check",
    "Filters",
    "HeldLine",
    "Objection",
    "Reply",
    "SheetFacts",
    "advance",
    "answer",
    "apart",
    "ask_rejection",
    "attachment",
    "balances",
    "book_faults",
    "book_file",
    "books_balanced",
    "check_scan",
    "checks",
    "close_of",
    "close_year",
    "closed_years",
    "compute_month",
    "confirm",
    "confirm_by_rule",
    "declare_nil",
    "desk",
    "disputed_lines",
    "events_of",
    "find",
    "level_differences",
    "months_computed",
    "object_to",
    "prepare",
    "receipt_count",
    "reissue",
    "reject",
    "request_close",
    "reserved_lines",
    "say",
    "scan_file",
    "scans",
    "sealed_counties",
    "shared_fen",
    "statement_page",
    "statement_sheet",
    "trace",
    "unmatched",
    "uphold",
    "upload_scan",
    "view",
    "withdraw",
]
