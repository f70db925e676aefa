"""What comes in around the pool: meetings, reports, investors' answers, the province."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.pooling.words import ReferralReason, ReferralState, Ruling
from services.projects.pool_words import Department, Position
from services.projects.schemas import Code, Filled, Line, RegionCode, Strict

Ref = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Body = Department | RegionCode


class ReportForm(Strict):
    """A report that a county spoke to the investor around the origin."""

    county: RegionCode
    what: Filled
    evidence: Filled


class RulingForm(Strict):
    """What the city's office found of a report."""

    ruling: Ruling
    reason: Filled


class MeetingForm(Strict):
    """A joint meeting is called."""

    title: Line
    held_on: date
    agenda: Filled


class ItemForm(Strict):
    """A project is put on the agenda, by its public id."""

    project: Ref
    question: Filled


class OpinionForm(Strict):
    """A written opinion of a department, or of a candidate county by its code."""

    body: Body
    position: Position
    opinion: Filled
    document: Line


class OwnOpinionForm(Strict):
    """A candidate county's own written opinion."""

    position: Position
    opinion: Filled
    document: Line


class AssignmentForm(Strict):
    """What the minutes assign: an item to a park, with the reason."""

    item: UUID
    park: Code
    reason: Filled


class MinutesForm(Strict):
    """The minutes end the meeting."""

    minutes_no: Line
    minutes_on: date
    assignments: Annotated[list[AssignmentForm], Field(max_length=50)]


class LinkForm(Strict):
    """A code for the investor, with the one office that it may turn to."""

    contact: Line


class InvestorAnswerForm(Strict):
    """The investor's answer. Refusing costs nothing."""

    subject: Literal["pool", "counties", "host"]
    agree: bool
    counties: Annotated[list[RegionCode], Field(max_length=50, default_factory=list)]
    park: Code | None = None


class ReferralForm(Strict):
    """A lead that no county fits is handed to the province."""

    reason: ReferralReason
    document: Line


class ReferralAnswerForm(Strict):
    """What the province answers."""

    state: Literal[ReferralState.taken, ReferralState.returned, ReferralState.placed]
    answer: Filled
    answered_on: date
