"""国库核对表: the levels' computed shares beside the treasury's own split on the receipts."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.base import LevelTable, expected_split
from allocation.sharing.reconciling import LevelSum, SplitReceipt, level_sums
from auth.principal import Principal
from services.kit.known import last_known
from services.ledger import repo
from services.ledger.receipt_pages import treasury_for
from services.regions.repo import load_level_table

_SPLIT = f"""
SELECT * FROM ({repo.RECEIPTS}) AS r
WHERE county_fen IS NOT NULL AND NOT withdrawn AND (:treasury = '' OR treasury = :treasury)
  AND to_char(paid_on, 'YYYY-MM') = ANY(:months)
ORDER BY treasury, paid_on, ticket
"""  # noqa: S608 -- our own text


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCheck:
    """The sums by treasury, month and tax, and the receipts whose split is not the expected one."""

    treasury: str
    sums: tuple[LevelSum, ...]
    differing: tuple[tuple[str, SplitReceipt], ...]


async def level_check(
    session: AsyncSession, principal: Principal, months: Collection[str], treasury: str = ""
) -> LevelCheck:
    """Compare a treasury's split with the level table, of one treasury or of all that the person may read.

    Raises:
        NotForYou: the person reads no receipts by firm, or not of that treasury.
    """
    treasury = treasury_for(principal, treasury)
    rows = await session.execute(
        text(_SPLIT),
        {
            "city": principal.city,
            "known": await last_known(session, principal.city),
            "treasury": treasury,
            "months": sorted(months),
        },
    )
    table = await load_level_table(session, principal.city)
    found = list(_split(map(dict, rows.mappings()), table, principal.city))
    return LevelCheck(
        treasury=treasury,
        sums=level_sums(receipt for _, receipt in found),
        differing=tuple(one for one in found if one[1].actual != one[1].computed),
    )


def _split(
    rows: Iterable[Mapping[str, Any]], table: LevelTable, city: str
) -> Iterator[tuple[str, SplitReceipt]]:
    """Each receipt's ticket with both splits."""
    for row in rows:
        receipt = repo.receipt_of(row)
        assert receipt.split is not None  # noqa: S101 -- the query asks for receipts that carry one
        share = table.at(receipt.treasury, receipt.tax, receipt.paid_on)
        yield (
            receipt.ticket,
            SplitReceipt(
                treasury=receipt.treasury,
                tax=receipt.tax,
                month=receipt.paid_on.strftime("%Y-%m"),
                actual=receipt.split,
                computed=None
                if share is None
                else expected_split(receipt.amount_fen, share, own_treasury=receipt.treasury == city),
            ),
        )
