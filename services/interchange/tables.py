"""The stored plan of an import: what was read, what it would do, and whether it was done."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
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


class PlanState(StrEnum):
    """A plan is made once and committed at most once; a file that cannot be read at all makes no plan."""

    planned = "planned"
    committed = "committed"


class ImportPlan(Base, table=True):
    """What one file would do to one table. The preview shows these rows, and the commit writes these rows.

    `rows` are the typed rows with their action; `bad_rows` the cells of the rows with faults, as they stood
    in the file; `basis` a digest of what was stored under the plan's keys when it was made.
    """

    __tablename__ = "import_plan"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        CheckConstraint("(state = 'committed') = (committed_at IS NOT NULL)", name="committed"),
        CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'", name="file_sha256"),
        Index("ix_import_plan_made", "city", "made_at"),
    )

    id: UUID = id_column()
    kind: str = text_column()
    filename: str = text_column()
    file_sha256: str = text_column()
    state: PlanState = text_enum(PlanState, "state")
    header: list[str] = json_column()
    rows: list[dict[str, Any]] = json_column()
    bad_rows: list[dict[str, Any]] = json_column()
    faults: list[dict[str, Any]] = json_column()
    counts: dict[str, int] = json_column()
    totals: dict[str, Any] = json_column()
    basis: str = text_column()
    made_by: UUID = uuid_column()
    made_at: datetime = stamp_column()
    committed_by: UUID | None = uuid_column(nullable=True)
    committed_at: datetime | None = time_column(nullable=True)
    written: int = Field(default=0)
