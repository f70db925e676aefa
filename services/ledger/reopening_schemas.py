"""What goes in and out of the API of reopenings, adjustment sheets and recomputation."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.kit.inputs import Reason, Sha256, Strict
from services.ledger.reopening_words import AdjustmentState, Cause, ReopeningReason, ReopeningState

Code = Annotated[str, Field(min_length=1, max_length=40)]
DocumentNo = Annotated[str, Field(min_length=1, max_length=200)]


class AskReopening(Strict):
    """Ask for a closed year to be opened again: why, in words too, and the document's number."""

    reason: Annotated[ReopeningReason, Field(strict=False)]
    words: Reason
    document_no: DocumentNo


class RefuseReopening(Strict):
    """Refuse it with a reason."""

    words: Reason


class ReopeningView(BaseModel):
    """How far a reopening has come. `revision` is its ETag."""

    id: UUID
    year: int
    state: ReopeningState
    revision: int
    reason: ReopeningReason
    words: str
    document_no: str
    requested_by: str
    requested_on: date
    decided_by: str | None
    decided_on: date | None
    decision: str | None
    close_requested_by: str | None
    closed_by: str | None
    closed_on: date | None


class Reopenings(BaseModel):
    """The reopenings of a year, newest first."""

    items: list[ReopeningView]


class AskAdjustment(Strict):
    """Make a sheet of the differences of some agreements (by their codes), naming causes and document."""

    agreements: Annotated[list[Code], Field(min_length=1, max_length=500)]
    causes: Annotated[list[Annotated[Cause, Field(strict=False)]], Field(min_length=1, max_length=6)]
    document_no: DocumentNo
    reason: Reason


class ApproveAdjustment(Strict):
    """Approve a sheet by the hash of its content."""

    sha256: Sha256


class RejectAdjustment(Strict):
    """Decide that the differences are not booked, with a reason."""

    reason: Reason


class AdjustmentLine(BaseModel):
    """One difference: before, what changes, after; five figures in fen each."""

    agreement: str
    agreement_id: UUID
    project: str
    origin: str
    host: str
    cause: Cause
    agreement_year: int
    tax: str
    month: str
    before: dict[str, int]
    posting: dict[str, int]
    after: dict[str, int]


class Waiting(BaseModel):
    """The differences of closed years that no approved sheet covers."""

    items: list[AdjustmentLine]


class AdjustmentSummary(BaseModel):
    """A sheet as a list shows it. `revision` is its ETag; `fen` is what origins get more or less."""

    id: UUID
    number: str
    state: AdjustmentState
    revision: int
    causes: list[Cause]
    document_no: str
    reason: str
    fen: int
    sha256: str
    made_by: str
    made_on: date
    decided_by: str | None
    decided_on: date | None
    decision: str | None


class AdjustmentView(AdjustmentSummary):
    """A sheet with its content, and whether the reader may decide it now."""

    body: dict[str, Any]
    may_decide: bool


class Adjustments(BaseModel):
    """The sheets, newest first."""

    items: list[AdjustmentSummary]


class RecomputedDifference(BaseModel):
    """One thing that does not come out again: what kind, which, and what of it differs."""

    kind: str
    name: str
    detail: str


class Recomputation(BaseModel):
    """What was recomputed of a period and what differs; it passed where nothing does."""

    period: str
    runs: int
    lines: int
    journals: int
    statements: int
    differences: list[RecomputedDifference]
    passed: bool
