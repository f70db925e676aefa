"""What counties answer before their protection ends, and what the city says to a request to extend it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from services.kit.tables import Base, id_column, stamp_column, text_column, text_enum, uuid_column
from services.projects.protection_words import AnswerKind, Decision, Progress


class ProtectionAnswer(Base, table=True):
    """One answer of the county. Append-only: a later answer supersedes, none is taken back."""

    __tablename__ = "protection_answer"
    __table_args__ = (
        UniqueConstraint("city", "id", "by"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint(
            "kind NOT IN ('progress', 'extension')"
            " OR (evidence_kind IS NOT NULL AND evidence <> '' AND happened_on IS NOT NULL)",
            name="evidenced",
        ),
        CheckConstraint("kind = 'progress' OR reason <> ''", name="reasoned"),
        CheckConstraint("happened_on <= on_date", name="happened"),
        CheckConstraint("kind <> 'extension' OR on_date <= protected_until", name="asked_in_time"),
        Index("ix_protection_answer_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    protected_until: date
    """The end of the protection that is answered to."""
    kind: AnswerKind = text_enum(AnswerKind, "kind")
    evidence_kind: Progress | None = text_enum(Progress, "evidence_kind", nullable=True)
    evidence: str = text_column()
    """What the evidence is and where it is kept; empty where the answer needs none."""
    happened_on: date | None = Field(default=None)
    """The day of what the evidence shows."""
    reason: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class ProtectionDecision(Base, table=True):
    """What the city says to one request for an extension: once, by another person than asked."""

    __tablename__ = "protection_decision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "answer", "asked_by"],
            ["protection_answer.city", "protection_answer.id", "protection_answer.by"],
        ),
        CheckConstraint("by <> asked_by", name="two_people"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    answer: UUID = uuid_column(primary_key=True)
    asked_by: UUID = uuid_column()
    outcome: Decision = text_enum(Decision, "outcome")
    reason: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()
