"""What comes in: strict models that refuse unknown fields and bound every number, text and list."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from allocation.entry import EnvironmentClass, ProjectKind
from allocation.lifecycle import Action
from services.files.schemas import FileIds
from services.projects.channels import FilingReason
from services.projects.words import Exit, FundKind, TransferReason

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,40}$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
CreditCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]
Industry = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Amount = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
Small = Annotated[int, Field(ge=0, le=10_000_000, strict=True)]


class Strict(BaseModel):
    """The base of all input: nothing unknown, nothing converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ProjectForm(Strict):
    """A registration (登记线索). Land in hundredths of a mu, money in fen, COD in kg a year."""

    origin: RegionCode
    channel: Line
    name: Line
    investor_name: Line
    investor_credit_code: CreditCode
    investor_registered: RegionCode
    fund_kind: FundKind
    edition: Literal["2011", "2017"] = "2017"
    industry: Industry
    investment_fen: Amount
    fixed_investment_fen: Amount
    land_mu: Small
    hall_m2: Small
    energy_tce: Small
    water_td: Small
    cod_kg: Small
    output_fen: Amount
    tax_fen: Amount
    first_talk_on: date
    land_deadline: date
    filing_reason: FilingReason | None = None
    """What the filing is for; a registration without it is refused."""
    kind: ProjectKind = ProjectKind.industrial
    environment_class: EnvironmentClass | None = None
    channel_unit: Line | None = None
    channel_reference: Line | None = None
    channel_fee_fen: Amount | None = None
    filing_consent_on: date | None = None
    """The day on which the investor agreed to be filed, if that is on record; with its evidence."""
    filing_consent_evidence: Filled | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        """Check what one field says of another."""
        if self.fixed_investment_fen > self.investment_fen:
            raise ValueError("fixed investment is part of the investment")
        if self.land_mu == 0 and self.hall_m2 == 0:
            raise ValueError("land or a hall is needed")
        if (self.filing_consent_on is None) != (self.filing_consent_evidence is None):
            raise ValueError("a consent has its day and its evidence")
        return self


class DuplicateQuery(Strict):
    """Who might already be registered."""

    investor_name: Line
    investor_credit_code: CreditCode


class TransferForm(Strict):
    """A request to pass a lead on: reason, evidence, the investor's consent and the origin's floor terms."""

    reason: TransferReason
    evidence: Filled
    investor_consent_on: date
    floor_ratio_bp: Annotated[int, Field(ge=0, le=10_000, strict=True)]
    floor_years: Annotated[int, Field(ge=0, le=30, strict=True)]
    upfront_fen: Amount
    recall_days: Annotated[int, Field(ge=1, le=3650, strict=True)]
    remark: Text = ""
    files: FileIds = []


class ApplicationForm(Strict):
    """What a park offers for a pooled lead."""

    park: Code
    plot: Code | None = None
    hall: Code | None = None
    land_mu: Small
    hall_m2: Small
    energy_tce: Small
    water_td: Small
    cod_kg: Small
    ready_on: date
    remark: Text = ""


class ProposalForm(Strict):
    """Hosts that the city office proposes, best first."""

    parks: Annotated[list[Code], Field(min_length=1, max_length=20)]


class AcceptanceForm(Strict):
    """A candidate host accepts the floor terms, for one of its parks."""

    park: Code


class CommitmentForm(Strict):
    """A commitment letter: what is given, what is promised, and who reviewed it."""

    park: Code
    land_mu: Small
    hall_m2: Small
    energy_tce: Small
    water_td: Small
    cod_kg: Small
    ready_on: date
    promises: Filled
    finance_review: Line
    legal_review: Line
    files: FileIds = []


class ConsentForm(Strict):
    """The investor agrees to be named to counties."""

    counties: Annotated[list[RegionCode], Field(min_length=1, max_length=50)]
    consented_on: date
    evidence: Filled
    files: FileIds = []


class ChoiceForm(Strict):
    """The investor chose a host."""

    park: Code
    consented_on: date
    evidence: Filled
    files: FileIds = []


class DeclineForm(Strict):
    """A host declines, with a reason of the closed list."""

    park: Code
    reason: Exit
    remark: Text = ""


class StepBackForm(Strict):
    """A host takes back its application."""

    park: Code


PLAIN_ACTIONS = frozenset(
    {
        Action.resubmit,
        Action.review,
        Action.return_,
        Action.accept,
        Action.extend,
        Action.release,
        Action.reaccept,
        Action.refuse_transfer,
        Action.pool,
        Action.refuse_hosts,
        Action.release_hold,
        Action.recall,
        Action.sign_own,
        Action.contract,
        Action.incorporate,
        Action.make_ready,
        Action.start,
        Action.enlist,
        Action.complete,
        Action.produce,
        Action.reach_output,
        Action.fail_to_pool,
        Action.fail_to_origin,
        Action.withdraw,
        Action.lose,
        Action.end,
    }
)
"""Moves that bring no more than a reason, evidence, minutes and a date."""


class MoveForm(Strict):
    """A plain move."""

    action: Action
    reason: Text = ""
    evidence: Text = ""
    minutes: Text = ""
    on_date: date | None = None
    files: FileIds = []


class Filters(Strict):
    """What a list is narrowed by. Only what the asker sees of every listed row may be used."""

    scope: Literal["pool", "origin", "host", "offered", "all"] = "pool"
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] = ""
    state: str = ""
    division: Annotated[str, StringConstraints(pattern=r"^([0-9]{2})?$")] = ""
    investment: str = ""
    land: str = ""
    origin: Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]{5})?$")] = ""
