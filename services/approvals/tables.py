"""Approval sheets with their steps and acts, and handovers from one officer to the next."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from allocation.approving import SheetState, StepKind, Verb
from auth.principal import Role
from services.approvals.words import HandoverKind
from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    time_column,
    uuid_column,
)

_SHEET = ("approval_sheet.city", "approval_sheet.id")
_ACCOUNT = ("account.city", "account.id")


class ApprovalSheet(Base, table=True):
    """One matter on its way through a chain. `id` follows from kind, subject and cycle."""

    __tablename__ = "approval_sheet"
    __table_args__ = (
        UniqueConstraint("city", "kind", "subject", "cycle"),
        CheckConstraint("cycle >= 1 AND revision >= 0", name="counts"),
        Index(
            "uq_approval_sheet_live",
            "city",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: UUID = id_column()
    kind: str = text_column()
    subject: UUID = uuid_column()
    cycle: int = integer_column()
    office: str = text_column()
    state: SheetState = text_enum(SheetState, "state")
    revision: int = integer_column()
    seen_version: int = integer_column()
    """The matter's version at the last act: what has changed since is approved anew."""
    maker: UUID | None = uuid_column(nullable=True)
    kept_by: UUID | None = uuid_column(nullable=True)
    """Who took the maker's matters over."""
    opened_on: date
    due_on: date | None = None
    at: datetime = stamp_column()


class ApprovalStep(Base, table=True):
    """One step of a sheet: a role of an office, or one person."""

    __tablename__ = "approval_step"
    __table_args__ = (
        ForeignKeyConstraint(["city", "sheet"], _SHEET),
        CheckConstraint("num_nonnulls(role, person) >= 1", name="somebody_signs"),
        CheckConstraint("(role IS NULL) = (office IS NULL)", name="role_in_office"),
        CheckConstraint("(signed_by IS NULL) = (signed_on IS NULL)", name="signature_dated"),
        CheckConstraint("signed_for IS NULL OR signed_for <> signed_by", name="for_another"),
        Index("ix_approval_step_person", "city", "person"),
    )

    sheet: UUID = uuid_column(primary_key=True)
    key: int = integer_column(primary_key=True)
    place: int = integer_column()
    kind: StepKind = text_enum(StepKind, "kind")
    role: Role | None = text_enum(Role, "role", nullable=True)
    office: str | None = text_column(nullable=True)
    title: str = text_column()
    person: UUID | None = uuid_column(nullable=True)
    person_name: str | None = text_column(nullable=True)
    turn: int = integer_column()
    signed_by: UUID | None = uuid_column(nullable=True)
    signed_for: UUID | None = uuid_column(nullable=True)
    signed_on: date | None = None


class ApprovalAct(Base, table=True):
    """One act on a sheet; append-only. `by_name` reads 甲代乙 where one acts for another."""

    __tablename__ = "approval_act"
    __table_args__ = (
        ForeignKeyConstraint(["city", "sheet"], _SHEET),
        ForeignKeyConstraint(["city", "delegation"], ["delegation.city", "delegation.id"]),
        UniqueConstraint("city", "sheet", "seq"),
        CheckConstraint("on_behalf_of IS NULL OR on_behalf_of <> by", name="for_another"),
        CheckConstraint("(on_behalf_of IS NULL) = (delegation IS NULL)", name="delegation_named"),
        CheckConstraint(
            "verb NOT IN ('refuse', 'return', 'forward') OR reason <> ''",
            name="reason_given",
        ),
        CheckConstraint(
            "(verb IN ('add_before', 'add_after', 'forward', 'copy')) = (person IS NOT NULL)",
            name="person_named",
        ),
        Index(
            "uq_approval_act_once",
            "city",
            "sheet",
            "step",
            "turn",
            unique=True,
            postgresql_where=text("verb IN ('agree', 'refuse')"),
        ),
    )

    id: UUID = id_column()
    sheet: UUID = uuid_column()
    seq: int = integer_column()
    verb: Verb = text_enum(Verb, "verb")
    step: int | None = Field(default=None)
    turn: int = integer_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    role: Role = text_enum(Role, "role")
    office: str = text_column()
    on_behalf_of: UUID | None = uuid_column(nullable=True)
    delegation: UUID | None = uuid_column(nullable=True)
    to_step: int | None = Field(default=None)
    person: UUID | None = uuid_column(nullable=True)
    person_name: str | None = text_column(nullable=True)
    reason: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class Handover(Base, table=True):
    """交接: what an officer leaves to a successor; it holds once both have confirmed the same list."""

    __tablename__ = "handover"
    __table_args__ = (
        ForeignKeyConstraint(["city", "giver"], _ACCOUNT),
        ForeignKeyConstraint(["city", "taker"], _ACCOUNT),
        CheckConstraint("giver <> taker", name="two_people"),
        CheckConstraint(
            "(done_on IS NOT NULL) = (giver_at IS NOT NULL AND taker_at IS NOT NULL)", name="done_by_both"
        ),
        Index(
            "uq_handover_live",
            "city",
            "giver",
            "office",
            unique=True,
            postgresql_where=text("done_on IS NULL"),
        ),
    )

    id: UUID = id_column()
    kind: HandoverKind = text_enum(HandoverKind, "kind")
    giver: UUID = uuid_column()
    giver_name: str = text_column()
    taker: UUID = uuid_column()
    taker_name: str = text_column()
    role: Role = text_enum(Role, "role")
    office: str = text_column()
    revision: int = integer_column()
    items: dict[str, Any] = json_column()
    made_by: UUID = uuid_column()
    made_on: date
    at: datetime = stamp_column()
    giver_at: datetime | None = time_column(nullable=True)
    taker_at: datetime | None = time_column(nullable=True)
    done_on: date | None = None
