"""What others call of the ledger, in one place.

Money in: `imports`. A month: `compute_month`. A quarter or year: `prepare`, then `advance` three times,
`confirm` or `object_to`. A year's close: `request_close`, `close_year`. Reads: `statement_page`, `find`,
`view`, `trace`, `statement_sheet`, `balances`, `book_file`. None of them commits.
"""

from services.ledger.books import Balance, balances, book_faults, books_balanced, shared_fen
from services.ledger.books_export import book_file
from services.ledger.close_checks import Check, checks
from services.ledger.closing import close_of, close_year, closed_years, declare_nil, request_close
from services.ledger.drafting import compute_month, events_of, prepare
from services.ledger.receipts import apart, level_differences, receipt_count, unmatched
from services.ledger.runs import months_computed
from services.ledger.steps import Objection, advance, confirm, object_to, reissue, uphold
from services.ledger.tracing import trace
from services.ledger.views import Filters, SheetFacts, find, statement_page, statement_sheet, view

__all__ = [
    "Balance",
    "Check",
    "Filters",
    "Objection",
    "SheetFacts",
    "advance",
    "apart",
    "balances",
    "book_faults",
    "book_file",
    "books_balanced",
    "checks",
    "close_of",
    "close_year",
    "closed_years",
    "compute_month",
    "confirm",
    "declare_nil",
    "events_of",
    "find",
    "level_differences",
    "months_computed",
    "object_to",
    "prepare",
    "receipt_count",
    "reissue",
    "request_close",
    "shared_fen",
    "statement_page",
    "statement_sheet",
    "trace",
    "unmatched",
    "uphold",
    "view",
]
