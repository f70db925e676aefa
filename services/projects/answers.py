"""What goes out: one model for each view of a project, so that a hidden field has no place to stand in."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from allocation.lifecycle import Action, State
from allocation.names import Alike
from services.projects.words import FundKind


class Answer(BaseModel):
    """The base of all answers."""

    model_config = ConfigDict(frozen=True)


class FloorTerms(Answer):
    """The origin's floor terms: a host accepts them or not; nothing is bargained below them."""

    ratio_bp: int
    years: int
    upfront_fen: int
    recall_days: int


class Masked(Answer):
    """What every view but finance's shows: bands, never exact figures."""

    id: str
    """The random public id."""
    code_name: str
    division: str
    investment_band: str
    land_band: str
    land_deadline: date
    state: State
    version: int
    actions: tuple[Action, ...] = ()


class Exact(Answer):
    """Exact requirements."""

    industry: str
    edition: str
    investment_fen: int
    fixed_investment_fen: int
    land_mu: int
    hall_m2: int
    energy_tce: int
    water_td: int
    cod_kg: int
    output_fen: int
    tax_fen: int


class SealedView(Masked):
    """A county looking at the pool. `floor_terms` stand here once it has applied."""

    view: Literal["sealed"] = "sealed"
    floor_terms: FloorTerms | None = None


class ProposedView(Masked, Exact):
    """A county that the project was proposed to; the name is still masked."""

    view: Literal["proposed"] = "proposed"
    masked_name: str
    floor_terms: FloorTerms | None = None
    answer_by: date | None = None


class AuditView(Masked, Exact):
    """An auditor without an audit letter's number."""

    view: Literal["auditor"] = "auditor"
    masked_name: str


class OpenView(Masked, Exact):
    """All: the origin, the city's office, the host, and a candidate to whom the name was revealed."""

    view: Literal["owner", "office", "matched", "revealed"]
    key: UUID
    """The internal id, by which papers and holds refer to the project."""
    code: str
    name: str
    investor_name: str
    investor_credit_code: str
    investor_registered: str
    fund_kind: FundKind
    channel: str
    origin: str
    host_county: str | None
    host_park: str | None
    registered_on: date
    first_talk_on: date | None
    accepted_on: date | None
    protected_until: date | None
    pooled_on: date | None
    window_until: date | None
    signed_on: date | None
    contracted_on: date | None
    incorporated_on: date | None
    ready_on: date | None
    started_on: date | None
    counted_on: date | None
    completed_on: date | None
    produced_on: date | None
    full_output_on: date | None
    floor_terms: FloorTerms | None = None


class FinanceView(Answer):
    """Finance: the name alone, of what is signed."""

    view: Literal["finance"] = "finance"
    name: str
    investor_name: str


ProjectView = Annotated[
    SealedView | ProposedView | AuditView | OpenView | FinanceView, Field(discriminator="view")
]


class ProjectAnswer(Answer):
    """One project as the asker sees it.

    `merged_into` is the public id of the lead that a merged one lives on in, for those who see that one open.
    """

    project: ProjectView
    merged_into: str | None = None


class MoveAnswer(Answer):
    """One move of a project's history."""

    seq: int
    action: str
    from_state: State | None
    to_state: State
    office: str
    name: str
    on_date: date
    at: datetime
    facts: dict[str, object]
    lead: str | None = None
    """The public id of the merged lead whose move it was; none where it is the project's own."""
    lead_code: str | None = None


class MovesAnswer(Answer):
    """The history of a project, oldest first."""

    items: list[MoveAnswer]


class ProjectPage(Answer):
    """One page of a list. `total` is withheld from outsiders where it is below three."""

    items: list[ProjectView]
    next: str | None
    total: int | None


class Duplicate(Answer):
    """An earlier record that may be the same firm's.

    Without rights on it: how alike, who negotiates since when, and whether that is protected. What makes the
    names alike would tell how the other is written: `alike` is for those who see the record in full.
    `likeness_from` is in per cent, cut down to tens (100 is equal).
    """

    kind: Literal["credit_code", "name", "similar_name"]
    likeness_from: int
    origin: str
    first_talk_on: date
    protected: bool
    alike: Alike | None = None
    registered_on: date | None = None
    id: str | None = None
    code: str | None = None
    name: str | None = None
    investor_name: str | None = None


class Duplicates(Answer):
    """Earlier records, earliest first."""

    items: list[Duplicate]


class ApplicationAnswer(Answer):
    """An open application, as the city's office and the applicant see it."""

    county: str
    park: str
    plot: str | None
    hall: str | None
    land_mu: int
    hall_m2: int
    energy_tce: int
    water_td: int
    cod_kg: int
    ready_on: date
    applied_on: date
    late: bool
    remark: str


class CandidateAnswer(Answer):
    """How far a candidate host has come."""

    county: str
    park: str
    rank: int | None
    applied: bool
    proposed: bool
    terms_accepted: bool
    revealed: bool
    committed: bool
    chosen: bool
