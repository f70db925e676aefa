"""Closed years opened again, adjustment sheets, and what the level table said at each time."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    json_column,
    known_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.ledger.reopening_words import AdjustmentState, ReopeningReason, ReopeningState


class YearReopening(Base, table=True):
    """A closed year opened again: asked for by one, allowed by another, and closed again by two.

    The year's months stay closed. While it is open the year's statements may have a next version.
    """

    __tablename__ = "year_reopening"
    __table_args__ = (
        ForeignKeyConstraint(["city", "year"], ["year_close.city", "year_close.year"]),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="two_people"),
        CheckConstraint("(state = 'requested') = (decided_by IS NULL)", name="decided_when_not_requested"),
        CheckConstraint("closed_by IS NULL OR closed_by <> close_asked_by", name="close_two_people"),
        CheckConstraint("(state = 'closed') = (closed_by IS NOT NULL)", name="closed_when_closed"),
        CheckConstraint(
            "(state IN ('closing', 'closed')) = (close_asked_by IS NOT NULL)", name="asked_when_closing"
        ),
        Index(
            "uq_year_reopening_live",
            "city",
            "year",
            unique=True,
            postgresql_where=text("state IN ('requested', 'open', 'closing')"),
        ),
    )

    id: UUID = id_column()
    year: int = integer_column()
    state: ReopeningState = text_enum(ReopeningState, "state")
    revision: int = integer_column()
    reason: ReopeningReason = text_enum(ReopeningReason, "reason")
    words: str = text_column()
    document_no: str = text_column()
    requested_by: UUID = uuid_column()
    requested_name: str = text_column()
    requested_on: date
    at: datetime = stamp_column()
    decided_by: UUID | None = uuid_column(nullable=True)
    decided_name: str | None = text_column(nullable=True)
    decided_on: date | None = None
    decision: str | None = text_column(nullable=True)
    close_asked_by: UUID | None = uuid_column(nullable=True)
    close_asked_name: str | None = text_column(nullable=True)
    closed_by: UUID | None = uuid_column(nullable=True)
    closed_name: str | None = text_column(nullable=True)
    closed_on: date | None = None
    facts: dict[str, Any] = json_column()


class AdjustmentSheet(Base, table=True):
    """调整单: differences of settled years whose cause is no receipt, made by one and decided by another.

    `basis_known` is the number up to which its maker knew, `known` the number its approval took.
    """

    __tablename__ = "adjustment_sheet"
    __table_args__ = (
        UniqueConstraint("city", "number"),
        UniqueConstraint("city", "basis_known"),
        CheckConstraint("decided_by IS NULL OR decided_by <> made_by", name="two_people"),
        CheckConstraint("(state = 'made') = (decided_by IS NULL)", name="decided_when_not_made"),
        CheckConstraint("(state = 'approved') = (known IS NOT NULL)", name="known_when_approved"),
        CheckConstraint("known > basis_known", name="known_after_basis"),
    )

    id: UUID = id_column()
    number: str = text_column()
    state: AdjustmentState = text_enum(AdjustmentState, "state")
    revision: int = integer_column()
    basis_known: int = known_column()
    known: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    body: dict[str, Any] = json_column()
    body_sha256: str = text_column()
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    at: datetime = stamp_column()
    decided_by: UUID | None = uuid_column(nullable=True)
    decided_name: str | None = text_column(nullable=True)
    decided_on: date | None = None
    decision: str | None = text_column(nullable=True)


class LevelShareVersion(Base, table=True):
    """One state of a row of the level table, written by the database whenever the row changes.

    It counts for every known number above `after_known`; `removed` marks a row that was taken out.
    """

    __tablename__ = "level_share_version"

    treasury: str = text_column(primary_key=True)
    tax: str = text_column(primary_key=True)
    effective_from: date = Field(primary_key=True)
    revision: int = integer_column(primary_key=True)
    after_known: int = known_column()
    removed: bool
    central_bp: int = known_column()
    province_bp: int = known_column()
    city_bp: int = known_column()
    county_bp: int = known_column()
