"""What comes in and goes out before a lead."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.intake.words import (
    ContactResult,
    ContactState,
    OfferAction,
    OfferFrom,
    OfferRefusal,
    OfferState,
    PersonRole,
    Purpose,
    RelocationGround,
)
from services.projects.schemas import Amount, CreditCode, Filled, Line, RegionCode, Strict, Text

Short = Annotated[str, Field(min_length=2, max_length=30, pattern=r"^\S(.*\S)?$")]
Phone = Annotated[str, Field(pattern=r"^[0-9+][0-9 -]{5,19}$")]


class TargetIn(Strict):
    """A firm for one's list; `follower` is an office, not a person's name."""

    owner: RegionCode
    firm_name: Line
    credit_code: CreditCode | None = None
    chain: Line
    reason: Filled
    follower: Line


class TargetAnswer(BaseModel):
    """A firm of a list. `counties` tells the city's office how many lists it stands on, others nothing."""

    id: UUID
    owner: str
    firm_name: str
    credit_code: str | None
    chain: str
    reason: str
    follower: str
    listed_on: date
    closed_on: date | None
    counties: int | None
    may_close: bool
    revision: int


class TargetsAnswer(BaseModel):
    """The lists that one may see."""

    items: list[TargetAnswer]


class ContactIn(Strict):
    """A contact with a firm. Beyond the limit it is refused, or waits where `queue` is set."""

    county: RegionCode
    firm_name: Line
    credit_code: CreditCode | None = None
    contact_on: date
    purpose: Purpose
    person_role: PersonRole
    note: Text = ""
    queue: bool = False


class ConfirmIn(Strict):
    """A contact that waited is filed, for the day it was asked for or another."""

    contact_on: date


class ResultIn(Strict):
    """What came of a contact."""

    result: ContactResult


class ContactAnswer(BaseModel):
    """A contact. `late`: filed after it took place; `report_due`: its result is overdue."""

    id: UUID
    county: str
    firm_name: str
    credit_code: str | None
    contact_on: date
    purpose: Purpose
    person_role: PersonRole
    note: str
    state: ContactState
    result: ContactResult | None
    filed_on: date
    late: bool
    report_due: bool
    free_from: date | None
    """The first day open to a contact that waits."""
    others: int | None
    """Other counties within the window, for one that waits; who they are is not told."""
    may_act: bool
    revision: int


class ContactsAnswer(BaseModel):
    """The contacts that one may see, newest first."""

    items: list[ContactAnswer]


class ChasedFirm(BaseModel):
    """A firm that several counties list or call on (内耗), for the city's office."""

    firm_name: str
    listed_by: list[str]
    called_by: list[str]
    calls: int
    counties: int


class ChasedAnswer(BaseModel):
    """Firms chased by several counties, most first."""

    items: list[ChasedFirm]


class RelocationIn(Strict):
    """A firm that moves inside the city, with the tax that it paid in the year before, in fen."""

    firm_name: Line
    credit_code: CreditCode
    from_region: RegionCode
    to_region: RegionCode
    ground: RelocationGround
    evidence: Filled
    last_year_tax_fen: Amount


class RelocationAnswer(BaseModel):
    """A move inside the city; `base_fen` is what the receiving county owes for, 0 below the threshold."""

    id: UUID
    firm_name: str
    credit_code: str
    from_region: str
    to_region: str
    ground: RelocationGround
    evidence: str
    last_year_tax_fen: int
    base_fen: int
    filed_on: date


class RelocationsAnswer(BaseModel):
    """The moves that one may see, newest first."""

    items: list[RelocationAnswer]


class OfferIn(Strict):
    """An idea left without an account. The contact is given with consent or not at all."""

    city: RegionCode
    sender: OfferFrom
    firm_name: Line
    idea: Filled
    land: Text = ""
    contact_name: Short
    contact_phone: Phone
    consent: Literal[True]


class OfferLeft(BaseModel):
    """What the sender is told, once: the code is nowhere kept."""

    code: str
    number: str
    respond_by: date
    judge_by: date
    feed_back_by: date


class OfferStatus(BaseModel):
    """What a tracking code shows: state in words, who answers, by when."""

    number: str
    state: OfferState
    words: str
    answers: str
    answer_by: date | None
    late: bool
    received_on: date
    reply: str
    may_withdraw: bool
    is_lead: bool


class OfferDone(BaseModel):
    """One thing done with an offer."""

    action: OfferAction
    office: str
    on_date: date
    at: datetime


class OfferAnswer(BaseModel):
    """An offer as the city's office and the county that it was given to see it; never the contact."""

    id: UUID
    number: str
    sender: OfferFrom
    firm_name: str
    idea: str
    land: str
    state: OfferState
    received_on: date
    respond_by: date
    judge_by: date
    feed_back_by: date
    overdue: bool
    county: str | None
    reason: OfferRefusal | None
    reply: str
    project: str | None
    """Public id of the lead that it became."""
    contact_erased: bool | None
    """For the city's office: whether the contact is gone."""
    done: list[OfferDone]
    may_judge: bool
    may_file: bool
    revision: int


class OffersAnswer(BaseModel):
    """The offers that one may see, newest first."""

    items: list[OfferAnswer]


class AssignIn(Strict):
    """An offer goes to a county, with a plain reply to the sender."""

    county: RegionCode
    reply: Filled


class RefuseIn(Strict):
    """An offer is not taken up, with a reason of the closed list and a plain reply."""

    reason: OfferRefusal
    reply: Filled


class FiledIn(Strict):
    """An offer became a lead; by its public id."""

    project: Annotated[str, Field(min_length=1, max_length=40)]


class ContactRead(BaseModel):
    """Whom to call about an offer."""

    name: str | None
    phone: str | None
    erased_on: date | None
