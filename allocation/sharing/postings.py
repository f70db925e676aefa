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


class Unit(StrEnum):
    """What a leg counts, as a whole number of its smallest part. Units never mix; each balances on its own.

    `fen` is money; `credit` is fen of an indicator counted for assessment, inside the pool only; `land` is
    hundredths of a mu of quota.
    """

    fen = "fen"
    credit = "credit"
    land = "land"


class AccountKind(StrEnum):
    """The accounts of a book, each towards one other county, or towards the city's settlement.

    A share is `share_expense` and `due_to` in the host's book, `due_from` and `share_income` in the
    origin's. At settlement the dues are taken over by `clearing`, which a county has towards the city and the
    city towards each county; what is then paid passes through `cash`. The assessment units know no debt:
    what a county counts is a debit of `credit_taken`, and `credit_given` is its contra.
    """

    share_expense = "share_expense"
    due_to = "due_to"
    due_from = "due_from"
    share_income = "share_income"
    clearing = "clearing"
    cash = "cash"
    credit_given = "credit_given"
    credit_taken = "credit_taken"

    @property
    def zh(self) -> str:
        """The name of the account."""
        return _ACCOUNT_NAMES[self]

    def holds(self, unit: Unit) -> bool:
        """Tell whether it counts in a unit: money has its accounts, assessment its own."""
        return (self in ASSESSED) == (unit is not Unit.fen)


_ACCOUNT_NAMES = {
    AccountKind.share_expense: "分享支出",
    AccountKind.due_to: "应上解款",
    AccountKind.due_from: "应收补助款",
    AccountKind.share_income: "分享收入",
    AccountKind.clearing: "市县结算往来",
    AccountKind.cash: "国库资金",
    AccountKind.credit_given: "考核让计",
    AccountKind.credit_taken: "考核计入",
}

ASSESSED = frozenset({AccountKind.credit_given, AccountKind.credit_taken})
"""The kinds that count for assessment; the others hold money."""


@dataclass(frozen=True, slots=True)
class LegFacts:
    """One leg: whose book, which account, towards whom, debit positive.

    `fen` is the amount in the smallest part of the unit: hundredths of a mu where that is land.

    Raises:
        ValueError: an account of this kind does not count in this unit.
    """

    county: str
    kind: AccountKind
    counterparty: str
    fen: int
    unit: Unit = Unit.fen

    def __post_init__(self) -> None:
        if not self.kind.holds(self.unit):
            raise ValueError(f"an account {self.kind} does not count in {self.unit}")


def legs_of_share(origin: str, host: str, fen: int, outside: str | None = None) -> tuple[LegFacts, ...]:
    """The four legs of a share that the host owes the origin; a negative share takes one back.

    A party `outside` the city has no book here: two legs of the other's book are left, which balances alone.
    """
    legs = (
        LegFacts(host, AccountKind.share_expense, origin, fen),
        LegFacts(host, AccountKind.due_to, origin, -fen),
        LegFacts(origin, AccountKind.due_from, host, fen),
        LegFacts(origin, AccountKind.share_income, host, -fen),
    )
    return tuple(leg for leg in legs if leg.county != outside)


def imbalances(legs: Iterable[LegFacts]) -> dict[tuple[str, Unit], int]:
    """The counties and units whose book does not balance over these legs, with the sum that is over."""
    sums: dict[tuple[str, Unit], int] = {}
    for leg in legs:
        book = (leg.county, leg.unit)
        sums[book] = sums.get(book, 0) + leg.fen
    return {book: total for book, total in sums.items() if total}
