"""A book as an hledger journal, for `hledger check`.

hledger compares exactly: an assertion that is wrong by one fen fails. Assertions stand on entries of nothing
at the end of each month, after all that was booked in it.
"""

from collections.abc import Iterator

from services.ledger.books_model import Book, Commodity, Entry, Month, body, one_line


def hledger(book: Book) -> str:
    """Write a book; the same book is the same text."""
    return "\n".join([*_head(book), *body(book, _entry, _balances)]) + "\n"


def described(text: str) -> str:
    """A description: one line in which no comment begins and no payee ends, nor a code at its start."""
    line = one_line(text).replace(";", "；").replace("|", "｜")
    return f"（{line[1:]}" if line.startswith("(") else line


def tagged(text: str) -> str:
    """A tag's value: one line without the comma that would end it, nor a colon that would begin another."""
    return one_line(text).replace(",", "，").replace(":", "：")


def _head(book: Book) -> Iterator[str]:
    yield f"; {one_line(book.title)}"
    yield from (f"; {one_line(note)}" for note in book.notes)
    yield ""
    for commodity in book.commodities:
        yield f"commodity {_sample(commodity)}  ; {commodity.name}"
    for _, account in book.accounts:
        yield f"account {account.name}  ; {tagged(account.title)}"


def _sample(commodity: Commodity) -> str:
    """An amount that shows hledger the decimals; without any, the point alone says so."""
    figure = f"1{'0' * 3}." + "0" * commodity.decimals
    return f"{figure} {commodity.code}"


def _entry(entry: Entry) -> Iterator[str]:
    yield ""
    yield f"{entry.day} * {described(entry.text)}"
    yield from (f"    ; {name}: {tagged(text)}" for name, text in entry.facts)
    yield from (f"    {leg.account.name}  {leg.commodity.amount(leg.units)}" for leg in entry.legs)


def _balances(month: Month) -> Iterator[str]:
    yield ""
    yield f"{month.last} * 期末余额 · closing balances {month.county} {month.code}"
    for one in month.balances:
        nothing, held = one.commodity.amount(0), one.commodity.amount(one.units)
        yield f"    {one.account.name}  {nothing} = {held}"
