"""Short ways to write terms, receipts and incentives."""

from datetime import date
from typing import Any

from allocation.sharing.entitlement import Incentive, Retained, TermsVersion
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import Method, Terms

ORIGIN, HOST = "611026", "611021"


def terms(**changes: Any) -> Terms:
    """五五分成 for five years, no cap."""
    facts: dict[str, Any] = {
        "method": Method.fixed,
        "origin": ORIGIN,
        "host": HOST,
        "years": 5,
        "effective_on": date(2019, 1, 1),
    }
    facts |= changes
    facts.setdefault("ratios_bp", (5_000,) * facts["years"])
    return Terms(**facts)


def versions(*several: Terms) -> list[TermsVersion]:
    return [TermsVersion(number, one) for number, one in enumerate(several or (terms(),), start=1)]


def paid(
    on: str,
    fen: int,
    tax: Tax = Tax.vat,
    kind: ReceiptKind = ReceiptKind.normal,
    ticket: str = "",
) -> Retained:
    return Retained(ticket or f"{on}/{tax}/{fen}", date.fromisoformat(on), tax, kind, fen)


def incentive(on: str, fen: int, document_no: str = "政办〔2020〕1号") -> Incentive:
    return Incentive(document_no, date.fromisoformat(on), fen)
