"""Warnings that a filing may be of a firm that another filing has already."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from allocation.names import Alike
from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)


class WarningState(StrEnum):
    """What became of a warning."""

    open = "open"
    cleared = "cleared"  # a correction took the likeness away
    noted = "noted"  # the city took note and went on
    different = "different"  # the city found two different firms


class DuplicateWarning(Base, table=True):
    """One warning: `project` was filed when `other` stood. The city takes note with a reason."""

    __tablename__ = "duplicate_warning"
    __table_args__ = (
        UniqueConstraint("city", "project", "other"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "other"], ["project.city", "project.id"]),
        CheckConstraint("project <> other", name="two_projects"),
        CheckConstraint("likeness BETWEEN 0 AND 10000", name="likeness"),
        CheckConstraint(
            "(state IN ('noted', 'different'))"
            " = (noted_by IS NOT NULL AND noted_on IS NOT NULL AND btrim(reason) <> '')",
            name="noted",
        ),
        Index("ix_duplicate_warning_state", "city", "state", "warned_on", "id"),
        Index("ix_duplicate_warning_other", "city", "other"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    other: UUID = uuid_column()
    alike: Alike = text_enum(Alike, "alike")
    likeness: int = integer_column()
    state: WarningState = text_enum(WarningState, "state")
    warned_on: date
    at: datetime = stamp_column()
    noted_by: UUID | None = uuid_column(nullable=True)
    noted_name: str = text_column()
    noted_on: date | None = None
    reason: str = text_column()
