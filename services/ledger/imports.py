"""税收入库 and 政策兑现 as imports see them: what is stored, and how rows are written in bulk.

A receipt's key is its 电子税票号, an incentive's the firm and the document's number. Nothing is changed in
place: a row that differs from what is stored makes a new revision, a row that is equal makes nothing.
What a file brought is one batch with the file's name, hash and control totals.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.canonical import sha256_of
from auth.principal import Principal
from services.kit.events import record_event
from services.kit.known import next_known
from services.kit.tables import uuid7
from services.ledger.inputs import IncentiveInput, LoadedFile, ReceiptInput
from services.ledger.states import BatchKind
from services.ledger.tables import Incentive, ReceiptBatch, ReceiptVersion

__all__ = [
    "IncentiveInput",
    "LoadedFile",
    "ReceiptInput",
    "existing_incentives",
    "existing_receipts",
    "write_incentives",
    "write_receipts",
]

_RECEIPT_FIELDS = ", ".join(field.name for field in fields(ReceiptInput))
_INCENTIVE_FIELDS = ", ".join(field.name for field in fields(IncentiveInput))


async def existing_receipts(session: AsyncSession, city: str) -> dict[str, ReceiptInput]:
    """The newest revision of every receipt, by its 电子税票号."""
    rows = await session.execute(
        text(
            f"SELECT DISTINCT ON (ticket) {_RECEIPT_FIELDS} FROM receipt_version"  # noqa: S608 -- our own names
            " WHERE city = :city ORDER BY ticket, revision DESC"
        ),
        {"city": city},
    )
    return {row["ticket"]: ReceiptInput(**row) for row in rows.mappings()}


async def existing_incentives(session: AsyncSession, city: str) -> dict[tuple[str, str], IncentiveInput]:
    """The newest revision of every incentive, by credit code and document number."""
    rows = await session.execute(
        text(
            "SELECT DISTINCT ON (credit_code, document_no) "  # noqa: S608 -- our own names
            f"{_INCENTIVE_FIELDS} FROM incentive"
            " WHERE city = :city ORDER BY credit_code, document_no, revision DESC"
        ),
        {"city": city},
    )
    return {(row["credit_code"], row["document_no"]): IncentiveInput(**row) for row in rows.mappings()}


async def write_receipts(
    session: AsyncSession,
    principal: Principal,
    rows: Sequence[ReceiptInput],
    source: LoadedFile | None = None,
) -> UUID | None:
    """Append the receipts that are new or differ, as one batch with one known number.

    Returns:
        The batch; None where nothing is new.
    """
    city = principal.city
    known = await next_known(session, city)
    stored = await existing_receipts(session, city)
    changed = [row for row in rows if stored.get(row.ticket) != row]
    if not changed:
        return None
    counts = _counts([row.ticket in stored for row in changed], len(rows) - len(changed))
    source = source or LoadedFile(counts=counts, totals=receipt_totals(rows))
    batch = await _batch(session, principal, BatchKind.receipts, known, changed, source)
    last = await session.execute(
        text("SELECT ticket, max(revision) FROM receipt_version WHERE city = :city GROUP BY ticket"),
        {"city": city},
    )
    revisions: dict[str, int] = dict(last.all())
    await session.execute(
        insert(ReceiptVersion),
        [
            _plain(row)
            | {"city": city, "batch": batch, "known": known, "revision": revisions.get(row.ticket, 0) + 1}
            for row in changed
        ],
    )
    return batch


async def write_incentives(
    session: AsyncSession,
    principal: Principal,
    rows: Sequence[IncentiveInput],
    source: LoadedFile | None = None,
) -> UUID | None:
    """Append the incentives that are new or differ, as one batch with one known number.

    Returns:
        The batch; None where nothing is new.
    """
    city = principal.city
    known = await next_known(session, city)
    stored = await existing_incentives(session, city)
    changed = [row for row in rows if stored.get((row.credit_code, row.document_no)) != row]
    if not changed:
        return None
    counts = _counts(
        [(row.credit_code, row.document_no) in stored for row in changed], len(rows) - len(changed)
    )
    source = source or LoadedFile(counts=counts, totals=incentive_totals(rows))
    batch = await _batch(session, principal, BatchKind.incentives, known, changed, source)
    last = await session.execute(
        text(
            "SELECT credit_code, document_no, max(revision) FROM incentive WHERE city = :city"
            " GROUP BY credit_code, document_no"
        ),
        {"city": city},
    )
    revisions = {(code, number): revision for code, number, revision in last}
    await session.execute(
        insert(Incentive),
        [
            _plain(row)
            | {
                "city": city,
                "id": uuid7(),
                "batch": batch,
                "known": known,
                "revision": revisions.get((row.credit_code, row.document_no), 0) + 1,
            }
            for row in changed
        ],
    )
    return batch


def receipt_totals(rows: Collection[ReceiptInput]) -> dict[str, Any]:
    """Control totals of receipts: rows and sum in fen, in all and by tax, treasury and kind."""
    found: dict[str, Any] = {"rows": len(rows), "fen": sum(row.amount_fen for row in rows)}
    for name in ("tax", "treasury", "kind"):
        count, fen = Counter[str](), Counter[str]()
        for row in rows:
            count[getattr(row, name)] += 1
            fen[getattr(row, name)] += row.amount_fen
        found[f"by_{name}"] = {value: {"rows": count[value], "fen": fen[value]} for value in sorted(count)}
    return found


def incentive_totals(rows: Collection[IncentiveInput]) -> dict[str, Any]:
    """Control totals of incentives: rows and sum in fen."""
    return {"rows": len(rows), "fen": sum(row.amount_fen for row in rows)}


async def loaded_receipts(session: AsyncSession, city: str, file_sha256: str) -> ReceiptBatch | None:
    """Find the batch of receipts that this very file brought in, without a row left out."""
    return await _loaded(session, city, BatchKind.receipts, file_sha256)


async def loaded_incentives(session: AsyncSession, city: str, file_sha256: str) -> ReceiptBatch | None:
    """Find the batch of incentives that this very file brought in, without a row left out."""
    return await _loaded(session, city, BatchKind.incentives, file_sha256)


async def _loaded(session: AsyncSession, city: str, kind: BatchKind, file_sha256: str) -> ReceiptBatch | None:
    rows = await session.scalars(
        select(ReceiptBatch)
        .where(
            col(ReceiptBatch.city) == city,
            col(ReceiptBatch.kind) == kind,
            col(ReceiptBatch.file_sha256) == file_sha256,
            col(ReceiptBatch.counts)["bad"].as_integer() == 0,
        )
        .order_by(col(ReceiptBatch.known).desc())
        .limit(1)
    )
    return rows.one_or_none()


def _counts(revised: Sequence[bool], same: int) -> dict[str, int]:
    """Count what a batch does: whole-new rows, revisions of stored ones, rows that change nothing."""
    return {"new": len(revised) - sum(revised), "changed": sum(revised), "same": same, "bad": 0}


def _plain(row: ReceiptInput | IncentiveInput) -> dict[str, Any]:
    """Return the fields of a row; `dataclasses.asdict` copies every value, half the time of a large load."""
    return {name: getattr(row, name) for name in row.__slots__}


def _told(row: ReceiptInput | IncentiveInput) -> dict[str, Any]:
    """Write a row as plain facts for the batch's hash.

    What rows did not have at first stands only where it says something: old files keep their hash.
    """
    return {
        name: value if isinstance(value, int | None) else str(value)
        for name, value in _plain(row).items()
        if name not in {"withdrawn", "voucher"} or value
    }


async def _batch(
    session: AsyncSession,
    principal: Principal,
    kind: BatchKind,
    known: int,
    rows: Sequence[ReceiptInput] | Sequence[IncentiveInput],
    source: LoadedFile,
) -> UUID:
    """Write the batch that the rows belong to, and its audit event."""
    batch = ReceiptBatch(
        city=principal.city,
        id=uuid7(),
        kind=kind,
        known=known,
        rows=len(rows),
        sha256=sha256_of(kind.value, [_told(row) for row in rows]),
        filename=source.filename,
        file_sha256=source.sha256,
        counts=source.counts,
        totals=source.totals,
        declared=source.declared,
        note=source.note,
        by=principal.account,
    )
    session.add(batch)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=f"ledger.{kind.value}_loaded",
        entity="receipt_batch",
        entity_id=batch.id,
        after={"rows": len(rows), "known": known, "sha256": batch.sha256, "file_sha256": source.sha256},
    )
    return batch.id
