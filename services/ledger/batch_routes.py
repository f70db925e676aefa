"""Batches of receipts over HTTP: what files brought, what they changed; a ticket withdrawn by hand."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.inputs import Strict
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT
from services.ledger import batches
from services.ledger.receipt_pages import treasury_for
from services.ledger.receipts import apart

router = APIRouter(prefix="/v1/receipts")

ReceiptReader = Annotated[Principal, Depends(Requires(Scope.receipts_read))]
ReceiptWriter = Annotated[Principal, Depends(Requires(Scope.receipts_write))]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Ticket = Annotated[str, Path(max_length=40, pattern="^[0-9A-Za-z][0-9A-Za-z-]*$")]


class BatchView(BaseModel):
    """A batch: the rows that the reader may see; `whole` the file's control totals, for who sees all."""

    id: UUID
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


class BatchesView(BaseModel):
    """The latest batches, newest first."""

    items: list[BatchView]


class ChangeView(BaseModel):
    """One field that a revision changed."""

    field: str
    before: str
    after: str


class BatchRowView(BaseModel):
    """A receipt that a batch wrote; `before_fen` is what the revision before it said."""

    ticket: str
    revision: int
    paid_on: date
    treasury: str
    taxpayer: str
    tax: str
    amount_fen: int
    before_fen: int | None
    withdrawn: bool
    changes: list[ChangeView]


class BatchRowsView(BaseModel):
    """Rows in the order of their tickets; `next` is the last ticket where there are more."""

    items: list[BatchRowView]
    next: str | None


class FirmView(BaseModel):
    """An enterprise whose receipts are in no agreement's base."""

    credit_code: str
    taxpayer: str
    reason: str
    receipts: int
    fen: int


class FirmsView(BaseModel):
    """Those enterprises, the largest sum first."""

    items: list[FirmView]


class WithdrawBody(Strict):
    """Why a ticket is withdrawn."""

    reason: Annotated[str, Field(max_length=500)]


class WithdrawnView(BaseModel):
    """The batch that withdrew a ticket."""

    batch: UUID
    known: int
    ticket: str


def _batch(one: batches.BatchSummary) -> BatchView:
    return BatchView(
        id=one.id,
        known=one.known,
        filename=one.filename,
        file_sha256=one.file_sha256,
        at=one.at,
        by_name=one.by_name,
        note=one.note,
        rows=one.rows,
        new=one.new,
        changed=one.changed,
        fen=one.fen,
        whole=one.whole,
    )


@router.get("/batches")
async def get_batches(session: SessionDep, principal: ReceiptReader) -> BatchesView:
    """List the latest batches of receipts; a county's finance its own treasury's part of them."""
    return BatchesView(items=[_batch(one) for one in await batches.batches(session, principal)])


@router.get("/batches/{batch:uuid}")
async def get_batch(batch: UUID, session: SessionDep, principal: ReceiptReader) -> BatchView:
    """Show a batch."""
    return _batch(await batches.find_batch(session, principal, batch))


@router.get("/batches/{batch:uuid}/rows")
async def get_batch_rows(
    batch: UUID,
    session: SessionDep,
    principal: ReceiptReader,
    *,
    revised: bool = False,
    after: Annotated[str, Query(max_length=40)] = "",
    limit: Limit = DEFAULT_LIMIT,
) -> BatchRowsView:
    """List what a batch wrote, all or its revisions, each with what it changed."""
    await batches.find_batch(session, principal, batch)
    rows = await batches.batch_rows(session, principal, batch, revised=revised, after=after, limit=limit + 1)
    items = [
        BatchRowView(
            ticket=row.ticket,
            revision=row.revision,
            paid_on=row.paid_on,
            treasury=row.treasury,
            taxpayer=row.taxpayer,
            tax=row.tax,
            amount_fen=row.amount_fen,
            before_fen=row.before_fen,
            withdrawn=row.withdrawn,
            changes=[ChangeView(field=name, before=old, after=new) for name, old, new in row.changes],
        )
        for row in rows[:limit]
    ]
    return BatchRowsView(items=items, next=items[-1].ticket if len(rows) > limit else None)


@router.get("/unmatched/firms")
async def get_unmatched_firms(session: SessionDep, principal: ReceiptReader) -> FirmsView:
    """Add up the receipts that are in no agreement's base by enterprise."""
    rows = await apart(session, principal.city, treasury_for(principal, ""))
    return FirmsView(
        items=[
            FirmView(
                credit_code=one.credit_code,
                taxpayer=one.taxpayer,
                reason=one.reason,
                receipts=one.receipts,
                fen=one.fen,
            )
            for one in batches.by_firm(rows)
        ]
    )


@router.post("/{ticket}/withdrawal", status_code=201, response_model=WithdrawnView)
async def post_withdrawal(
    ticket: Ticket, body: WithdrawBody, session: SessionDep, once: IdempotencyDep, principal: ReceiptWriter
) -> Response:
    """Withdraw a ticket (作废) with a reason: a revision worth nothing; the former one stays."""

    async def effect() -> WithdrawnView:
        batch = await batches.withdraw(session, principal, ticket, body.reason)
        return WithdrawnView(batch=batch.id, known=batch.known, ticket=ticket)

    return await once.run(principal, principal.city, effect, status=201)
