"""What goes in and out of the addresses of objections and sealed scans."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from allocation.units import FEN_LIMIT
from services.kit.inputs import Reason, Strict
from services.ledger.objections_words import ObjectionKind, Outcome, ScanState, Side

Fen = Annotated[int, Field(gt=-FEN_LIMIT, lt=FEN_LIMIT)]


class AnswerObjection(Strict):
    """Answer one objection: uphold, accept, or accept in part with the figure agreed to."""

    outcome: Annotated[Outcome, Field(strict=False)]
    reason: Reason
    agreed_fen: Fen | None = None


class Withdraw(Strict):
    """Withdraw an objection; the reason may be left out."""

    reason: Annotated[str, Field(max_length=500)] = ""


class AskRejection(Strict):
    """Ask the county to reject what was issued with an error."""

    reason: Reason


class CheckScan(Strict):
    """Check a sealed scan, or send it back for a reason."""

    accept: bool
    reason: Annotated[str, Field(max_length=500)] = ""


class ObjectionView(BaseModel):
    """An objection and how it ended.

    `line` is the line in the version shown: None for the whole statement; `gone` says that a reserved line is
    no longer in it. `version` is the one it was raised against. `holds` says that its line stays out of what
    is settled.
    """

    id: UUID
    kind: ObjectionKind
    version: int
    line: int | None
    gone: bool
    reserved: bool
    holds: bool
    expected_fen: int | None
    reason: str
    by_name: str
    office: str
    on: date
    open: bool
    outcome: Outcome | None
    answer: str
    agreed_fen: int | None
    answered_by: str
    answered_on: date | None


class MessageView(BaseModel):
    """A message under an objection. `private` ones are read by the writer's own side; `file` by name."""

    id: UUID
    side: Side
    private: bool
    text: str
    file: str | None
    file_sha256: str | None
    by_name: str
    office: str
    on: date
    at: datetime


class ThreadView(ObjectionView):
    """An objection with its clock and what was said of it.

    `due_on` is by when the city answers; none for a reservation. `actions` are what the reader may do now.
    """

    due_on: date | None
    overdue: bool
    messages: list[MessageView]
    actions: list[str]


class WaitView(BaseModel):
    """Whom the statement waits for, and by when: flagged when late, never a lock.

    `provisional` says that the calendar up to the day may still be changed by an announcement.
    """

    side: Side
    since: date
    working_days: int
    due_on: date
    overdue: bool
    days_late: int
    provisional: bool
    silence_is_consent: bool


class DeskView(BaseModel):
    """Where a statement's answer stands: the clock, the objections, and whether silence may be recorded."""

    statement: UUID
    revision: int
    wait: WaitView | None
    may_confirm_by_rule: bool
    objections: list[ThreadView]


class ScanView(BaseModel):
    """A sealed scan, bound to the content by its hash. `reason` says why it was sent back."""

    id: UUID
    state: ScanState
    scan_sha256: str
    body_sha256: str
    made_by: str
    made_on: date
    checked_by: str
    reason: str


class SealView(BaseModel):
    """Whether a county's sealed scan is there; None where it has none."""

    county: str
    name: str
    state: ScanState | None


class ScansView(BaseModel):
    """A statement's own scans, and whether those of the other sides of its lines are there."""

    statement: UUID
    revision: int
    own: SealView
    scans: list[ScanView]
    counterparties: list[SealView]
    actions: list[str]
