"""What goes in and out: strict input models, and the views that the API, the pages and the papers share."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from allocation.sharing.terms import (
    CreditClock,
    CreditRule,
    Method,
    ReceiptKind,
    Tax,
    TaxClock,
    Terms,
    YearBasis,
)
from allocation.units import FEN_LIMIT
from services.agreements.inputs import spread
from services.agreements.words import PaperState, Party, SignatureState

Ratio = Annotated[int, Field(ge=0, le=10_000)]
Remark = Annotated[str, Field(max_length=2000)]
Number = Annotated[str, Field(max_length=100)]


class TermsIn(BaseModel):
    """Proposed terms. `ratios_bp` has one figure a year, or a single one for all years."""

    model_config = ConfigDict(extra="forbid")

    method: Method
    ratios_bp: Annotated[tuple[Ratio, ...], Field(min_length=1, max_length=50)]
    years: Annotated[int, Field(ge=1, le=50)]
    cap_fen: Annotated[int, Field(gt=0, lt=FEN_LIMIT)] | None = None
    effective_on: date
    credit_rule: CreditRule = CreditRule.origin_full
    deduct_incentives: bool = True
    carry_forward: bool = False
    remark: Remark = ""

    def terms(self, origin: str, host: str) -> Terms:
        """Make the terms between two parties.

        Raises:
            InvalidTermsError: no agreement can have these terms.
        """
        return Terms(
            method=self.method,
            origin=origin,
            host=host,
            ratios_bp=spread(self.ratios_bp, self.years),
            years=self.years,
            cap_fen=self.cap_fen,
            effective_on=self.effective_on,
            credit_rule=self.credit_rule,
            deduct_incentives=self.deduct_incentives,
            carry_forward=self.carry_forward,
        )


class AgreementIn(TermsIn):
    """A new agreement: the project, its first terms, the minutes and the consent to year-end deduction.

    Of a project that stays with its own county the other party may lie outside the city: `outside` is the
    declared party's code, `outside_as` what it is of the agreement.
    """

    project: str
    outside: Annotated[str, Field(pattern="^([0-9]{6})?$")] = ""
    outside_as: Literal["origin", "host"] = "host"
    minutes_no: Number = ""
    minutes_on: date | None = None
    deduction_consent: bool = False


class AgreementEdit(TermsIn):
    """A draft's new content, or the terms of a further version."""

    minutes_no: Number = ""
    minutes_on: date | None = None
    deduction_consent: bool = False


class ConfirmationIn(BaseModel):
    """A new confirmation of a project's transfer."""

    model_config = ConfigDict(extra="forbid")

    project: str


class EndIn(BaseModel):
    """Why and when a paper ends."""

    model_config = ConfigDict(extra="forbid")

    ended_on: date
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class CheckIn(BaseModel):
    """Whether a signed scan is accepted, or why it is sent back."""

    model_config = ConfigDict(extra="forbid")

    accept: bool
    reason: Annotated[str, Field(max_length=500)] = ""


class VoidIn(BaseModel):
    """Why a confirmation is void."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class VersionList(BaseModel):
    """All versions of an agreement, first to last."""

    items: list["VersionOut"]


class Place(BaseModel):
    """A region by code and name."""

    code: str
    name: str


class ProjectRef(BaseModel):
    """The project of a paper, as its parties know it."""

    id: UUID
    code: str
    name: str


class TermsOut(BaseModel):
    """Terms as stored."""

    method: Method
    origin: str
    host: str
    ratios_bp: tuple[int, ...]
    years: int
    cap_fen: int | None
    effective_on: date
    tax_clock: TaxClock
    credit_clock: CreditClock
    credit_rule: CreditRule
    taxes: tuple[Tax, ...]
    kinds: tuple[ReceiptKind, ...]
    deduct_incentives: bool
    carry_forward: bool
    year_basis: YearBasis

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """Read stored terms."""
        return cls.model_validate(stored)


class SignatureOut(BaseModel):
    """A signature: who signed, on which scan, made and checked by whom."""

    id: UUID
    party: Party
    party_name: str
    signer: str
    signed_on: date
    state: SignatureState
    scan_sha256: str
    scan_size: int
    made_at: datetime
    checked_at: datetime | None
    reason: str
    check: str
    """The action with which it is checked, while it waits for that."""


class VersionOut(BaseModel):
    """One version of the terms, with its signatures."""

    version: int
    state: PaperState
    known: int | None
    imported: bool
    remark: str
    terms: TermsOut
    created_at: datetime
    signatures: list[SignatureOut]
    missing: list[Party]


class AgreementRow(BaseModel):
    """An agreement in a list, with the terms in force or, before that, proposed."""

    id: UUID
    code: str
    project: ProjectRef
    origin: Place
    host: Place
    state: PaperState
    version: int
    method: Method
    ratios_bp: tuple[int, ...]
    years: int
    cap_fen: int | None
    effective_on: date


class AgreementOut(BaseModel):
    """An agreement whole. `actions` are what this person may do now."""

    id: UUID
    code: str
    project: ProjectRef
    company_name: str
    company_registered_on: date | None
    credit_code: str
    investor_name: str
    origin: Place
    host: Place
    outside: Party | None
    """Which of the two lies outside the city."""
    state: PaperState
    live: int | None
    minutes_no: str
    minutes_on: date | None
    deduction_consent: bool
    imported: bool
    ended_on: date | None
    end_reason: str
    revision: int
    created_at: datetime
    versions: list[VersionOut]
    actions: list[str]


class ConfirmationRow(BaseModel):
    """A confirmation in a list."""

    id: UUID
    code: str
    project: ProjectRef
    origin: Place
    host: Place
    investor_name: str
    state: PaperState
    signed_on: date | None


class ConfirmationOut(BaseModel):
    """A confirmation whole; it has no money to show."""

    id: UUID
    code: str
    project: ProjectRef
    origin: Place
    host: Place
    investor_name: str
    investor_credit_code: str
    state: PaperState
    signed_on: date | None
    created_at: datetime
    signatures: list[SignatureOut]
    missing: list[Party]
    actions: list[str]
