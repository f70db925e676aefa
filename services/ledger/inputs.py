"""Rows of 税收入库 and 政策兑现 as imports hand them over: typed, in fen."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptInput:
    """One receipt.

    `tax` and `kind` are stored words (`vat`, `normal`); the four levels are all given or all None. A
    withdrawn ticket (作废) has the amount 0.
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
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncentiveInput:
    """Money a county paid a firm under a policy; `voucher` is the payment's (凭证号), None where unnamed."""

    credit_code: str
    county: str
    document_no: str
    amount_fen: int
    paid_on: date
    voucher: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """What brought rows in.

    Attributes:
        filename: the file's name; empty where no file did.
        sha256: the hash of the file's bytes.
        counts: rows that are `new`, `changed`, the `same` and `bad`.
        totals: control totals of the good rows, in fen.
        declared: the totals that the sender named, `rows` and `fen`.
        note: why, where it was done by hand.
    """

    counts: dict[str, int]
    totals: dict[str, Any]
    filename: str = ""
    sha256: str | None = None
    declared: dict[str, Any] | None = None
    note: str = ""
