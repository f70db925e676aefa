"""The tables of match runs: what was asked, on which frozen input, what came out, and what was decided on it.

Results are written once, when a run is stored; scores and values are plain integers.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from allocation.matching.result import Rule, Status
from services.kit.tables import (
    Base,
    amount_column,
    id_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    time_column,
    uuid_column,
)
from services.matching.run_words import BoundScope, CutShort
from services.matching.words import DecidingBody, DecisionState, Failure, OverrideReason, RunState


def _count(*, primary_key: bool = False) -> Any:
    """Make a small whole number."""
    return Field(sa_column=Column(Integer, primary_key=primary_key, nullable=False))


class MatchRun(Base, table=True):
    """One run. `snapshot` is the frozen pool, `snapshot_sha256` the hash of its canonical bytes."""

    __tablename__ = "match_run"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        ForeignKeyConstraint(["city", "replaces"], ["match_run.city", "match_run.id"]),
        CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="failure_named"),
        CheckConstraint(
            "state <> 'done' OR (verified AND value IS NOT NULL AND bound >= value AND snapshot IS NOT NULL)",
            name="done_is_verified",
        ),
        ForeignKeyConstraint(["city", "warm_from"], ["match_run.city", "match_run.id"]),
        CheckConstraint("state <> 'done' OR bound_scope IS NOT NULL", name="done_has_scope"),
        CheckConstraint("cut_short IS NULL OR state = 'done'", name="cut_is_done"),
        CheckConstraint("warm OR (churn_budget IS NULL AND warm_from IS NULL)", name="warm"),
        CheckConstraint(
            "(warm_from IS NULL OR state <> 'done') OR (changed >= 0 AND evicted >= 0)", name="warm_counted"
        ),
        CheckConstraint("progress_bp BETWEEN 0 AND 10000", name="progress"),
        CheckConstraint("attempts BETWEEN 0 AND 2", name="attempts"),
        CheckConstraint("(snapshot IS NULL) = (snapshot_sha256 IS NULL)", name="snapshot_hashed"),
        Index("ix_match_run_latest", "city", "id", postgresql_where=text("state = 'done'")),
    )

    id: UUID = id_column()
    state: RunState = text_enum(RunState, "state")
    seconds: int = _count()
    seed: int = _count()
    requested_by: UUID | None = uuid_column(nullable=True)
    requested_office: str = text_column()
    replaces: UUID | None = uuid_column(nullable=True)
    round: int = _count()
    attempts: int = _count()
    as_of: date | None = None
    snapshot: dict[str, Any] | None = json_column(nullable=True)
    snapshot_sha256: str | None = text_column(nullable=True)
    weights: dict[str, Any] | None = json_column(nullable=True)
    versions: dict[str, Any] | None = json_column(nullable=True)
    status: Status | None = text_enum(Status, "status", nullable=True)
    value: int | None = amount_column("value", nullable=True)
    bound: int | None = amount_column("bound", nullable=True)
    gap_ppm: int | None = amount_column("gap_ppm", nullable=True)
    leads: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    parks: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    placed: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    work_limit_ms: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    """Deterministic work the search was allowed, in thousandths of the solver's unit."""
    limited_by_wall: bool = False
    elapsed_ms: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    verified: bool = False
    bound_scope: BoundScope | None = text_enum(BoundScope, "bound_scope", nullable=True)
    route: str | None = text_column(nullable=True)
    """Which way the engine took: `exact`, `pool` or `tight`."""
    passes: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    """Sweeps that made the prices."""
    moves: int | None = amount_column("moves", nullable=True)
    """Steps of the compiled search, of at most `move_limit`."""
    move_limit: int | None = amount_column("move_limit", nullable=True)
    work_ms: int | None = amount_column("work_ms", nullable=True)
    """Deterministic work used, in thousandths of the solver's unit."""
    peak_mb: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    """The most memory that the solver's process held, in MiB."""
    cut_short: CutShort | None = text_enum(CutShort, "cut_short", nullable=True)
    """Why the solver was ended before its time; what is stored is its best result until then."""
    warm: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    churn_budget: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    """At most so many leads may move beside those that lost their place or came; None: four for each."""
    warm_from: UUID | None = uuid_column(nullable=True)
    """The run whose plan was repaired; none before the first."""
    changed: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    """Leads that moved beside those that lost their place or came."""
    evicted: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    """Leads that lost the place that the former plan gave them."""
    progress_stage: str | None = text_column(nullable=True)
    progress_bp: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    progress_value: int | None = amount_column("progress_value", nullable=True)
    progress_bound: int | None = amount_column("progress_bound", nullable=True)
    fairness: dict[str, Any] | None = json_column(nullable=True)
    """The rule of fairness that the run kept, with the floors that were lowered; None: there was none."""
    failure: Failure | None = text_enum(Failure, "failure", nullable=True)
    created_at: datetime = stamp_column()
    started_at: datetime | None = time_column(nullable=True)
    finished_at: datetime | None = time_column(nullable=True)


