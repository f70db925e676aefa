"""Reconciling as the API shows it. Amounts are fen, net of refunds unless said otherwise."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from allocation.sharing.reconciling import Band
from allocation.sharing.taxes import Tax
from services.kit.inputs import Sha256, Strict
from services.reconciliation.words import (
    AnswerAction,
    CheckAction,
    DifferenceAction,
    DifferenceState,
    Reason,
)

Words = Annotated[str, Field(max_length=500)]


class FigureBody(Strict):
    """What was paid in and refunded of a tax in a month under an agreement, in fen, neither negative."""

    agreement: Annotated[str, Field(max_length=40)]
    month: Annotated[str, Field(max_length=10)]
    tax: Annotated[Tax, Field(strict=False)]
    paid_fen: int
    refund_fen: int = 0


class FiguresBody(Strict):
    """Figures that an office states at once: all are stored, or none."""

    rows: Annotated[list[FigureBody], Field(max_length=5_000)]


class StatedView(BaseModel):
    """What was stored: rows, how many are new or revised, their sums, how many differences moved."""

    batch: UUID
    rows: int
    changed: int
    paid_fen: int
    refund_fen: int
    differences_moved: int


class SidesView(BaseModel):
    """The four figures; null where a side has not spoken of the agreement's month."""

    computed_fen: int
    host_fen: int | None
    origin_fen: int | None
    treasury_fen: int | None


class DifferenceView(BaseModel):
    """A difference as it stands. `seq` is named in If-Match by the next step."""

    id: UUID
    agreement: str
    origin: str
    host: str
    tax: Tax
    month: str
    number: int
    opened_on: date
    days: int
    band: Band
    state: DifferenceState
    seq: int
    figures: SidesView
    reason: Reason | None
    words: str


class EventView(BaseModel):
    """One thing that happened to a difference, with the figures as they stood then."""

    seq: int
    action: DifferenceAction
    figures: SidesView
    reason: Reason | None
    words: str
    by_name: str
    office: str
    on_date: date


class DifferenceDetails(DifferenceView):
    """A difference with its history, and what the reader may do now."""

    events: list[EventView]
    may_explain: bool
    may_resolve: bool


class ComparedView(BaseModel):
    """One agreement, month and tax with all sides' figures."""

    agreement: str
    origin: str
    host: str
    month: str
    tax: Tax
    figures: SidesView
    spread_fen: int
    difference: UUID | None
    state: DifferenceState | None


class ComparisonView(BaseModel):
    """The comparison of a period."""

    period: str
    items: list[ComparedView]


class DifferencesView(BaseModel):
    """Differences, oldest first, and their number by band of age."""

    items: list[DifferenceView]
    bands: dict[Band, int]


class MovedView(BaseModel):
    """How many differences were opened, changed or settled."""

    period: str
    moved: int


class PeriodBody(Strict):
    """A month, quarter or year: 2026-03, 2026Q1, 2026."""

    period: Annotated[str, Field(max_length=10)]


class ExplainBody(Strict):
    """Why figures differ: a reason of the list, and words."""

    reason: Annotated[str, Field(max_length=40)]
    words: Words


class WordsBody(Strict):
    """What is said of a step."""

    words: Words = ""


class AcknowledgeBody(Strict):
    """The content that is acknowledged."""

    sha256: Sha256


class NoteBody(Strict):
    """A difference noted on a content."""

    sha256: Sha256
    words: Words


class CheckBody(Strict):
    """What the origin found of an incentive."""

    action: Annotated[CheckAction, Field(strict=False)]
    words: Words = ""


class AnswerView(BaseModel):
    """What a county said of a paper."""

    county: str
    action: AnswerAction
    words: str
    by_name: str
    on_date: date


class SheetSummary(BaseModel):
    """A 对账单 in a list."""

    id: UUID
    number: str
    version: int
    period: str
    counties: list[str]
    sha256: str
    made_on: date
    differing: int
    unresolved: int
    acknowledged_by: list[str]
    settled: bool


class SheetView(SheetSummary):
    """A 对账单 with its content and answers, and what the reader may do now."""

    body: dict[str, object]
    answers: list[AnswerView]
    newest: bool
    may_acknowledge: bool
    may_note: bool


class SheetsView(BaseModel):
    """The newest 对账单 of every two counties."""

    items: list[SheetSummary]


class IncentiveView(BaseModel):
    """An incentive under a shared agreement, and what the origin found of it. No firm is named."""

    id: UUID
    agreement: str
    origin: str
    host: str
    document_no: str
    voucher: str | None
    revision: int
    paid_on: date
    amount_fen: int
    action: CheckAction | None
    words: str
    checked_by: str
    checked_on: date | None
    flags: list[str]
    may_check: bool


class IncentivesView(BaseModel):
    """政策兑现表 of a period."""

    period: str
    items: list[IncentiveView]
    total_fen: int


class SplitView(BaseModel):
    """An amount by level."""

    central_fen: int
    province_fen: int
    city_fen: int
    county_fen: int


class LevelRow(BaseModel):
    """A treasury's month of a tax by level; `computed` is null where the table has no shares."""

    treasury: str
    month: str
    tax: Tax
    receipts: int
    differing: int
    actual: SplitView
    computed: SplitView | None


class LevelTicket(BaseModel):
    """A receipt whose split is not the expected one."""

    ticket: str
    treasury: str
    month: str
    tax: Tax
    actual: SplitView
    computed: SplitView | None


class LevelsTable(BaseModel):
    """国库核对表 of a period."""

    period: str
    treasury: str
    items: list[LevelRow]
    differing: list[LevelTicket]
