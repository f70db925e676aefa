"""What others call of the settlement, in one place. None of it commits.

A closed year: `propose`, another's `check`, each county's `confirm`, the last of which posts and writes the
payment orders. An order: `record_payment`, another's `check_payment`; `ask_reversal`, another's
`check_reversal`. Reads: `settlements`, `find`, `view`, `orders_of`, `read_summary`, `register`, `unsettled`,
`read_forecast`.
"""

from services.settlement.forecasts import read_forecast
from services.settlement.payments import (
    ask_reversal,
    check_payment,
    check_reversal,
    record_payment,
    refuse_reversal,
    reject_payment,
)
from services.settlement.proposing import propose
from services.settlement.steps import check, confirm, expire, void
from services.settlement.summary import read_summary
from services.settlement.unsettled import ageing, register, unsettled
from services.settlement.views import order_view, orders_of, settlement_page, view
from services.settlement.visibility import find_order, find_settlement

__all__ = [
    "ageing",
    "ask_reversal",
    "check",
    "check_payment",
    "check_reversal",
    "confirm",
    "expire",
    "find_order",
    "find_settlement",
    "order_view",
    "orders_of",
    "propose",
    "read_forecast",
    "read_summary",
    "record_payment",
    "refuse_reversal",
    "register",
    "reject_payment",
    "settlement_page",
    "unsettled",
    "view",
    "void",
]
