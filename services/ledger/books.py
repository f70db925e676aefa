"""The books seen whole: balances worked out from the legs every time, and whether everything agrees."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.postings import AccountKind
from services.agreements.parties import outside_parties
from services.ledger.states import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One account of a county's book and its balance in the smallest part of its unit; debit positive."""

    county: str
    kind: AccountKind
    counterparty: str
    unit: Unit
    fen: int


async def balances(session: AsyncSession, city: str, county: str | None = None) -> list[Balance]:
    """The balances of all accounts, or of one county's book, recomputed from the legs."""
    rows = await session.execute(
        text(
            "SELECT a.county, a.kind, a.counterparty, a.unit, coalesce(sum(l.amount_fen), 0)::bigint"
            " FROM ledger_account a LEFT JOIN leg l ON l.city = a.city AND l.account = a.id"
            " WHERE a.city = :city AND (CAST(:county AS text) IS NULL OR a.county = :county)"
            " GROUP BY a.county, a.kind, a.counterparty, a.unit ORDER BY a.county, a.kind, a.counterparty"
        ),
        {"city": city, "county": county},
    )
    return [
        Balance(county=book, kind=AccountKind(kind), counterparty=other, unit=Unit(unit), fen=fen)
        for book, kind, other, unit, fen in rows
    ]


async def shared_fen(session: AsyncSession, city: str) -> int:
    """All that the books hold as shared with origins."""
    return -sum(one.fen for one in await balances(session, city) if one.kind is AccountKind.share_income)


async def book_faults(session: AsyncSession, city: str) -> list[str]:
    """What does not agree, as stable words with the place; empty where the books are whole.

    Three things must hold: each county's book sums to 0 in each unit; what one book has due, in clearing or
    in cash with another is what the other says of it, where the other has a book here; and what an origin was
    given under an agreement is what its entitlement lines add up to, however it was settled since.
    """
    held = await balances(session, city)
    sums: dict[tuple[str, Unit], int] = {}
    for one in held:
        sums[one.county, one.unit] = sums.get((one.county, one.unit), 0) + one.fen
    faults = [f"book/{county}/{unit}" for (county, unit), total in sums.items() if total]
    outside = await outside_parties(session, city)
    faults += _unequal_pairs(one for one in held if one.counterparty not in outside)
    rows = await session.execute(text(_AGREEMENTS), {"city": city})
    faults += [f"agreement/{code}" for code in rows.scalars()]
    return faults


def _unequal_pairs(held: Iterable[Balance]) -> list[str]:
    """The dues, clearing and cash of which the two books that have a part in them do not say the same."""
    pairs: dict[tuple[str, str, str], int] = {}
    for one in held:
        first, second = one.county, one.counterparty
        if one.kind is AccountKind.due_from:
            pair = ("pair", first, second)
        elif one.kind is AccountKind.due_to:
            pair = ("pair", second, first)
        elif one.kind in (AccountKind.clearing, AccountKind.cash):
            pair = (one.kind.value, min(first, second), max(first, second))
        else:
            continue
        pairs[pair] = pairs.get(pair, 0) + one.fen
    return ["/".join(pair) for pair, total in pairs.items() if total]


_AGREEMENTS = """
SELECT a.code
FROM agreement a
LEFT JOIN (
    SELECT agreement, sum(origin_fen) AS fen FROM entitlement_line WHERE city = :city GROUP BY agreement
) AS due ON due.agreement = a.id
LEFT JOIN (
    SELECT j.agreement, sum(CASE c.kind WHEN 'share_income' THEN -l.amount_fen ELSE l.amount_fen END) AS fen
    FROM journal j
    JOIN agreement o ON o.city = j.city AND o.id = j.agreement
    JOIN leg l ON l.city = j.city AND l.journal = j.id
    JOIN ledger_account c ON c.city = l.city AND c.id = l.account
        AND c.kind = CASE o.outside WHEN 'origin' THEN 'share_expense' ELSE 'share_income' END
    WHERE j.city = :city GROUP BY j.agreement
) AS booked ON booked.agreement = a.id
WHERE a.city = :city AND coalesce(due.fen, 0) <> coalesce(booked.fen, 0)
ORDER BY a.code
"""


async def books_balanced(session: AsyncSession, city: str) -> bool:
    """Whether the books are whole."""
    return not await book_faults(session, city)
