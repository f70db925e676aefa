"""What is tracked of one project beside its schedule list, and the registers over all projects."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from allocation.lifecycle import State
from allocation.tracking.words import BlockKind, Department
from services.tracking.kinds import CoordinationKind, CultivationStage, Finding, Occasion, SponsorRole


class StageView(BaseModel):
    """A stage with the day it was reached, none where it was not or an imported file lacks it."""

    stage: State
    on: date | None


class SpanView(BaseModel):
    """A department's days in a stage: from the first day, up to but without the last."""

    stage: State
    department: Department
    first: date
    until: date
    days: int


class HandoverView(BaseModel):
    """When one department handed the project to the next."""

    on: date
    before: Department
    after: Department


class SponsorView(BaseModel):
    """Who answers for a project in one of the five roles; `to_on` once that ended."""

    id: UUID
    project: str
    project_name: str
    investment_fen: int
    role: SponsorRole
    unit: str
    unit_name: str
    post: str
    from_on: date
    to_on: date | None
    reason: str
    last_visit_on: date | None
    """The last visit or meeting that names this sponsor."""
    quiet_days: int
    """Days since then, or since the beginning."""
    may_end: bool


class CoordinationView(BaseModel):
    """A visit, a meeting, or what it settled."""

    kind: CoordinationKind
    held_on: date
    what: str
    outcome: str
    post: str
    """The sponsor's post, where one was named."""
    by_name: str


class BlockView(BaseModel):
    """What a project waits for, or waited for until `resolved_on`."""

    id: UUID
    project: str
    project_name: str
    kind: BlockKind
    what: str
    department: Department
    unit: str
    unit_name: str
    opened_on: date
    resolved_on: date | None
    evidence: str
    files: list[dict[str, Any]]
    days: int
    by_name: str
    may_clear: bool


class LookBackView(BaseModel):
    """A review that was held."""

    occasion: Occasion
    due_on: date
    held_on: date
    finding: Finding
    words: str
    by_name: str


class DueView(BaseModel):
    """A review that is to be held; `days_late` flags."""

    project: str
    project_name: str
    county: str
    county_name: str
    investment_fen: int
    occasion: Occasion
    due_on: date
    days_late: int
    may_record: bool


class CultivationView(BaseModel):
    """What became of a firm that produces."""

    stage: CultivationStage
    since: date
    evidence: str
    by_name: str


class ProjectTracking(BaseModel):
    """One project: its stages, who answered for them, its sponsors, visits, blocks and reviews."""

    as_of: date
    project: str
    name: str
    county: str
    state: State
    department: Department
    stages: list[StageView]
    spans: list[SpanView]
    department_days: dict[Department, int]
    handovers: list[HandoverView]
    sponsors: list[SponsorView]
    coordination: list[CoordinationView]
    blocks: list[BlockView]
    blocked_days: int
    look_backs: list[LookBackView]
    due: list[DueView]
    cultivation: list[CultivationView]
    may_keep: bool


class SponsorTotal(BaseModel):
    """How many projects with how much investment a unit's leaders answer for."""

    unit: str
    unit_name: str
    projects: int
    investment_fen: int


class SponsorsAnswer(BaseModel):
    """领导包保: who answers now, the longest quiet first, with the leaders' sums by unit."""

    as_of: date
    totals: list[SponsorTotal]
    items: list[SponsorView]


class BlocksAnswer(BaseModel):
    """What blocks projects now, the longest first, with the number of each kind."""

    as_of: date
    totals: dict[BlockKind, int]
    items: list[BlockView]


class LookBacksAnswer(BaseModel):
    """Reviews to be held, the earliest due first."""

    as_of: date
    items: list[DueView]


class DepartmentRule(BaseModel):
    """From a day on, a department answers for a stage; `since` is none of what holds where nothing is set."""

    stage: State
    department: Department
    since: date | None
    by_name: str
    holds: bool


class DepartmentsAnswer(BaseModel):
    """Who answers for each stage, in the stages' order, latest rule first."""

    as_of: date
    items: list[DepartmentRule]
    may_set: bool
