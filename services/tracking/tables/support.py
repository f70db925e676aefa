"""领导包保 and 五个一, visits and coordination, and what blocks a project. Append-only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from allocation.tracking.words import BlockKind, Department
from services.kit.tables import (
    Base,
    id_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.tracking.kinds import CoordinationKind, SponsorRole


class Sponsorship(Base, table=True):
    """Who answers for a project in one of the five roles, from a day on."""

    __tablename__ = "sponsorship"
    __table_args__ = (
        UniqueConstraint("city", "id", "from_on"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "unit"], ["region.city", "region.code"]),
        CheckConstraint("btrim(post) <> ''", name="post"),
        CheckConstraint("post !~ '[0-9]{5}'", name="no_phone"),
        Index("ix_sponsorship_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    role: SponsorRole = text_enum(SponsorRole, "role")
    unit: str = text_column()
    post: str = text_column()
    from_on: date
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class SponsorshipEnd(Base, table=True):
    """The last day on which a sponsor answered."""

    __tablename__ = "sponsorship_end"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "sponsorship", "from_on"],
            ["sponsorship.city", "sponsorship.id", "sponsorship.from_on"],
        ),
        CheckConstraint("to_on >= from_on", name="span"),
        CheckConstraint("btrim(reason) <> ''", name="reason"),
    )

    sponsorship: UUID = uuid_column(primary_key=True)
    from_on: date
    to_on: date
    reason: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class Coordination(Base, table=True):
    """A visit to a project, or a meeting that settled something for it."""

    __tablename__ = "coordination"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "sponsorship"], ["sponsorship.city", "sponsorship.id"]),
        CheckConstraint("btrim(what) <> ''", name="what"),
        CheckConstraint("held_on <= on_date", name="past"),
        Index("ix_coordination_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    sponsorship: UUID | None = uuid_column(nullable=True)
    kind: CoordinationKind = text_enum(CoordinationKind, "kind")
    held_on: date
    what: str = text_column()
    outcome: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class BlockingFactor(Base, table=True):
    """What a project waits for, since when, and which department is to resolve it."""

    __tablename__ = "blocking_factor"
    __table_args__ = (
        UniqueConstraint("city", "id", "opened_on"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "unit"], ["region.city", "region.code"]),
        CheckConstraint("btrim(what) <> ''", name="what"),
        CheckConstraint("opened_on <= on_date", name="past"),
        Index("ix_blocking_factor_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    kind: BlockKind = text_enum(BlockKind, "kind")
    what: str = text_column()
    department: Department = text_enum(Department, "department")
    unit: str = text_column()
    opened_on: date
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class BlockingFactorEnd(Base, table=True):
    """How it was resolved, with evidence."""

    __tablename__ = "blocking_factor_end"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "factor", "opened_on"],
            ["blocking_factor.city", "blocking_factor.id", "blocking_factor.opened_on"],
        ),
        CheckConstraint("resolved_on >= opened_on AND resolved_on <= on_date", name="span"),
        CheckConstraint("btrim(evidence) <> '' OR jsonb_array_length(files) > 0", name="evidenced"),
    )

    factor: UUID = uuid_column(primary_key=True)
    opened_on: date
    resolved_on: date
    evidence: str = text_column()
    files: list[dict[str, Any]] = json_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()
