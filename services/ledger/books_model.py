"""A book as it leaves the program: accounts, entries and period-end balances, apart from any file format.

A whole city's book is the books of its counties one beside the other: every entry stands in one county's
book and balances there alone, and its accounts bear the county's code. What is written of a county in the
whole is, byte for byte, what it finds in its own.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from allocation.sharing.postings import AccountKind
from services.ledger.states import Unit


class Root(StrEnum):
    """The root accounts of Beancount; hledger tells an account's type by the same names."""

    assets = "Assets"
    liabilities = "Liabilities"
    income = "Income"
    expenses = "Expenses"


@dataclass(frozen=True, slots=True)
class Commodity:
    """What amounts are counted in. `decimals` places are written: a yuan has two, so one is a fen."""

    code: str
    decimals: int
    name: str

    def amount(self, units: int) -> str:
        """Write smallest units exactly, without separators, with the code: 123450 fen is 1234.50 CNY."""
        sign = "-" if units < 0 else ""
        whole, rest = divmod(abs(units), 10**self.decimals)
        places = f".{rest:0{self.decimals}}" if self.decimals else ""
        return f"{sign}{whole}{places} {self.code}"


COMMODITIES: Final = {
    Unit.fen: Commodity("CNY", 2, "人民币元 · yuan"),
    Unit.credit: Commodity("CREDIT", 2, "考核指标元 · yuan of an indicator counted for assessment"),
    Unit.land: Commodity("MU", 2, "用地指标亩 · mu of land quota"),
}
"""The commodity of each unit of the journal. Units never mix: each balances alone."""

PLACES: Final = {
    AccountKind.share_expense: (Root.expenses, "Share-分享支出", "share expense to"),
    AccountKind.due_to: (Root.liabilities, "DueTo-应上解款", "due to"),
    AccountKind.due_from: (Root.assets, "DueFrom-应收补助款", "due from"),
    AccountKind.share_income: (Root.income, "Share-分享收入", "share income from"),
    AccountKind.clearing: (Root.assets, "Clearing-市县结算往来", "clearing with"),
    AccountKind.cash: (Root.assets, "Cash-国库资金", "cash moved with"),
    AccountKind.credit_given: (Root.income, "CreditGiven-考核让计", "contra of what is counted with"),
    AccountKind.credit_taken: (Root.assets, "CreditTaken-考核计入", "counted for assessment with"),
}
"""Each kind's root, its part of the name, and its English title.

A part begins in Latin letters: older versions of Beancount take none that begins with a Chinese character.
"""

_CODE: Final = re.compile("[0-9A-Z][0-9A-Za-z-]*")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a county's book. `title` is for people and may hold any text.

    `name` is the same in both formats: root, county, kind, counterparty.

    Raises:
        ValueError: a code could not stand in an account's name.
    """

    county: str
    kind: AccountKind
    counterparty: str
    title: str
    name: str = field(init=False)

    def __post_init__(self) -> None:
        if not (_CODE.fullmatch(self.county) and _CODE.fullmatch(self.counterparty)):
            raise ValueError("a region's code has letters, digits and hyphens only")
        root, part, _ = PLACES[self.kind]
        object.__setattr__(self, "name", f"{root}:{self.county}:{part}:{self.counterparty}")


@dataclass(frozen=True, slots=True)
class Sum:
    """So many smallest units on an account, debit positive: one leg, or a balance."""

    account: Account
    commodity: Commodity
    units: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal's legs in one county's book. `facts` are (name, text) pairs in their order."""

    day: date
    text: str
    facts: tuple[tuple[str, str], ...]
    legs: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """One county's month, its last day, its entries, and what its accounts hold after them."""

    county: str
    code: str
    last: date
    entries: tuple[Entry, ...]
    balances: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """One county's book, or the whole city's. `accounts` bear the day from which the file uses them."""

    title: str
    notes: tuple[str, ...]
    accounts: tuple[tuple[date, Account], ...]
    commodities: tuple[Commodity, ...]
    opening: tuple[Entry, ...]
    months: tuple[Month, ...]


def body(
    book: Book, entry: Callable[[Entry], Iterable[str]], balances: Callable[[Month], Iterable[str]]
) -> Iterator[str]:
    """The lines of a book below its head: what is carried in, then each month's entries and its balances.

    Args:
        book: what is written.
        entry: how a format writes an entry.
        balances: how it writes what accounts hold at a month's end.
    """
    for carried in book.opening:
        yield from entry(carried)
    for month in book.months:
        for one in month.entries:
            yield from entry(one)
        yield from balances(month)


_BLANK: Final = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}


def one_line(text: str) -> str:
    """The text on one line: control and formatting characters and runs of space become one space.

    Half a character (a lone surrogate) is no text and becomes a space too.
    """
    if not text.isprintable():  # so almost every text needs no look at its signs
        text = "".join(" " if unicodedata.category(sign) in _BLANK else sign for sign in text)
    return " ".join(text.split())


def first_use(parts: Iterable[tuple[date, Iterable[Sum]]]) -> tuple[tuple[date, Account], ...]:
    """The accounts that sums name, by name, each with the earliest day on which one does."""
    found: dict[str, tuple[date, Account]] = {}
    for day, sums in parts:
        for one in sums:
            known = found.get(one.account.name)
            if known is None or day < known[0]:
                found[one.account.name] = (day, one.account)
    return tuple(found[name] for name in sorted(found))
