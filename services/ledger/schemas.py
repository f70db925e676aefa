"""What goes in and out of the ledger's API; pages and papers read the same views."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from allocation.units import FEN_LIMIT
from services.kit.inputs import Reason, Sha256, Strict
from services.ledger.chain import Origins, TracedPayment, TracedSum
from services.ledger.objections_schemas import ObjectionView
from services.ledger.states import StatementAction, StatementKind, StatementState

PeriodCode = Annotated[str, Field(pattern=r"^[0-9]{4}(Q[1-4]|-(0[1-9]|1[0-2]))?$")]


class ReceiptView(BaseModel):
    """One receipt, newest revision. The four levels are None where the treasury gave no split."""

    ticket: str
    revision: int
    tax_period: str
    paid_on: date
    treasury: str
    credit_code: str
    taxpayer: str
    tax: str
    subject: str
    kind: str
    amount_fen: int
    central_fen: int | None
    province_fen: int | None
    city_fen: int | None
    county_fen: int | None


class ApartView(BaseModel):
    """A receipt in no agreement's base, and why."""

    ticket: str
    paid_on: date
    treasury: str
    credit_code: str
    taxpayer: str
    tax: str
    kind: str
    amount_fen: int
    reason: str


class LevelsView(BaseModel):
    """An amount by level, in fen."""

    central_fen: int
    province_fen: int
    city_fen: int
    county_fen: int


class DifferenceView(BaseModel):
    """A receipt whose split is not the expected one.

    `expected` is None where the level table has no shares.
    """

    ticket: str
    paid_on: date
    treasury: str
    taxpayer: str
    tax: str
    amount_fen: int
    actual: LevelsView
    expected: LevelsView | None


class StatementSummary(BaseModel):
    """A statement as a list shows it. `revision` is its ETag; `sha256` names its content."""

    id: UUID
    number: str
    kind: StatementKind
    county: str
    county_name: str
    period: str
    version: int
    state: StatementState
    revision: int
    known: int
    made_on: date
    up_fen: int
    down_fen: int
    net_fen: int
    sha256: str


class EventView(BaseModel):
    """One step of a statement."""

    action: StatementAction
    by_name: str
    office: str
    on: date
    at: datetime
    facts: dict[str, Any]


class StatementView(StatementSummary):
    """A statement with its content, its steps, its objections, and what the reader may do now."""

    supersedes: UUID | None
    body: dict[str, Any]
    events: list[EventView]
    objections: list[ObjectionView]
    actions: list[StatementAction]


class TracedReceipt(BaseModel):
    """A receipt behind a line.

    `ticket` and `taxpayer` are None, and `receipts` counts, where firms are secret.
    """

    ticket: str | None
    taxpayer: str | None
    month: str
    paid_on: date | None
    kind: str | None
    receipts: int
    amount_fen: int
    retained_fen: int
    counted: bool


class TracedJournal(BaseModel):
    """What a run booked of a line, with the journal's key.

    `key` is None where the run changed taxes against each other and the agreement's sum stayed.
    """

    key: str | None
    period: str
    fen: int
    run: UUID | None
    known: int
    engine: str
    input_sha256: str
    output_sha256: str


class LineTrace(BaseModel):
    """From a line to the first fact and on to its payment, in one answer.

    Receipts, formula, terms with their signatures, the decision, the match run, the lead; and onward journals
    with their runs, settlement and payment. `sums` are figures of the chain that agree to the fen.
    """

    line: dict[str, Any]
    formula: list[str]
    agreement: UUID
    agreement_code: str
    agreement_version: int
    terms: dict[str, Any]
    receipts: list[TracedReceipt]
    incentives: list[dict[str, Any]]
    journals: list[TracedJournal]
    origins: Origins
    payments: list[TracedPayment]
    sums: list[TracedSum]


class RunView(BaseModel):
    """What a run did. `held` differences of closed years, `held_fen` in all, wait for an adjustment sheet."""

    run: UUID
    month: str
    known: int
    engine: str
    input_sha256: str
    output_sha256: str
    lines: int
    journals: int
    origin_fen: int
    held: int
    held_fen: int
    statements: list[StatementSummary]


class Statements(BaseModel):
    """Statements that were prepared."""

    items: list[StatementSummary]


class Prepare(Strict):
    """Prepare the statements of a quarter (`2025Q1`) or year (`2025`)."""

    period: PeriodCode


class Confirm(Strict):
    """Confirm a statement by the hash of its content; `scan_sha256` names its sealed scan."""

    sha256: Sha256
    scan_sha256: Sha256 | None = None


class Object(Strict):
    """Object to a line, or to the whole without `line`; with `reserved` nothing is blocked."""

    reason: Reason
    line: Annotated[int, Field(ge=1)] | None = None
    reserved: bool = False
    expected_fen: Annotated[int, Field(gt=-FEN_LIMIT, lt=FEN_LIMIT)] | None = None


class Answer(Strict):
    """Answer all open objections with one reason."""

    reason: Reason


class Declare(Strict):
    """Declare a month to have no receipts."""

    reason: Reason


class AskClose(Strict):
    """Ask for a year's close; `list_unmatched` accepts the receipts of no firm of ours as listed with it."""

    list_unmatched: bool = False


class CheckView(BaseModel):
    """One condition of a close, in words."""

    code: str
    text: str
    ok: bool


class CloseView(BaseModel):
    """How far a year's close has come."""

    year: int
    state: str
    requested_by: str | None
    closed_by: str | None
    checks: list[CheckView]


class BalanceView(BaseModel):
    """The balance of an account of a county's book; debit positive."""

    county: str
    account: str
    counterparty: str
    unit: str
    fen: int


class Balances(BaseModel):
    """Balances recomputed from the legs."""

    items: list[BalanceView]
