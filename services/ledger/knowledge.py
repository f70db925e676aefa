"""What is known of a city's money at a number, and what an agreement is due under it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.base import LevelTable, retained_fen
from allocation.sharing.entitlement import Entitlement, Retained, entitle
from services.ledger import repo
from services.ledger.agreed import Agreed, agreements_as_known

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All that was known of a city's money at a number, read once: rows by the firm's credit code.

    `levels_known` is the number from which the level table has said what it says.
    """

    city: str
    known: int
    agreements: Sequence[Agreed]
    receipts: Mapping[str, Rows]
    incentives: Mapping[str, Rows]
    levels: LevelTable
    levels_known: int


async def read_knowledge(
    session: AsyncSession, city: str, known: int, firms: Sequence[str] | None = None
) -> Knowledge:
    """Read what was known at a number, of all firms or of some by their credit codes."""
    levels, levels_known = await repo.levels_as_known(session, city, known)
    return Knowledge(
        city=city,
        known=known,
        agreements=await agreements_as_known(session, city, known),
        receipts=await repo.receipts_by_firm(session, city, known, firms),
        incentives=await repo.incentives_by_firm(session, city, known),
        levels=levels,
        levels_known=levels_known,
    )


def shared_here(agreed: Agreed, row: Mapping[str, Any]) -> bool:
    """Whether a receipt of the firm belongs to the agreement: paid to the host's treasury before its end."""
    return row["treasury"] == agreed.host and (agreed.ended_on is None or row["paid_on"] <= agreed.ended_on)


def retained_of(row: Mapping[str, Any], table: LevelTable, city: str) -> Retained:
    """A stored receipt's county-retained part."""
    receipt = repo.receipt_of(row)
    return Retained(
        receipt.ticket, receipt.paid_on, receipt.tax, receipt.kind, retained_fen(receipt, table, city)
    )


def paid_of(agreed: Agreed, receipts: Mapping[str, Rows]) -> list[Mapping[str, Any]]:
    """The receipts that belong to an agreement."""
    return [row for row in receipts.get(agreed.credit_code or "", ()) if shared_here(agreed, row)]


def given_of(agreed: Agreed, incentives: Mapping[str, Rows]) -> list[Mapping[str, Any]]:
    """The incentives that the host paid the agreement's firm."""
    return [row for row in incentives.get(agreed.credit_code or "", ()) if row["county"] == agreed.host]


def due_of(
    agreed: Agreed, paid: Rows, given: Rows, levels: LevelTable, city: str, through: str
) -> Entitlement:
    """Work out what an agreement is due up to a month; nothing where its origin takes no money."""
    if not agreed.paid_in_money:
        return Entitlement(None, ())
    return entitle(
        agreed.versions,
        [retained_of(row, levels, city) for row in paid],
        [repo.incentive_of(row) for row in given],
        through=through,
    )
