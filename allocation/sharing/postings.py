"""From what is due to what is booked: the difference, as legs that balance in every county's own book.

Posting = due now - already posted. A figure of an earlier month that changes is booked in the open period
and names the month it belongs to, so a closed period is never touched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from allocation.sharing.amounts import Amounts
from allocation.sharing.entitlement import Line
from allocation.sharing.taxes import Tax


class Key(NamedTuple):
    """What figures belong to, within an agreement: its year, the tax, and the month of the receipts."""

    agreement_year: int
    tax: Tax
    month: str


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be booked for a key now; `line` is None where nothing is due any more."""

    key: Key
    amounts: Amounts
    posted: Amounts
    line: Line | None


def key_of(line: Line) -> Key:
    """The key of an entitlement line."""
    return Key(line.agreement_year, line.tax, line.month)


def differences(lines: Iterable[Line], posted: Mapping[Key, Amounts]) -> tuple[Posting, ...]:
    """Compare what is due with what was posted, in the order of month, agreement year and tax.

    Keys on which nothing changes are left out. What was posted for a key that is no longer due (a receipt
    withdrawn, a clock that starts later) is taken back.
    """
    due = {key_of(line): line for line in lines}
    order = list(Tax)
    keys = sorted(
        due.keys() | posted.keys(), key=lambda key: (key.month, key.agreement_year, order.index(key.tax))
    )
    found = []
    for key in keys:
        line = due.get(key)
        before = posted.get(key, Amounts())
        change = (line.amounts if line else Amounts()) - before
        if change:
            found.append(Posting(key, change, before, line))
    return tuple(found)


class AccountKind(StrEnum):
    """The accounts of a county's book, each towards one other county."""

    share_expense = "share_expense"
    due_to = "due_to"
    due_from = "due_from"
    share_income = "share_income"

    @property
    def zh(self) -> str:
        """The name of the account."""
        return _ACCOUNT_NAMES[self]


_ACCOUNT_NAMES = {
    AccountKind.share_expense: "分享支出",
    AccountKind.due_to: "应上解款",
    AccountKind.due_from: "应收补助款",
    AccountKind.share_income: "分享收入",
}


@dataclass(frozen=True, slots=True)
class LegFacts:
    """One leg: whose book, which account, towards whom, debit positive, in fen."""

    county: str
    kind: AccountKind
    counterparty: str
    fen: int


def legs_of_share(origin: str, host: str, fen: int) -> tuple[LegFacts, ...]:
    """The four legs of a share that the host owes the origin; a negative share takes one back."""
    return (
        LegFacts(host, AccountKind.share_expense, origin, fen),
        LegFacts(host, AccountKind.due_to, origin, -fen),
        LegFacts(origin, AccountKind.due_from, host, fen),
        LegFacts(origin, AccountKind.share_income, host, -fen),
    )


def imbalances(legs: Iterable[LegFacts]) -> dict[str, int]:
    """The counties whose book does not balance over these legs, with the sum that is over."""
    sums: dict[str, int] = {}
    for leg in legs:
        sums[leg.county] = sums.get(leg.county, 0) + leg.fen
    return {county: total for county, total in sums.items() if total}
