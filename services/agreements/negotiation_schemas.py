"""What goes in and out of a negotiation: proposals, acceptance, two texts side by side."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from allocation.sharing.differences import Piece
from services.agreements.schemas import AgreementEdit, TermsOut
from services.agreements.words import ProposalAct, Side


class ProposalIn(AgreementEdit):
    """Terms that a side proposes (修改稿), and what it says of them."""

    note: Annotated[str, Field(max_length=500)] = ""


class AcceptIn(BaseModel):
    """What a side says when it accepts."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, Field(max_length=500)] = ""


class ProposalOut(BaseModel):
    """One step of a negotiation."""

    seq: int
    version: int
    act: ProposalAct
    side: Side
    by_name: str
    office: str
    terms: TermsOut
    clause: str
    """The agreement's free text (其他约定)."""
    note: str
    """What the side says of its proposal."""
    answers: int | None
    at: datetime


class Negotiation(BaseModel):
    """The steps of an agreement's negotiations, first to last, and where the last one stands.

    `standing` is the number of the last proposal of the open draft, None where there is none; `agreed` tells
    whether both governments proposed or accepted it.
    """

    items: list[ProposalOut]
    standing: int | None
    agreed: bool
    may_propose: bool
    may_accept: bool


class DifferenceOut(BaseModel):
    """A field of both texts. `year` is an agreement year, for ratios; a value that one lacks is null."""

    field: str
    label: str
    year: int | None
    before: Any
    after: Any
    before_text: str
    after_text: str
    changed: bool


class TextPart(BaseModel):
    """A piece of the free text: in both, gone, or new."""

    piece: Piece
    text: str


class Comparison(BaseModel):
    """Two versions, or two proposals, of an agreement side by side."""

    code: str
    before: int
    after: int
    changed: int
    """How many fields differ; the free text counts as one."""
    rows: list[DifferenceOut]
    clause: list[TextPart]


class TermsAt(BaseModel):
    """Which version held on a day, as it was known at a number; `version` is null where none did."""

    on: date
    known: int
    version: int | None
    valid_from: date | None
    valid_until: date | None
    """The first day on which it no longer holds; null while that is open."""
