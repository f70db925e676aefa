"""What goes in and out of the approvals' API; pages read the same views."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from allocation.approving import SheetState, StepKind, Verb
from auth.principal import Role
from services.approvals.words import HandoverKind
from services.kit.inputs import Strict

REF_PATTERN = r"^([a-z][a-z_]{1,29}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
Ref = Annotated[str, Field(pattern=REF_PATTERN)]
"""A sheet: its id, or `<kind>-<subject>` for the current sheet of a matter."""

Words = Annotated[str, Field(max_length=500)]
Id = Annotated[UUID, Field(strict=False)]
Day = Annotated[date, Field(strict=False)]


class ActForm(Strict):
    """An act: the verb, words, the person named for 加签, 转办, 抄送, the step a return goes to."""

    verb: Annotated[Verb, Field(strict=False)]
    reason: Words = ""
    person: Id | None = None
    step: Annotated[int, Field(ge=1, le=1000)] | None = None
    to_step: Annotated[int, Field(ge=1, le=1000)] | None = None


class BatchForm(Strict):
    """Agreeing to several alike, undisputed matters at once; each stays a record of its own."""

    items: Annotated[list[Ref], Field(min_length=1, max_length=100)]
    reason: Words = ""


class DelegationForm(Strict):
    """甲代乙: who signs, in whose stead (oneself where left out), for which kinds, on which days."""

    delegate: Id
    delegator: Id | None = None
    post: Id | None = None
    kinds: Annotated[list[Annotated[str, Field(max_length=30)]], Field(min_length=1, max_length=20)]
    from_on: Day
    until_on: Day
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class HandoverForm(Strict):
    """Who hands over to whom; the giver is oneself where left out."""

    taker: Id
    giver: Id | None = None
    kind: Annotated[HandoverKind, Field(strict=False)]


class StepForm(Strict):
    """One step of a chain."""

    role: Annotated[Role, Field(strict=False)]
    title: Annotated[str, Field(min_length=1, max_length=40)]
    kind: Annotated[StepKind, Field(strict=False)] = StepKind.sign


class ChainForm(Strict):
    """Who signs a kind of matter from a day on; an empty office means every office without its own chain."""

    kind: Annotated[str, Field(max_length=30)]
    office: Annotated[str, Field(pattern=r"^([1-9][0-9]{5})?$")] = ""
    effective_from: Day
    steps: Annotated[list[StepForm], Field(min_length=1, max_length=9)]


class ChainView(BaseModel):
    """A chain as it is set."""

    kind: str
    office: str
    effective_from: date
    steps: list[StepForm]


class ChainsView(BaseModel):
    """All chains that the city set."""

    items: list[ChainView]


class StepView(BaseModel):
    """A step of a sheet."""

    key: int
    kind: StepKind
    title: str
    role: Role | None
    office: str | None
    person_name: str | None
    open: bool
    signed_name: str | None
    signed_on: date | None


class ActView(BaseModel):
    """An act of the history; `name` reads 甲代乙 under a delegation, `office` is the acting bureau."""

    seq: int
    verb: Verb
    step: int | None
    name: str
    role: Role
    office: str
    delegated: bool
    person_name: str | None
    reason: str
    on_date: date
    at: datetime


class SheetLine(BaseModel):
    """A sheet as a list shows it. `revision` is its ETag; `plain` may go into a batch."""

    ref: str
    kind: str
    title: str
    why: list[str]
    office: str
    state: SheetState
    step: str | None
    due_on: date | None
    overdue: bool
    plain: bool
    revision: int
    href: str


class SheetView(SheetLine):
    """A whole sheet, with what the reader may do now."""

    maker_name: str | None
    facts: dict[str, str]
    steps: list[StepView]
    acts: list[ActView]
    verbs: list[Verb]
    cycle: int


class Inbox(BaseModel):
    """Sheets, the latest due first."""

    items: list[SheetLine]


class BatchItem(BaseModel):
    """What became of one item: done with its state, or the slug and words of what stands against it."""

    ref: str
    done: bool
    state: SheetState | None = None
    problem: str | None = None
    detail: str | None = None


class BatchView(BaseModel):
    """A batch, item by item, in the order asked."""

    items: list[BatchItem]
    done: int


class DelegationView(BaseModel):
    """A delegation."""

    id: UUID
    delegator_name: str
    delegate_name: str
    office: str
    kinds: list[str]
    reason: str
    from_on: date
    until_on: date
    given_name: str
    ended_on: date | None
    standing: bool
    may_end: bool


class DelegationsView(BaseModel):
    """Delegations that concern the reader."""

    items: list[DelegationView]


class HandoverItem(BaseModel):
    """One line of a handover's list."""

    kind: str
    title: str
    due_on: date | None = None


class HandoverView(BaseModel):
    """A handover. `revision` is its ETag."""

    id: UUID
    kind: HandoverKind
    giver_name: str
    taker_name: str
    role: Role
    office: str
    made_on: date
    items: list[HandoverItem]
    giver_confirmed: bool
    taker_confirmed: bool
    done_on: date | None
    revision: int
    may_confirm: bool


class HandoversView(BaseModel):
    """Handovers that concern the reader."""

    items: list[HandoverView]
