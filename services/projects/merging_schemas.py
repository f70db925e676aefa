"""What a merge takes and shows."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.projects.schemas import Filled, Strict, Text
from services.projects.words import ConsentKind

Ref = Annotated[str, StringConstraints(pattern=r"^[0-9a-z-]{1,40}$")]


class MergeForm(Strict):
    """Into which lead, why, and how both origins were told; both read the reason."""

    into: Ref
    reason: Filled
    told: Filled


class MergeDecision(Strict):
    """Whether another person agrees to a merge that is asked for."""

    accept: Annotated[bool, Field(strict=True)]
    reason: Text = ""


class LeadRef(BaseModel):
    """A lead, for those who see its name."""

    id: str
    code: str
    name: str
    origin: str


class MergeView(BaseModel):
    """A merge as the city's office sees it."""

    id: UUID
    state: Literal["requested", "merged", "refused"]
    kept: LeadRef
    merged: LeadRef
    reason: str
    told: str
    two_people: bool
    made_name: str
    made_on: date
    decided_name: str
    decided_on: date | None
    decided_reason: str
    may_decide: bool


class ConsentView(BaseModel):
    """An investor's consent, with the lead it was given for."""

    lead: str
    lead_code: str
    kind: ConsentKind
    counties: list[str]
    park: str | None
    consented_on: date
    evidence: str


class MergesView(BaseModel):
    """What a lead has to do with merges, as far as the asker may read it.

    `into` is where it went, for those who see that lead in the open; `leads` are those that went into it.
    """

    merged: bool
    into: LeadRef | None
    leads: list[LeadRef]
    merges: list[MergeView]
    consents: list[ConsentView]
    may_merge: bool
