"""Receipts as people read them: which belong to nobody of ours, which are split otherwise than expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.base import LevelDifference, level_difference
from services.kit.i18n import lazy
from services.kit.known import last_known
from services.ledger import repo
from services.regions.repo import load_level_table


class Apart(StrEnum):
    """Why a receipt is in no agreement's base."""

    no_company = "no_company"
    no_agreement = "no_agreement"
    other_treasury = "other_treasury"

    @property
    def zh(self) -> str:
        """The reason in words, a message id."""
        return _APART_NAMES[self]


_APART_NAMES = {
    Apart.no_company: lazy("信用代码不在项目公司中"),
    Apart.no_agreement: lazy("项目没有利益共享协议"),
    Apart.other_treasury: lazy("收款国库不是落地地"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartReceipt:
    """A receipt listed apart."""

    ticket: str
    paid_on: date
    treasury: str
    credit_code: str
    taxpayer: str
    tax: str
    kind: str
    amount_fen: int
    reason: Apart


_APART = f"""
SELECT r.ticket, r.paid_on, r.treasury, r.credit_code, r.taxpayer, r.tax, r.kind, r.amount_fen,
       CASE WHEN c.credit_code IS NULL THEN 'no_company' WHEN a.host IS NULL THEN 'no_agreement'
            ELSE 'other_treasury' END AS reason
FROM ({repo.RECEIPTS}) AS r
LEFT JOIN company c ON c.city = :city AND c.credit_code = r.credit_code
LEFT JOIN LATERAL (
    SELECT host FROM agreement WHERE city = :city AND project = c.project AND live IS NOT NULL
    ORDER BY (state <> 'ended') DESC, code LIMIT 1
) AS a ON true
WHERE a.host IS DISTINCT FROM r.treasury AND (CAST(:treasury AS text) = '' OR r.treasury = :treasury)
ORDER BY r.paid_on, r.ticket
"""  # noqa: S608 -- our own text


async def apart(session: AsyncSession, city: str, treasury: str = "") -> list[ApartReceipt]:
    """The receipts in no agreement's base, of one treasury or of all ("")."""
    known = await last_known(session, city)
    rows = await session.execute(text(_APART), {"city": city, "known": known, "treasury": treasury})
    return [
        ApartReceipt(**{**row, "reason": Apart(row["reason"])})
        for row in map(dict[str, Any], rows.mappings())
    ]


async def unmatched(session: AsyncSession, city: str, treasury: str = "") -> list[ApartReceipt]:
    """The receipts whose credit code is no project company's."""
    return [row for row in await apart(session, city, treasury) if row.reason is Apart.no_company]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A receipt whose split is not the expected one, with the stored row."""

    row: Mapping[str, Any]
    difference: LevelDifference


async def level_differences(session: AsyncSession, city: str, treasury: str = "") -> list[Differing]:
    """The receipts whose split by level differs from the table's, of one treasury or of all ("")."""
    known = await last_known(session, city)
    table = await load_level_table(session, city)
    found = []
    for rows in (await repo.receipts_by_firm(session, city, known)).values():
        for row in rows:
            if treasury in {"", row["treasury"]}:
                difference = level_difference(repo.receipt_of(row), table, city)
                if difference is not None:
                    found.append(Differing(row=row, difference=difference))
    return sorted(found, key=lambda one: (one.row["paid_on"], one.row["ticket"]))


async def months_with_receipts(session: AsyncSession, city: str) -> set[str]:
    """The months that have receipts, by date of receipt."""
    rows = await session.execute(
        text("SELECT DISTINCT to_char(paid_on, 'YYYY-MM') FROM receipt_version WHERE city = :city"),
        {"city": city},
    )
    return set(rows.scalars())


async def receipt_count(session: AsyncSession, city: str) -> int:
    """How many receipts there are, each counted once."""
    rows = await session.execute(
        text("SELECT count(DISTINCT ticket) FROM receipt_version WHERE city = :city"), {"city": city}
    )
    return int(rows.scalar_one())
