"""What goes into tracking: strict forms, and the filter of the segment ledgers."""

import re
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from allocation.lifecycle import STAGES, State
from allocation.tracking.words import BlockKind, Department, ItemStep, OutingRole, Segment
from services.kit.inputs import Strict
from services.tracking.kinds import (
    CoordinationKind,
    CultivationStage,
    Finding,
    Occasion,
    ReviewOutcome,
    SponsorRole,
)

_PHONE = re.compile(r"[0-9]{5}")


def _plain(text: str) -> str:
    text = text.strip()
    if _PHONE.search(text):
        raise ValueError("a post holds no number")
    return text


Region = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Words = Annotated[str, Field(min_length=1, max_length=1000)]
Perhaps = Annotated[str, Field(max_length=1000)]
Post = Annotated[str, Field(max_length=40), AfterValidator(_plain)]
Day = Annotated[date, Field(strict=False)]
Key = Annotated[UUID, Field(strict=False)]
Fen = Annotated[int, Field(gt=0, lt=2**53)]
Files = Annotated[list[Key], Field(default_factory=list, max_length=10)]


class ItemForm(Strict):
    """One item of a schedule list. The person is named by account or by post."""

    what: Words
    due_on: Day
    unit: Region
    department: Annotated[Department | None, Field(strict=False)] = None
    post: Post = ""
    person: Key | None = None


class StepForm(Strict):
    """A step of an item: evidence with what is reported done, a reason with what is sent back or reopened."""

    step: Annotated[ItemStep, Field(strict=False)]
    evidence: Perhaps = ""
    files: Files
    reason: Perhaps = ""


class SponsorForm(Strict):
    """Who answers for a project in one of the five roles."""

    role: Annotated[SponsorRole, Field(strict=False)]
    unit: Region
    post: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_plain)]
    from_on: Day


class SponsorEndForm(Strict):
    """The last day of a sponsor, and why."""

    to_on: Day
    reason: Words


class CoordinationForm(Strict):
    """A visit, a meeting, or what it settled."""

    kind: Annotated[CoordinationKind, Field(strict=False)]
    held_on: Day
    what: Words
    outcome: Perhaps = ""
    sponsorship: Key | None = None


class BlockForm(Strict):
    """What a project waits for, and which department resolves it."""

    kind: Annotated[BlockKind, Field(strict=False)]
    what: Words
    department: Annotated[Department, Field(strict=False)]
    unit: Region
    opened_on: Day


class BlockEndForm(Strict):
    """How it was resolved."""

    resolved_on: Day
    evidence: Perhaps = ""
    files: Files


class LookBackForm(Strict):
    """The review of a large project."""

    occasion: Annotated[Occasion, Field(strict=False)]
    held_on: Day
    finding: Annotated[Finding, Field(strict=False)]
    words: Words
    files: Files


class CultivationForm(Strict):
    """A project that produces is cultivated, or counts above scale."""

    stage: Annotated[CultivationStage, Field(strict=False)]
    since: Day
    evidence: Words


class DepartmentForm(Strict):
    """Which department answers for a stage, from a day on."""

    stage: Annotated[State, Field(strict=False)]
    department: Annotated[Department, Field(strict=False)]
    effective_from: Day

    @field_validator("stage")
    @classmethod
    def _of_a_stage(cls, stage: State) -> State:
        if stage not in STAGES:
            raise ValueError("no stage after signing")
        return stage


class PaymentForm(Strict):
    """What was paid of a promise. Money in fen."""

    paid_on: Day
    amount_fen: Fen
    evidence: Words


class StrengthForm(Strict):
    """A county's fiscal strength (财力) of a year, with its source. Money in fen."""

    county: Region
    year: Annotated[int, Field(ge=2000, le=2100)]
    amount_fen: Fen
    source: Words


class PromiseReviewForm(Strict):
    """What another person finds of a county's promises of a year."""

    outcome: Annotated[ReviewOutcome, Field(strict=False)]
    words: Words


class MetForm(Strict):
    """A firm met on a trip, by its name; `target` where it stands on a list of target firms."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    target: Key | None = None


class OutingForm(Strict):
    """One trip: its unit, who led it, first and last day, where to, visits made and firms met."""

    unit: Region
    role: Annotated[OutingRole, Field(strict=False)]
    post: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_plain)]
    from_on: Day
    to_on: Day
    place: Annotated[str, Field(min_length=1, max_length=100)]
    visits: Annotated[int, Field(ge=0, le=1000)]
    result: Perhaps = ""
    firms: Annotated[list[MetForm], Field(default_factory=list, max_length=50)]


class BecauseForm(Strict):
    """Why an entry is withdrawn."""

    reason: Words


class SegmentFilter(BaseModel):
    """Which projects of the ledgers are meant."""

    model_config = ConfigDict(extra="forbid")

    segment: Segment | None = None
    county: Annotated[str | None, Field(max_length=6, pattern="^[0-9]*$")] = None
    department: Department | None = None
    state: State | None = None
    min_days: Annotated[int, Field(ge=0, le=100_000)] = 0
    blocked: bool = False
