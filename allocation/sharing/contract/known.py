"""What is known when an agreement is worked out: receipts, incentives, events and signed versions."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from allocation.sharing.contract.agreement import Contract
from allocation.sharing.taxes import ReceiptKind, Tax


@dataclass(frozen=True, slots=True)
class Retained:
    """The county-retained part of one receipt, in fen."""

    ticket: str
    paid_on: date
    tax: Tax
    kind: ReceiptKind
    fen: int


@dataclass(frozen=True, slots=True)
class Incentive:
    """Money the host paid the firm under a policy, with its document; in fen."""

    document_no: str
    paid_on: date
    fen: int


class EventKind(StrEnum):
    """What happened to the project or its parties."""

    construction = "construction"
    production = "production"
    relocation = "relocation"
    merger = "merger"
    end = "end"


ENDINGS: Final = frozenset({EventKind.end, EventKind.relocation})
"""After them nothing more is shared."""


@dataclass(frozen=True, slots=True)
class Event:
    """A dated event.

    `predecessor` and `successor` are codes, of a merger only, and `name` is what the successor is called.
    Construction and production start clocks, the earliest counts; a relocation or an end is the last day
    whose receipts are shared.
    """

    kind: EventKind
    on: date
    predecessor: str = ""
    successor: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One signed version of an agreement's contract."""

    version: int
    contract: Contract
