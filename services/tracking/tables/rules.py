"""A city's dated rules of the stages, reviews of large projects, what becomes of built ones. Append-only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field

from allocation.lifecycle import State
from allocation.tracking.words import Department
from services.kit.tables import (
    Base,
    id_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.tracking.kinds import CultivationStage, Finding, Occasion

_STAGE = (
    "stage IN ('signed', 'contracted', 'incorporated', 'ready', 'started', 'statistics', 'completed',"
    " 'producing', 'full_output')"
)


class StageDepartment(Base, table=True):
    """From a day on, a department answers for projects of a stage."""

    __tablename__ = "stage_department"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        CheckConstraint(_STAGE, name="of_a_stage"),
    )

    stage: State = text_enum(State, "stage", primary_key=True)
    effective_from: date = Field(primary_key=True)
    department: Department = text_enum(Department, "department")
    by: UUID = uuid_column()
    by_name: str = text_column()
    at: datetime = stamp_column()


class LookBack(Base, table=True):
    """回看: what was found of a large project so many months after it was signed, or began to produce."""

    __tablename__ = "look_back"
    __table_args__ = (
        UniqueConstraint("city", "project", "occasion", "due_on"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint("btrim(words) <> ''", name="words"),
        CheckConstraint("held_on <= on_date", name="past"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    occasion: Occasion = text_enum(Occasion, "occasion")
    due_on: date
    held_on: date
    finding: Finding = text_enum(Finding, "finding")
    words: str = text_column()
    files: list[dict[str, Any]] = json_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class Cultivation(Base, table=True):
    """三位一体: a project that produces is cultivated (在库培育), then counted above scale (规上)."""

    __tablename__ = "cultivation"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint("since <= on_date", name="past"),
        CheckConstraint("btrim(evidence) <> ''", name="evidence"),
    )

    project: UUID = uuid_column(primary_key=True)
    stage: CultivationStage = text_enum(CultivationStage, "stage", primary_key=True)
    since: date
    evidence: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()
