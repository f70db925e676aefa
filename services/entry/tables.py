"""The tables of the entry rules: dated versions, and what was found of each lead. Both are append-only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.entry.words import CheckStage
from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)


class EntryRuleSet(Base, table=True):
    """One version of a city's entry rules, in force from a day until the next version's.

    Nobody made version 1: it is the program's own. A trigger keeps versions in one row without gaps, and each
    from no earlier a day than the one before.
    """

    __tablename__ = "entry_rule_set"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    version: int = integer_column(primary_key=True)
    effective_from: date
    rules: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    note: str = text_column()
    made_by: UUID | None = uuid_column(nullable=True)
    made_on: date
    at: datetime = stamp_column()


class EntryCheck(Base, table=True):
    """What the rules in force said of a lead at one step."""

    __tablename__ = "entry_check"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "rule_set"], ["entry_rule_set.city", "entry_rule_set.version"]),
        Index("ix_entry_check_project", "city", "project", "at"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    stage: CheckStage = text_enum(CheckStage, "stage")
    rule_set: int = integer_column()
    findings: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    on_date: date
    by: UUID | None = uuid_column(nullable=True)
    at: datetime = stamp_column()
