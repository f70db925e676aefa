"""Rows of 税收入库 and 政策兑现 as imports hand them over: typed, in fen."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptInput:
    """One receipt.

    `tax` and `kind` are stored words (`vat`, `normal`); the four levels are all given or all None.
    """

    ticket: str
    tax_period: str
    paid_on: date
    treasury: str
    credit_code: str
    taxpayer: str
    tax: str
    subject: str
    kind: str
    amount_fen: int
    central_fen: int | None
    province_fen: int | None
    city_fen: int | None
    county_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncentiveInput:
    """Money a county paid a firm under a policy."""

    credit_code: str
    county: str
    document_no: str
    amount_fen: int
    paid_on: date
