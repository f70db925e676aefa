"""Batches of receipts and incentives: what each file brought, by whom, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal, Role
from services.ledger.errors import NoSuchBatch, NoSuchReceipt, NotForYou, ReasonMissing
from services.ledger.imports import existing_receipts, write_receipts
from services.ledger.inputs import LoadedFile, ReceiptInput
from services.ledger.receipt_pages import treasury_for
from services.ledger.states import BatchKind
from services.ledger.tables import ReceiptBatch

SHOWN_BATCHES = 100
"""The latest batches that a list shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSummary:
    """A batch as a list shows it; a county's finance sees the part of its own treasury alone.

    `rows` and `fen` count the rows that the batch wrote and that the reader may see.
    """

    id: UUID
    kind: BatchKind
    known: int
    filename: str
    file_sha256: str | None
    at: datetime
    by_name: str
    note: str
    rows: int
    new: int
    changed: int
    fen: int
    whole: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A receipt that a batch wrote, beside the revision before it (None for a new one)."""

    ticket: str
    revision: int
    paid_on: date
    treasury: str
    taxpayer: str
    tax: str
    amount_fen: int
    before_fen: int | None
    withdrawn: bool
    changes: tuple[tuple[str, str, str], ...]


_LIST = """
SELECT b.id, b.kind, b.known, b.filename, b.file_sha256, b.at, b.note, b.counts, b.totals, b.declared,
       coalesce(a.display_name, '') AS by_name, count(v.ticket) AS rows,
       count(v.ticket) FILTER (WHERE v.revision = 1) AS new, coalesce(sum(v.amount_fen), 0)::bigint AS fen
FROM receipt_batch b
LEFT JOIN receipt_version v ON v.city = b.city AND v.batch = b.id
    AND (:treasury = '' OR v.treasury = :treasury)
LEFT JOIN account a ON a.city = b.city AND a.id = b.by
WHERE b.city = :city AND b.kind = 'receipts' AND (CAST(:id AS uuid) IS NULL OR b.id = :id)
GROUP BY b.city, b.id, a.display_name
HAVING :treasury = '' OR count(v.ticket) > 0
ORDER BY b.known DESC LIMIT :limit
"""


async def batches(
    session: AsyncSession, principal: Principal, batch: UUID | None = None
) -> list[BatchSummary]:
    """The latest batches of receipts, or one; a county's finance those that touch its treasury.

    Raises:
        NotForYou: the person reads no receipts by firm.
    """
    treasury = treasury_for(principal, "")
    rows = await session.execute(
        text(_LIST),
        {"city": principal.city, "treasury": treasury, "id": batch, "limit": SHOWN_BATCHES},
    )
    return [
        BatchSummary(
            id=row.id,
            kind=BatchKind(row.kind),
            known=row.known,
            filename=row.filename,
            file_sha256=None if treasury else row.file_sha256,
            at=row.at,
            by_name=row.by_name,
            note=row.note,
            rows=row.rows,
            new=row.new,
            changed=row.rows - row.new,
            fen=row.fen,
            whole=None
            if treasury
            else {"counts": row.counts, "totals": row.totals, "declared": row.declared},
        )
        for row in rows
    ]


async def find_batch(session: AsyncSession, principal: Principal, batch: UUID) -> BatchSummary:
    """Find a batch.

    Raises:
        NoSuchBatch: there is none of that id, or none that touches the person's treasury.
        NotForYou: the person reads no receipts by firm.
    """
    found = await batches(session, principal, batch)
    if not found:
        raise NoSuchBatch
    return found[0]


_COMPARED = ("paid_on", "treasury", "credit_code", "taxpayer", "tax", "kind", "amount_fen", "county_fen")
_ROWS = f"""
SELECT v.*, {", ".join(f"o.{name} AS old_{name}" for name in _COMPARED)}
FROM receipt_version v
LEFT JOIN receipt_version o ON o.city = v.city AND o.ticket = v.ticket AND o.revision = v.revision - 1
WHERE v.city = :city AND v.batch = :batch AND (:treasury = '' OR v.treasury = :treasury)
  AND (NOT :revised OR v.revision > 1) AND v.ticket > :after
