"""What comes in about cases, and what goes out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from allocation.precedence import Ground
from services.first_talk.words import CaseAction, CaseState, Effect, Outcome, RulingCheck
from services.projects.protection_words import Progress
from services.projects.schemas import Filled, Line, Strict, Text

Ref = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Party = Annotated[int, Field(ge=1, le=50, strict=True)]


class OpenCase(Strict):
    """Ask for a case, as a county naming its own lead; or open one, as the city naming all of them."""

    projects: Annotated[list[Ref], Field(min_length=1, max_length=10)]
    claim: Filled


class Because(Strict):
    """A step with its reason."""

    reason: Filled


class StatementForm(Strict):
    """What one side says; a piece of evidence has its kind, what it is, and its day."""

    words: Filled
    evidence_kind: Progress | None = None
    evidence: Text = ""
    happened_on: date | None = None


class HearingForm(Strict):
    """When and where the sides are heard."""

    on: date
    place: Line


class OfferForm(Strict):
    """A settlement that one side offers: whose lead stays, what becomes of the others, on what terms."""

    holder: Party
    effect: Effect
    terms: Filled


class AgreeForm(Strict):
    """Agree to, or confirm, the offer of this number."""

    offer: Annotated[int, Field(ge=1, le=10_000, strict=True)]


class RulingForm(Strict):
    """A ruling of the joint meeting, to be confirmed by a second person."""

    ground: Ground
    holder: Party
    effect: Effect
    findings: Text = ""
    reasons: Text = ""
    minutes_no: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    credit_note: Text = ""
    cites: Annotated[list[Line], Field(max_length=20, default_factory=list)]


class SaidForm(Strict):
    """The second person's word on a ruling; a rejection says why."""

    outcome: RulingCheck
    reason: Text = ""


class PrecedentQuery(Strict):
    """What rulings are searched by: words, ground, chain, number of counties, year."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] = ""
    ground: Ground | None = None
    chain: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] = ""
    counties: Annotated[int | None, Field(ge=2, le=50)] = None
    year: Annotated[int | None, Field(ge=2000, le=2100)] = None


class PartyView(BaseModel):
    """One side: of another's lead a county reads only the dates, and in the end the outcome."""

    seq: int
    own: bool
    county: str | None = None
    county_name: str | None = None
    project: str | None = None
    project_name: str | None = None
    registered_on: date
    accepted_on: date | None
    outcome: Outcome | None = None


class WeighingView(BaseModel):
    """One step of the order with its fact of each side, in the sides' order; hidden facts are empty."""

    ground: Ground
    facts: list[str | int | bool | None]
    favours: int | None = None
    decides: bool = False


class StatementView(BaseModel):
    """One statement."""

    party: int
    words: str
    evidence_kind: Progress | None
    evidence: str
    happened_on: date | None
    late: bool
    by_name: str
    on: date


class StepView(BaseModel):
    """One step of a case's history."""

    seq: int
    action: CaseAction
    party: int | None
    by_name: str
    on: date
    at: datetime
    facts: Mapping[str, Any]


class OfferView(BaseModel):
    """The settlement that is on the table: the last one offered."""

    seq: int
    party: int
    holder: int
    effect: Effect
    terms: str
    agreed: list[int]
    """The sides that agree, the one that offers among them."""
    complete: bool


class RulingView(BaseModel):
    """A ruling; while it waits for its second person only the city's office reads it."""

    id: UUID
    number: str
    ground: Ground
    holder: int
    effect: Effect
    findings: str
    reasons: str
    masked: str
    minutes_no: str
    credit_note: str
    cites: list[str]
    made_name: str
    made_on: date
    outcome: RulingCheck | None = None
    said_name: str = ""
    said_on: date | None = None
    said_reason: str = ""
    sha256: str


class CaseSummary(BaseModel):
    """One line of the list of cases."""

    id: UUID
    number: str
    state: CaseState
    revision: int
    filed_on: date
    admitted_on: date | None
    statements_due: date | None
    hearing_due: date | None
    ruling_due: date | None
    hearing_on: date | None
    closed_on: date | None
    counties: int
    overdue: bool
    own: int | None = None
    """The number of one's own side."""


class CaseView(CaseSummary):
    """One case as this person may see it, with what they may do."""

    claim: str
    hearing_place: str
    parties: list[PartyView]
    weighings: list[WeighingView]
    ground: Ground | None = None
    """What the order says, for the city's office; for all once it is ruled."""
    proposed_holder: int | None = None
    holder: int | None
    statements: list[StatementView]
    offer: OfferView | None = None
    ruling: RulingView | None = None
    events: list[StepView]
    actions: list[CaseAction]


class CasePage(BaseModel):
    """The cases that one may know of, newest first."""

    items: list[CaseSummary]


class Precedent(BaseModel):
    """A ruling without names: what anybody may learn from it."""

    number: str
    year: int
    ground: Ground
    chain: str
    counties: int
    text: str
    effect: Effect
    cites: list[str]
    cited_by: list[str]
    days: int
    ruled_on: date


class PrecedentPage(BaseModel):
    """The rulings found, newest first."""

    items: list[Precedent]


class Figures(BaseModel):
    """Cases of some span of days: how many, how they ended, how long a ruling took (calendar days)."""

    since: date
    until: date
    filed: int
    open: int
    ruled: int
    settled: int
    withdrawn: int
    refused: int
    by_ground: dict[str, int]
    median_days: int | None
    longest_days: int | None
    late_rulings: int