class MatchPlacement(Base, table=True):
    """One lead of a run: where it was placed, or that it stays."""

    __tablename__ = "match_placement"
    __table_args__ = (
        ForeignKeyConstraint(["city", "run"], ["match_run.city", "match_run.id"]),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint("(park IS NULL) = (value = 0)", name="placed_has_value"),
        Index("ix_match_placement_project", "city", "project", "run"),
    )

    run: UUID = uuid_column(primary_key=True)
    project: UUID = uuid_column(primary_key=True)
    park: str | None = text_column(nullable=True)
    value: int = amount_column("value")


class MatchCandidate(Base, table=True):
    """One of the best hosts of a lead in a run, with its score parts and what it lacks beside all others.

    `price` is what the whole city's value loses if this host is taken instead of the run's answer.
    """

    __tablename__ = "match_candidate"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "run", "project"],
            ["match_placement.city", "match_placement.run", "match_placement.project"],
        ),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint("rank BETWEEN 1 AND 3", name="rank"),
        CheckConstraint(
            "total = positioning + fit + headroom + intensity + tax AND total <= 10000", name="total"
        ),
    )

    run: UUID = uuid_column(primary_key=True)
    project: UUID = uuid_column(primary_key=True)
    rank: int = _count(primary_key=True)
    park: str = text_column()
    positioning: int = _count()
    fit: int = _count()
    headroom: int = _count()
    intensity: int = _count()
    tax: int = _count()
    total: int = _count()
    value: int = amount_column("value")
    price: int | None = amount_column("price", nullable=True)
    placed: bool
    shortfalls: list[dict[str, Any]] = Field(sa_column=Column(JSONB(none_as_null=True), nullable=False))


class MatchRejection(Base, table=True):
    """One rule against one park for a lead of a run. `seq` counts a pair's rules.

    `crowded`: it is broken only beside the other placements of the run.
    """

    __tablename__ = "match_rejection"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "run", "project"],
            ["match_placement.city", "match_placement.run", "match_placement.project"],
        ),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
    )

    run: UUID = uuid_column(primary_key=True)
    project: UUID = uuid_column(primary_key=True)
    park: str = text_column(primary_key=True)
    seq: int = _count(primary_key=True)
    rule: Rule = text_enum(Rule, "rule")
    measured: str = text_column()
    limit_: str = text_column()
    crowded: bool


class MatchDecision(Base, table=True):
    """What the city decided on a run's answer. An override names a reason; `other` needs a second signer."""

    __tablename__ = "match_decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "run", "project"],
            ["match_placement.city", "match_placement.run", "match_placement.project"],
        ),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint(
            "rank IS NOT DISTINCT FROM 1 OR override_reason IS NOT NULL", name="override_reasoned"
        ),
        CheckConstraint("override_reason <> 'meeting' OR minutes <> ''", name="meeting_has_minutes"),
        CheckConstraint(
            "override_reason <> 'other' OR state <> 'final' OR second_by IS NOT NULL",
            name="other_signed_twice",
        ),
        CheckConstraint("second_by <> decided_by", name="two_people"),
        Index(
            "uq_match_decision_waiting",
            "city",
            "project",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_match_decision_run", "city", "run", "project"),
    )

    id: UUID = id_column()
    run: UUID = uuid_column()
    project: UUID = uuid_column()
    park: str = text_column()
    rank: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    override_reason: OverrideReason | None = text_enum(OverrideReason, "override_reason", nullable=True)
    minutes: str = text_column()
    note: str = text_column()
    price: int | None = amount_column("price", nullable=True)
    question: UUID | None = uuid_column(nullable=True)
    """The answered question on the override's price that the officer could read before signing."""
    told: dict[str, Any] | None = json_column(nullable=True)
    """That answer with all its sums, as it stood when the decision was signed."""
    body: DecidingBody | None = text_enum(DecidingBody, "body", nullable=True)
    decided_on: date | None = None
    """The business date; unknown of decisions made before it was kept."""
    state: DecisionState = text_enum(DecisionState, "state")
    decided_by: UUID = uuid_column()
    decided_at: datetime = stamp_column()
    second_by: UUID | None = uuid_column(nullable=True)
    second_at: datetime | None = time_column(nullable=True)
    hold: UUID | None = uuid_column(nullable=True)
