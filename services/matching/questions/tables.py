"""The tables of questions: what was asked of a run's frozen input, and the answer, written once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, text
from sqlmodel import Field

from services.kit.tables import (
    Base,
    id_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    time_column,
    uuid_column,
)
from services.matching.questions.words import QuestionFailure, QuestionKind, QuestionState

ASKED_ONCE = "uq_match_question_asked"


class MatchQuestion(Base, table=True):
    """One question on a stored run, and its answer, which belongs to that run's snapshot for ever.

    `asked` holds what was asked in its canonical form, `asked_sha256` its hash: an office that asks the same
    of the same run again reads the answer that is there. `county` is the asker's (the city's own code for
    the city's office).
    """

    __tablename__ = "match_question"
    __table_args__ = (
        ForeignKeyConstraint(["city", "run"], ["match_run.city", "match_run.id"]),
        ForeignKeyConstraint(
            ["city", "run", "project"],
            ["match_placement.city", "match_placement.run", "match_placement.project"],
        ),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint("(kind = 'scenario') = (project IS NULL)", name="about_a_project"),
        CheckConstraint("(kind IN ('alternatives', 'scenario')) = (park IS NULL)", name="about_a_park"),
        CheckConstraint("(kind = 'would_win') = (level IS NOT NULL)", name="level_named"),
        CheckConstraint("level BETWEEN 1 AND 2", name="level"),
        CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="failure_named"),
        CheckConstraint("(state = 'done') = (answer IS NOT NULL)", name="done_is_answered"),
        CheckConstraint("attempts BETWEEN 0 AND 2", name="attempts"),
        Index(
            ASKED_ONCE,
            "city",
            "run",
            "county",
            "asked_sha256",
            unique=True,
            postgresql_where=text("state <> 'failed'"),
        ),
        Index("ix_match_question_pair", "city", "run", "project", "park"),
        Index("ix_match_question_asker", "city", "requested_by", "created_at"),
    )

    id: UUID = id_column()
    run: UUID = uuid_column()
    kind: QuestionKind = text_enum(QuestionKind, "kind")
    project: UUID | None = uuid_column(nullable=True)
    park: str | None = text_column(nullable=True)
    level: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    asked: dict[str, Any] = json_column()
    asked_sha256: str = text_column()
    snapshot_sha256: str = text_column()
    county: str = text_column()
    state: QuestionState = text_enum(QuestionState, "state")
    failure: QuestionFailure | None = text_enum(QuestionFailure, "failure", nullable=True)
    attempts: int = Field(sa_column=Column(Integer, nullable=False))
    requested_by: UUID = uuid_column()
    requested_office: str = text_column()
    answer: dict[str, Any] | None = json_column(nullable=True)
    versions: dict[str, Any] | None = json_column(nullable=True)
    elapsed_ms: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    created_at: datetime = stamp_column()
    started_at: datetime | None = time_column(nullable=True)
    finished_at: datetime | None = time_column(nullable=True)


class MatchShortage(Base, table=True):
    """What a lead that a run leaves in the pool lacks at one park while nothing else moves (level 0).

    `answer` is the record of an `allocation.matching.answers.WouldWin`; `barred` says that a rule stands that
    no figure of the park turns.
    """

    __tablename__ = "match_shortage"
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
    barred: bool
    answer: dict[str, Any] = json_column()
