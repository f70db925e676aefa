"""What goes in and out of the settlement's API; pages and papers read the same views."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from allocation.sharing.ageing import Age
from allocation.sharing.statement import Direction
from allocation.units import FEN_LIMIT
from services.kit.inputs import Reason, Sha256, Strict
from services.ledger.states import StatementState
from services.settlement.words import OpenKind, PaymentState, SettlementAction, SettlementState


class Propose(Strict):
    """The closed year to settle."""

    year: int = Field(ge=2000, le=2100)


class ConfirmPart(Strict):
    """A county's confirmation: the hash of its part, and of the sealed scan where there is one."""

    sha256: Sha256
    scan_sha256: Sha256 | None = None


class Because(Strict):
    """Why."""

    reason: Reason


class RecordPayment(Strict):
    """A payment of an order, as its voucher says."""

    paid_on: date = Field(strict=False)
    voucher_no: str = Field(max_length=200)
    fen: int = Field(gt=-FEN_LIMIT, lt=FEN_LIMIT)


class PartView(BaseModel):
    """A county's part: gross both ways, net, and whether it confirmed. `body` holds its own lines."""

    county: str
    county_name: str
    up_fen: int
    down_fen: int
    net_fen: int
    sha256: str
    confirmed_name: str | None
    confirmed_on: date | None
    body: dict[str, Any]


class SettlementSummary(BaseModel):
    """A settlement as a list shows it. `revision` is its ETag; `waiting` counts counties yet to confirm."""

    id: UUID
    number: str
    year: int
    seq: int
    state: SettlementState
    revision: int
    made_on: date
    due_on: date
    expires_on: date
    overdue: bool
    posted_on: date | None
    waiting: int


class StepView(BaseModel):
    """One step."""

    action: SettlementAction
    county: str | None
    by_name: str
    on: date
    at: datetime
    facts: dict[str, Any]


class PaymentView(BaseModel):
    """A payment. `revision` is its ETag; `actions` is what the reader may do now."""

    id: UUID
    payment_order: UUID
    state: PaymentState
    revision: int
    paid_on: date
    voucher_no: str
    fen: int
    made_name: str
    checked_name: str | None
    reverse_name: str | None
    reverse_reason: str | None
    reversed_name: str | None
    actions: list[str]


class OrderView(BaseModel):
    """A payment order and what was paid of it."""

    id: UUID
    settlement: UUID
    settlement_number: str
    number: str
    payer: str
    payer_name: str
    payee: str
    payee_name: str
    fen: int
    paid_fen: int
    open_fen: int
    recordable_fen: int
    due_on: date
    purpose: str
    statements: list[str]
    payments: list[PaymentView]


class Orders(BaseModel):
    """Orders, in the order of their numbers."""

    items: list[OrderView]


class SettlementView(SettlementSummary):
    """A settlement as the reader may see it: a county sees its own part, the city and the auditor all.

    `body` is the whole paper for those who see all, None for a county. `actions` is what the reader may do
    now, `own` the county for which it may confirm.
    """

    body: dict[str, Any] | None
    body_sha256: str | None
    parts: list[PartView]
    events: list[StepView]
    orders: list[OrderView]
    actions: list[SettlementAction]
    own: str | None


class CountyLineView(BaseModel):
    """A county's year, gross both ways."""

    county: str
    county_name: str
    number: str
    version: int
    state: StatementState
    counted: bool
    up_fen: int
    down_fen: int
    net_fen: int


class SubjectView(BaseModel):
    """What goes one way under a budget subject."""

    county: str
    county_name: str
    direction: Direction
    code: str
    name: str
    tax: str
    tax_subject: str
    fen: int


class SummaryView(BaseModel):
    """结算汇总表 of a year. `city_net_fen` is 0 once it is complete."""

    year: int
    complete: bool
    up_fen: int
    down_fen: int
    city_net_fen: int
    sha256: str
    counties: list[CountyLineView]
    subjects: list[SubjectView]


class OpenView(BaseModel):
    """One row of 未结清册."""

    kind: OpenKind
    county: str
    county_name: str
    direction: Direction
    other: str
    other_name: str
    year: int
    reference: str
    due_on: date
    fen: int
    paid_fen: int
    open_fen: int
    age: Age
    interest_fen: int


class AgeView(BaseModel):
    """What a county has open one way, by class of age."""

    county: str
    county_name: str
    direction: Direction
    fen: dict[Age, int]
    total_fen: int


class RegisterView(BaseModel):
    """未结清册 on a day, with 账龄. `interest_on` tells whether the city set a late rate."""

    on: date
    interest_on: bool
    items: list[OpenView]
    ageing: list[AgeView]


class ForecastLine(BaseModel):
    """What an agreement may bring in the year: an estimate."""

    agreement: str
    agreement_id: str
    project: str
    host: str
    host_name: str
    origin: str
    origin_name: str
    retained_fen: int
    low_fen: int
    middle_fen: int
    high_fen: int


class CountyForecastView(BaseModel):
    """What a county may give up and receive: an estimate, low, middle and high."""

    county: str
    county_name: str
    up_fen: list[int]
    down_fen: list[int]


class ForecastView(BaseModel):
    """A year's estimate from the last twelve months."""

    year: int
    estimate: bool = True
    first_month: str
    last_month: str
    agreements: list[ForecastLine]
    counties: list[CountyForecastView]