ORDER BY v.ticket LIMIT :limit
"""  # noqa: S608 -- our own names


async def batch_rows(
    session: AsyncSession,
    principal: Principal,
    batch: UUID,
    *,
    revised: bool = False,
    after: str = "",
    limit: int = 50,
) -> list[BatchRow]:
    """The rows that a batch wrote, in the order of their tickets, with what each changed.

    What another treasury's earlier revision said is not shown to a county that receives the ticket now.

    Args:
        session: the transaction.
        principal: who asks.
        batch: the batch.
        revised: only revisions of earlier rows.
        after: the last ticket of the page before.
        limit: how many.

    Raises:
        NotForYou: the person reads no receipts by firm.
    """
    treasury = treasury_for(principal, "")
    rows = await session.execute(
        text(_ROWS),
        {
            "city": principal.city,
            "batch": batch,
            "treasury": treasury,
            "revised": revised,
            "after": after,
            "limit": limit,
        },
    )
    return [_row(dict(row), treasury) for row in rows.mappings()]


def _row(row: dict[str, Any], treasury: str) -> BatchRow:
    seen = row["revision"] > 1 and treasury in {"", row["old_treasury"]}
    changes = [
        (name, str(row[f"old_{name}"]), str(row[name]))
        for name in _COMPARED
        if seen and row[f"old_{name}"] != row[name]
    ]
    return BatchRow(
        ticket=row["ticket"],
        revision=row["revision"],
        paid_on=row["paid_on"],
        treasury=row["treasury"],
        taxpayer=row["taxpayer"],
        tax=row["tax"],
        amount_fen=row["amount_fen"],
        before_fen=row["old_amount_fen"] if seen else None,
        withdrawn=row["withdrawn"],
        changes=tuple(changes),
    )


async def withdraw(session: AsyncSession, principal: Principal, ticket: str, reason: str) -> ReceiptBatch:
    """Withdraw a ticket (作废) by hand: a revision of its own worth nothing, with the reason.

    Raises:
        NotForYou: the principal is not the city's finance.
        ReasonMissing: no reason.
        NoSuchReceipt: there is no such ticket, or it is withdrawn already.
    """
    if principal.role is not Role.city_finance:
        raise NotForYou
    if not reason.strip():
        raise ReasonMissing
    stored = (await existing_receipts(session, principal.city)).get(ticket)
    if stored is None or stored.withdrawn:
        raise NoSuchReceipt
    nothing = {name: None if getattr(stored, name) is None else 0 for name in _LEVELS}
    fields = {name: getattr(stored, name) for name in stored.__slots__}
    row = ReceiptInput(**{**fields, **nothing, "amount_fen": 0, "withdrawn": True})
    source = LoadedFile(
        counts={"new": 0, "changed": 1, "same": 0, "bad": 0},
        totals={"rows": 1, "fen": 0},
        note=reason.strip(),
    )
    batch = await write_receipts(session, principal, [row], source)
    found = await session.scalars(
        select(ReceiptBatch).where(col(ReceiptBatch.city) == principal.city, col(ReceiptBatch.id) == batch)
    )
    return found.one()


_LEVELS = ("central_fen", "province_fen", "city_fen", "county_fen")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartFirm:
    """An enterprise whose receipts are listed apart: how many, and how much."""

    credit_code: str
    taxpayer: str
    reason: str
    receipts: int
    fen: int


def by_firm(rows: Sequence[Any]) -> list[ApartFirm]:
    """Add up the receipts listed apart by enterprise, the largest first."""
    parts: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        parts.setdefault((row.credit_code, row.reason.value), []).append(row)
    found = [
        ApartFirm(
            credit_code=code,
            taxpayer=part[-1].taxpayer,
            reason=reason,
            receipts=len(part),
            fen=sum(row.amount_fen for row in part),
        )
        for (code, reason), part in parts.items()
    ]
    return sorted(found, key=lambda one: (-abs(one.fen), one.credit_code))
