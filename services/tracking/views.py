"""What tracking shows: the ledgers, and one project with all that is tracked of it."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from allocation.lifecycle import State
from allocation.tracking.words import Department, ItemState, ItemStep, Segment


class SegmentView(BaseModel):
    """A project in a ledger. Money in fen, days in calendar days; an auditor reads no origin."""

    project: str
    name: str
    origin: str | None
    host: str | None
    county: str
    county_name: str
    state: State
    segment: Segment
    department: Department
    investment_fen: int
    since: date
    days: int
    segment_since: date
    segment_days: int
    blocks: int


class SegmentTotal(BaseModel):
    """A county's projects in one ledger: how many, their investment, mean and longest days in the ledger."""

    county: str
    county_name: str
    segment: Segment
    projects: int
    investment_fen: int
    mean_days: int
    longest_days: int
    blocked: int


class SegmentsAnswer(BaseModel):
    """One page of the ledgers with the totals of the whole filter."""

    as_of: date
    total: int
    totals: list[SegmentTotal]
    items: list[SegmentView]
    next: str | None = None


class StepView(BaseModel):
    """One step of an item."""

    step: ItemStep
    on_date: date
    by_name: str
    office: str
    evidence: str
    reason: str
    files: list[dict[str, Any]]


class ItemView(BaseModel):
    """An item of a schedule list. `days_late` flags what is, or was, late; it locks nothing."""

    id: UUID
    project: str
    project_name: str
    what: str
    due_on: date
    unit: str
    unit_name: str
    department: Department | None
    post: str
    person_name: str | None
    state: ItemState
    opened_on: date
    opened_name: str
    done_on: date | None
    verified_on: date | None
    closed_on: date | None
    days_late: int
    revision: int
    steps: list[StepView]
    may: list[ItemStep]


class ItemsAnswer(BaseModel):
    """Items of schedule lists, the earliest due first."""

    as_of: date
    items: list[ItemView]
