"""What counties hold against a match, who looks at it, what was said, and how it ended. Append-only."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.matching.objection_words import Consequence, Ground, Outcome, Side, Standing


class MatchObjection(Base, table=True):
    """What a concerned county holds against a decision, or against the proposals before one.

    `due_on` is the last day of the period in which a county objects; a later objection is taken and flagged.
    `answer_by` is the day by which the reviewer answers.
    """

    __tablename__ = "match_objection"
    __table_args__ = (
        UniqueConstraint("city", "id", "by"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "decision"], ["match_decision.city", "match_decision.id"]),
        ForeignKeyConstraint(["city", "run"], ["match_run.city", "match_run.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("reasons <> ''", name="reasons"),
        CheckConstraint("answer_by >= on_date", name="answer_by"),
        Index("ix_match_objection_project", "city", "project", "county"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    decision: UUID | None = uuid_column(nullable=True)
    run: UUID | None = uuid_column(nullable=True)
    county: str = text_column()
    standing: Standing = text_enum(Standing, "standing")
    ground: Ground = text_enum(Ground, "ground")
    reasons: str = text_column()
    evidence: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    due_on: date
    answer_by: date
    at: datetime = stamp_column()


class MatchObjectionReviewer(Base, table=True):
    """Who looks at an objection: somebody who had no hand in the match. The latest counts."""

    __tablename__ = "match_objection_reviewer"
    __table_args__ = (
        ForeignKeyConstraint(["city", "objection"], ["match_objection.city", "match_objection.id"]),
        CheckConstraint("seq >= 1", name="seq"),
    )

    objection: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    reviewer: UUID = uuid_column()
    reviewer_name: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class MatchObjectionAnswer(Base, table=True):
    """How an objection ended: answered by its reviewer, or withdrawn by its county."""

    __tablename__ = "match_objection_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "objection", "objected_by"],
            ["match_objection.city", "match_objection.id", "match_objection.by"],
        ),
        CheckConstraint("outcome = 'withdrawn' OR by <> objected_by", name="two_people"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("consequence = 'none' OR outcome = 'upheld'", name="consequence_of_upheld"),
    )

    objection: UUID = uuid_column(primary_key=True)
    objected_by: UUID = uuid_column()
    outcome: Outcome = text_enum(Outcome, "outcome")
    consequence: Consequence = text_enum(Consequence, "consequence")
    reason: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class MatchObjectionMessage(Base, table=True):
    """A message or a file in the thread of an objection, for its county and the city alone."""

    __tablename__ = "match_objection_message"
    __table_args__ = (
        ForeignKeyConstraint(["city", "objection"], ["match_objection.city", "match_objection.id"]),
        ForeignKeyConstraint(["city", "file"], ["file.city", "file.id"]),
        CheckConstraint("text <> '' OR file IS NOT NULL", name="says_something"),
        Index("ix_match_objection_message_objection", "city", "objection"),
    )

    id: UUID = id_column()
    objection: UUID = uuid_column()
    side: Side = text_enum(Side, "side")
    text: str = text_column()
    file: UUID | None = uuid_column(nullable=True)
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()
