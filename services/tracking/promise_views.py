"""What the register of promises shows."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from allocation.compliance.rules import Beneficiary
from services.compliance.words import ItemKind, Source
from services.tracking.kinds import ReviewOutcome


class PromiseView(BaseModel):
    """One promised amount, in fen. Of a list that does not stand any more only what was paid counts."""

    sheet: UUID
    seq: int
    county: str
    county_name: str
    project: str
    project_name: str
    kind: ItemKind
    what: str
    beneficiary: Beneficiary
    year: int
    source: Source
    condition: str
    standing: bool
    promised_fen: int
    fulfilled_fen: int
    may_pay: bool


class ReviewView(BaseModel):
    """What another person found of a county's year, and of which sum."""

    outcome: ReviewOutcome
    words: str
    promised_fen: int
    by_name: str
    on_date: date


class PurseView(BaseModel):
    """A county's promises of a year against its fiscal strength, in fen; `over_fen` only flags."""

    county: str
    county_name: str
    year: int
    promised_fen: int
    fulfilled_fen: int
    owed_fen: int
    strength: UUID | None
    strength_fen: int | None
    source: str
    entered_name: str
    cap_fen: int | None
    over_fen: int
    review: ReviewView | None
    review_stale: bool
    """More or less is promised now than was reviewed."""
    may_review: bool


class PromisesAnswer(BaseModel):
    """The register: the years of each county, and every promised amount."""

    as_of: date
    cap_bp: int
    purses: list[PurseView]
    items: list[PromiseView]
