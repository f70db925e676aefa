"""What had happened before a calculation: earlier runs, closed months, approved adjustment sheets.

Everything is asked for by known number, so that a calculation can be repeated as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ledger.reopening_words import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedSheet:
    """An approved adjustment sheet: what its maker knew, and the number its approval took."""

    number: str
    basis: int
    known: int
    agreements: frozenset[UUID]
    causes: frozenset[Cause]


class Basis(NamedTuple):
    """Up to which numbers a month's figures of an agreement are settled.

    `receipts` is the number up to which receipts are booked, `other` that of all else. `pending` are the
    sheets approved since, which the next run books. `settled` says that the month is closed: then only
    receipts flow without a sheet.
    """

    settled: bool
    other: int
    receipts: int
    pending: tuple[ApprovedSheet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Runs as (known, month), closed months with their watermark, sheets in the order of their approval."""

    runs: Sequence[tuple[int, str]]
    closed: Mapping[str, int]
    sheets: Sequence[ApprovedSheet]

    @property
    def last_closed(self) -> str | None:
        """The last closed month."""
        return max(self.closed, default=None)

    def basis(self, agreement: UUID, month: str) -> Basis | None:
        """Where an agreement's month stands; None where it was never computed."""
        run = max((known for known, period in self.runs if period >= month), default=None)
        watermark = self.closed.get(month)
        if watermark is None:
            return None if run is None else Basis(settled=False, other=run, receipts=run)
        other, pending = watermark, []
        for sheet in self.sheets:
            if agreement in sheet.agreements and sheet.known > watermark:
                if any(known > sheet.known for known, _ in self.runs):
                    other = max(other, sheet.basis)
                else:
                    pending.append(sheet)
        return Basis(settled=True, other=other, receipts=max(watermark, run or 0), pending=tuple(pending))


async def read_history(session: AsyncSession, city: str, before: int) -> History:
    """Read what had happened before a number was taken."""
    asked = {"city": city, "before": before}
    runs = await session.execute(
        text("SELECT known, period FROM calc_run WHERE city = :city AND known < :before ORDER BY known"),
        asked,
    )
    closed = await session.execute(
        text(
            "SELECT code, watermark FROM period"
            " WHERE city = :city AND state = 'closed' AND watermark < :before ORDER BY code"
        ),
        asked,
    )
    sheets = await session.execute(
        text(
            "SELECT number, basis_known, known, body FROM adjustment_sheet"
            " WHERE city = :city AND state = 'approved' AND known < :before ORDER BY known"
        ),
        asked,
    )
    return History(
        runs=[(known, period) for known, period in runs],
        closed=dict(closed.all()),
        sheets=[
            ApprovedSheet(
                number=number,
                basis=basis,
                known=known,
                agreements=frozenset(UUID(line["agreement_id"]) for line in body["lines"]),
                causes=frozenset(Cause(line["cause"]) for line in body["lines"]),
            )
            for number, basis, known, body in sheets
        ],
    )
