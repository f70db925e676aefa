"""Two leads that are one: which was merged into which, why, and by whom."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from services.kit.tables import (
    Base,
    id_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)


class MergeState(StrEnum):
    """A merge of two accepted leads is asked for first; then it is merged or refused, and stays so."""

    requested = "requested"
    merged = "merged"
    refused = "refused"


class ProjectMerge(Base, table=True):
    """Lead `merged` went into lead `kept`; both rows and both histories stay. There is no way back.

    `two_people` is set where both were accepted: then the asker does not decide.
    """

    __tablename__ = "project_merge"
    __table_args__ = (
        ForeignKeyConstraint(["city", "kept"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "merged"], ["project.city", "project.id"]),
        CheckConstraint("kept <> merged", name="two_leads"),
        CheckConstraint("btrim(reason) <> '' AND btrim(told) <> ''", name="reason"),
        CheckConstraint("(decided_by IS NULL) = (decided_on IS NULL)", name="decided"),
        CheckConstraint("state <> 'refused' OR decided_by IS NOT NULL", name="refused"),
        CheckConstraint(
            "NOT two_people OR state = 'requested' OR (decided_by IS NOT NULL AND decided_by <> made_by)",
            name="two_people",
        ),
        Index(
            "uq_project_merge_live",
            "city",
            "merged",
            unique=True,
            postgresql_where=text("state <> 'refused'"),
        ),
        Index("ix_project_merge_kept", "city", "kept"),
    )

    id: UUID = id_column()
    kept: UUID = uuid_column()
    merged: UUID = uuid_column()
    reason: str = text_column()
    told: str = text_column()
    """How both origins were told."""
    two_people: bool = Field(sa_column=Column(Boolean, nullable=False))
    state: MergeState = text_enum(MergeState, "state")
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    made_at: datetime = stamp_column()
    decided_by: UUID | None = uuid_column(nullable=True)
    decided_name: str = text_column()
    decided_on: date | None = None
    decided_reason: str = text_column()
