"""Journals and balances of a book in one statement of SQL, so that both are of one moment.

The balances are the database's own running sums, not sums of the legs written beside them: a leg that got
lost or changed on the way out makes the checking program fail.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.postings import AccountKind
from services.ledger.books_model import COMMODITIES, PLACES, Account, Sum
from services.ledger.states import JournalKind, StatementKind, Unit

LEGS = """
WITH booked AS (
    SELECT c.county, c.kind, c.counterparty, c.unit, l.amount_fen AS units, l.seq,
           j.period, j.key, j.kind AS journal_kind, j.note, a.code AS agreement, r.key AS reverses,
           sum(l.amount_fen) OVER (PARTITION BY c.id ORDER BY j.period)::bigint AS balance
    FROM leg l
    JOIN journal j ON j.city = l.city AND j.id = l.journal
    JOIN ledger_account c ON c.city = l.city AND c.id = l.account
    LEFT JOIN agreement a ON a.city = j.city AND a.id = j.agreement
    LEFT JOIN journal r ON r.city = j.city AND r.id = j.reverses
    WHERE l.city = :city AND j.period <= :last AND (CAST(:county AS text) IS NULL OR c.county = :county)
)
SELECT * FROM booked WHERE period >= :first
UNION ALL
(
    SELECT DISTINCT ON (county, kind, counterparty, unit)
           county, kind, counterparty, unit, 0, 0, '', '', '', '', NULL, NULL, balance
    FROM booked WHERE period < :first
    ORDER BY county, kind, counterparty, unit, period DESC
)
"""
"""Legs of the months from `first` through `last`, each with its account's balance at the end of its month.

The balances of before come beside them, with no period. Debit is positive.
"""

STATEMENTS = """
SELECT county, kind, period, number, version FROM statement
WHERE city = :city AND state <> 'superseded' AND (CAST(:county AS text) IS NULL OR county = :county)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A leg as booked, and what its account holds at the end of its month."""

    period: str
    key: str
    seq: int
    kind: JournalKind
    note: str
    agreement: str | None
    reverses: str | None
    leg: Sum
    balance: Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a book is written from: what was held before, the legs since, and the live statements.

    Legs are in the order of month, county, key and number.
    """

    before: Sequence[Sum]
    booked: Sequence[Booked]
    statements: Mapping[tuple[str, str], Sequence[tuple[StatementKind, str]]]


async def read(
    session: AsyncSession, city: str, county: str | None, months: tuple[str, str], names: Mapping[str, str]
) -> Read:
    """Read one county's book, or every county's, for the months from the first through the last."""
    values = {"city": city, "county": county, "first": months[0], "last": months[1]}
    rows = (await session.execute(text(LEGS), values)).all()
    statements = await _statements(session, city, county)
    # Of a large city a book is seconds of work: the loop that answers others does not wait for it.
    return await asyncio.to_thread(_read, rows, names, statements)


def _read(
    rows: Sequence[Row[Any]],
    names: Mapping[str, str],
    statements: Mapping[tuple[str, str], Sequence[tuple[StatementKind, str]]],
) -> Read:
    accounts = _Accounts(names)
    before = [accounts.sum(row, row.balance) for row in rows if not row.period and row.balance]
    booked = [_booked(row, accounts) for row in rows if row.period]
    booked.sort(key=lambda one: (one.period, one.leg.account.county, one.key, one.seq))
    return Read(before=before, booked=booked, statements=statements)


def by_county(sums: Iterable[Sum]) -> list[tuple[str, list[Sum]]]:
    """Sums in the order of their counties, each county's together."""
    ordered = sorted(sums, key=place_of)
    return [(county, list(some)) for county, some in groupby(ordered, key=attrgetter("account.county"))]


def place_of(one: Sum) -> tuple[str, str, str]:
    """Where a sum stands among others: by county, account and commodity."""
    return one.account.county, one.account.name, one.commodity.code


class _Accounts:
    """The accounts of a book, each made once."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._known: dict[tuple[str, str, str], Account] = {}

    def sum(self, row: Row[Any], units: int) -> Sum:
        """So much on the account that a row names."""
        place = (row.county, row.kind, row.counterparty)
        account = self._known.get(place)
        if account is None:
            account = self._known[place] = self._made(*place)
        return Sum(account, COMMODITIES[Unit(row.unit)], units)

    def _made(self, county: str, kind: str, other: str) -> Account:
        said = AccountKind(kind)
        title = f"{self._names[county]} {said.zh}：{self._names[other]} · {PLACES[said][2]} {other}"
        return Account(county, said, other, title)


def _booked(row: Row[Any], accounts: _Accounts) -> Booked:
    return Booked(
        period=row.period,
        key=row.key,
        seq=row.seq,
        kind=JournalKind(row.journal_kind),
        note=row.note,
        agreement=row.agreement,
        reverses=row.reverses,
        leg=accounts.sum(row, row.units),
        balance=accounts.sum(row, row.balance),
    )


async def _statements(
    session: AsyncSession, city: str, county: str | None
) -> dict[tuple[str, str], list[tuple[StatementKind, str]]]:
    """The live statements of each county and period, with the version from the second on."""
    rows = await session.execute(text(STATEMENTS), {"city": city, "county": county})
    found = defaultdict(list)
    for one, kind, period, number, version in rows:
        full = number if version == 1 else f"{number} v{version}"
        found[one, period].append((StatementKind(kind), full))
    return found
