"""A book as Beancount text (version 2 or 3), for `bean-check` and Fava.

Beancount lets a `balance` be wrong by 0.01 where the amount has two decimals, which is a whole fen: each one
here says `~ 0`. It looks at the balance at the beginning of its day, so a month's stand on the day after it.
"""

from collections.abc import Iterator
from datetime import timedelta

from services.ledger.books_model import Book, Entry, Month, Sum, body, one_line


def beancount(book: Book) -> str:
    """Write a book; the same book is the same text."""
    return "\n".join([*_head(book), *body(book, _entry, _balances)]) + "\n"


def quoted(text: str) -> str:
    """A string of Beancount: one line, quotes and backslashes escaped."""
    escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _head(book: Book) -> Iterator[str]:
    yield f'option "title" {quoted(book.title)}'
    for commodity in book.commodities:
        yield f'option "operating_currency" "{commodity.code}"'
    yield from (f";; {one_line(note)}" for note in book.notes)
    if not book.accounts:
        return
    first = min(day for day, _ in book.accounts)
    yield ""
    for commodity in book.commodities:
        yield f"{first} commodity {commodity.code}"
        yield f"  name: {quoted(commodity.name)}"
    for day, account in book.accounts:
        yield f"{day} open {account.name}"
        yield f"  name: {quoted(account.title)}"


def _entry(entry: Entry) -> Iterator[str]:
    yield ""
    yield f"{entry.day} * {quoted(entry.text)}"
    yield from (f"  {name}: {quoted(text)}" for name, text in entry.facts)
    yield from (f"  {leg.account.name}  {leg.commodity.amount(leg.units)}" for leg in entry.legs)


def _balances(month: Month) -> Iterator[str]:
    yield ""
    yield f";; {month.county} {month.code} 期末余额 · closing balances"
    for one in month.balances:
        yield f"{month.last + timedelta(days=1)} balance {one.account.name}  {_exactly(one)}"


def _exactly(one: Sum) -> str:
    figure, code = one.commodity.amount(one.units).split(" ")
    return f"{figure} ~ 0 {code}"
