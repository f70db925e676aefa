"""清单调度: what is to be done for a project, by when, by whom; and every step of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from allocation.tracking.words import Department, ItemState, ItemStep
from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)


class ScheduleItem(Base, table=True):
    """One item: its unit, and the person by account or post. What it asks never changes; its state does."""

    __tablename__ = "schedule_item"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "unit"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "person"], ["account.city", "account.id"]),
        CheckConstraint("btrim(what) <> ''", name="what"),
        CheckConstraint("person IS NOT NULL OR btrim(post) <> ''", name="somebody"),
        CheckConstraint("post !~ '[0-9]{5}'", name="no_phone"),
        CheckConstraint("due_on >= opened_on", name="due"),
        CheckConstraint("(state = 'opened') = (done_by IS NULL)", name="done"),
        CheckConstraint("(done_by IS NULL) = (done_on IS NULL)", name="done_dated"),
        CheckConstraint("(state IN ('verified', 'closed')) = (verified_by IS NOT NULL)", name="verified"),
        CheckConstraint("(verified_by IS NULL) = (verified_on IS NULL)", name="verified_dated"),
        CheckConstraint("verified_by <> done_by", name="two_people"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed"),
        CheckConstraint("revision >= 1", name="revision"),
        Index("ix_schedule_item_project", "city", "project"),
        Index("ix_schedule_item_state", "city", "state", "due_on"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    what: str = text_column()
    due_on: date
    unit: str = text_column()
    department: Department | None = text_enum(Department, "department", nullable=True)
    post: str = text_column()
    """The post that answers, such as 分管副局长; never a telephone number."""
    person: UUID | None = uuid_column(nullable=True)
    """The account that answers, where it has one."""
    state: ItemState = text_enum(ItemState, "state")
    opened_by: UUID = uuid_column()
    opened_name: str = text_column()
    opened_on: date
    done_by: UUID | None = uuid_column(nullable=True)
    done_on: date | None = None
    verified_by: UUID | None = uuid_column(nullable=True)
    verified_on: date | None = None
    closed_on: date | None = None
    revision: int = integer_column()
    at: datetime = stamp_column()


class ScheduleStep(Base, table=True):
    """One step of an item, with its evidence or reason. Append-only."""

    __tablename__ = "schedule_step"
    __table_args__ = (
        UniqueConstraint("city", "item", "seq"),
        ForeignKeyConstraint(["city", "item"], ["schedule_item.city", "schedule_item.id"]),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint(
            "step <> 'finish' OR btrim(evidence) <> '' OR jsonb_array_length(files) > 0", name="evidenced"
        ),
        CheckConstraint("step NOT IN ('send_back', 'reopen') OR btrim(reason) <> ''", name="reasoned"),
    )

    id: UUID = id_column()
    item: UUID = uuid_column()
    seq: int = integer_column()
    step: ItemStep = text_enum(ItemStep, "step")
    evidence: str = text_column()
    files: list[dict[str, Any]] = json_column()
    """Ids, kinds and hashes of the evidence files."""
    reason: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()
