"""A county's book or the whole city's as a file for Beancount or hledger: the same ledger, the same bytes."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.statement import months_of
from services.agreements.parties import outside_parties
from services.ledger import repo
from services.ledger.books_beancount import beancount
from services.ledger.books_hledger import hledger
from services.ledger.books_model import COMMODITIES, Book, Entry, Month, Sum, first_use
from services.ledger.books_reading import Booked, Read, by_county, place_of, read
from services.ledger.errors import NoPeriod, NoSuchBook
from services.ledger.sheets import last_day
from services.ledger.states import JournalKind, Unit


class BookForm(StrEnum):
    """The program that a file is for."""

    beancount = "beancount"
    hledger = "hledger"

    @property
    def program(self) -> str:
        """The program's name."""
        return "Beancount" if self is BookForm.beancount else "hledger"

    @property
    def suffix(self) -> str:
        """The ending of a file's name by which the program knows it."""
        return "beancount" if self is BookForm.beancount else "journal"


WRITERS: Final = {BookForm.beancount: beancount, BookForm.hledger: hledger}
WORDS: Final = {
    JournalKind.share: "税收分享 · share of tax",
    JournalKind.reversal: "冲销 · reversal",
    JournalKind.adjustment: "调整 · adjustment",
    JournalKind.settlement: "结算 · settlement",
    JournalKind.payment: "收付 · payment",
    JournalKind.credit: "考核计入 · counted for assessment",
}
"""What an entry says of itself. Files hold both languages: their bytes do not depend on the reader."""

_ALL: Final = ("0000-00", "9999-99")
"""Before and after every month."""


@dataclass(frozen=True, slots=True)
class BookFile:
    """A file to save: its name, its text, and how many entries it has."""

    name: str
    data: bytes
    entries: int


async def book(
    session: AsyncSession, city: str, county: str | None = None, period: str | None = None
) -> Book:
    """One county's book, or without a county the whole city's.

    Args:
        session: an open session.
        city: the city's code.
        county: the county's code, the city's own for its own units.
        period: a month, quarter or year; balances of before it are carried in. None for everything.

    Raises:
        NoSuchBook: the city has no such region.
        NoPeriod: the text names no period.
    """
    names = await repo.region_names(session, city)
    if (county or city) not in names:
        raise NoSuchBook
    names |= {code: party.name for code, party in (await outside_parties(session, city)).items()}
    months = _months(period)
    found = await read(session, city, county, months, names)
    whose = "全市 · whole city" if county is None else f"{county} {names[county]}"
    title = f"{names[city]} 利益共享账 · books of shared tax: {whose}"
    return await asyncio.to_thread(_book, found, title, period, months[0])


def _book(found: Read, title: str, period: str | None, first: str) -> Book:
    opening = tuple(_opening(found, first))
    parts = tuple(_parts(found))
    spans = [(entry.day, entry.legs) for entry in opening]
    spans += [(_first_day(part.code), entry.legs) for part in parts for entry in part.entries]
    used = {COMMODITIES[Unit.fen]} | {leg.commodity for _day, legs in spans for leg in legs}
    return Book(
        title=title,
        notes=(
            f"期间 · period: {period or '全部 · all'}",
            "每个县区的账单独平衡；借方为正 · each county's book balances alone; debit is positive",
        ),
        accounts=first_use(spans),
        commodities=tuple(one for one in COMMODITIES.values() if one in used),
        opening=opening,
        months=parts,
    )


async def book_file(
    session: AsyncSession,
    city: str,
    form: BookForm,
    county: str | None = None,
    period: str | None = None,
) -> BookFile:
    """The same as a file. See `book` for arguments and errors."""
    made = await book(session, city, county, period)
    parts = ["books", county or f"{city}-all", *([period] if period else [])]
    entries = len(made.opening) + sum(len(month.entries) for month in made.months)
    written = await asyncio.to_thread(WRITERS[form], made)
    return BookFile(f"{'-'.join(parts)}.{form.suffix}", written.encode(), entries)


def _months(period: str | None) -> tuple[str, str]:
    """The first and the last month of a period."""
    if period is None:
        return _ALL
    try:
        months = months_of(period)
        _first_day(months[0])
        last_day(period)
    except ValueError as error:
        raise NoPeriod from error
    return months[0], months[-1]


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _opening(found: Read, first: str) -> Iterator[Entry]:
    """What each county's accounts held before the first month; it balances, for all before it did."""
    for county, sums in by_county(found.before):
        words = f"期初余额 · opening balances {county}"
        yield Entry(_first_day(first), words, (("period", first),), tuple(sums))


def _parts(found: Read) -> Iterator[Month]:
    """Each county's months in order, with all that it holds at the end of each."""
    held: dict[str, dict[tuple[str, str, str], Sum]] = {}
    for one in found.before:
        held.setdefault(one.account.county, {})[place_of(one)] = one
    for (code, county), booked in groupby(found.booked, key=lambda one: (one.period, one.leg.account.county)):
        legs = list(booked)
        own = held.setdefault(county, {})
        own |= {place_of(one.balance): one.balance for one in legs}
        papers = [
            (f"statement-{kind.value}", number)
            for period in periods_of(code)
            for kind, number in found.statements.get((county, period), ())
        ]
        day = last_day(code)
        entries = tuple(_entry(day, papers, list(some)) for _, some in groupby(legs, key=attrgetter("key")))
        yield Month(county, code, day, entries, tuple(own[place] for place in sorted(own)))


def _entry(day: date, papers: list[tuple[str, str]], legs: list[Booked]) -> Entry:
    """One journal's legs in one book; what it does not have is not named."""
    one = legs[0]
    named = (
        ("key", one.key),
        ("period", one.period),
        ("agreement", one.agreement),
        ("reverses", one.reverses),
    )
    facts = [(name, text) for name, text in named if text]
    return Entry(day, f"{WORDS[one.kind]} {one.note}", (*facts, *papers), tuple(leg.leg for leg in legs))


def periods_of(month: str) -> tuple[str, str, str]:
    """The periods that have papers for a month: itself, its quarter, its year."""
    year, number = month.split("-")
    return month, f"{year}Q{(int(number) + 2) // 3}", year
