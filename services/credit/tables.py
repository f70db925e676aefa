"""The tables of assessment credit. Triggers in the migration keep them: a confirmed year is final.

Append-only: credit_run, credit_line, credit_event. Of a sheet only state and revision move.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)

from services.credit.words import CountedIndicator, SheetAction, SheetState
from services.kit.tables import (
    Base,
    fen_column,
    id_column,
    integer_column,
    json_column,
    known_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.ledger.tables.columns import MONTH_CODE


class CreditRun(Base, table=True):
    """One count of all agreements, booked in the open month `period`."""

    __tablename__ = "credit_run"
    __table_args__ = (
        UniqueConstraint("city", "known"),
        ForeignKeyConstraint(["city", "period"], ["period.city", "period.code"]),
    )

    id: UUID = id_column()
    period: str = text_column()
    known: int = known_column()
    input_sha256: str = text_column()
    output_sha256: str = text_column()
    lines: int = integer_column()
    by: UUID = uuid_column()
    at: datetime = stamp_column()


class CreditLine(Base, table=True):
    """What a run changed of one agreement's count of one month's value.

    `value` is what the city counts, `origin_value` and `host_value` what the parties do; in fen.
    """

    __tablename__ = "credit_line"
    __table_args__ = (
        ForeignKeyConstraint(["city", "run"], ["credit_run.city", "credit_run.id"]),
        ForeignKeyConstraint(["city", "agreement"], ["agreement.city", "agreement.id"]),
        CheckConstraint(f"month ~ '{MONTH_CODE}'", name="month"),
        CheckConstraint("value <> 0 OR origin_value <> 0 OR host_value <> 0", name="not_nothing"),
        Index("ix_credit_line_agreement", "city", "agreement", "month"),
    )

    run: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    agreement: UUID = uuid_column()
    agreement_version: int = integer_column()
    origin: str = text_column()
    host: str = text_column()
    indicator: CountedIndicator = text_enum(CountedIndicator, "indicator")
    month: str = text_column()
    value: int = fen_column("value")
    origin_value: int = fen_column("origin_value")
    host_value: int = fen_column("host_value")


class CreditSheet(Base, table=True):
    """指标认定表 of a year: what counts for whom, frozen with its hash. One live sheet a year."""

    __tablename__ = "credit_sheet"
    __table_args__ = (
        UniqueConstraint("city", "year", "version"),
        UniqueConstraint("city", "number", "version"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(state = 'confirmed') <= (confirmed_by IS NOT NULL)", name="confirmed"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> made_by", name="two_people"),
        Index(
            "uq_credit_sheet_live",
            "city",
            "year",
            unique=True,
            postgresql_where=text("state <> 'superseded'"),
        ),
    )

    id: UUID = id_column()
    year: int = integer_column()
    version: int = integer_column()
    number: str = text_column()
    state: SheetState = text_enum(SheetState, "state")
    revision: int = integer_column()
    known: int = known_column()
    body: dict[str, Any] = json_column()
    body_sha256: str = text_column()
    made_on: date
    made_by: UUID = uuid_column()
    confirmed_by: UUID | None = uuid_column(nullable=True)
    at: datetime = stamp_column()


class CreditEvent(Base, table=True):
    """One step of a sheet, by a person, on a content named by its hash."""

    __tablename__ = "credit_event"
    __table_args__ = (
        UniqueConstraint("city", "sheet", "seq"),
        ForeignKeyConstraint(["city", "sheet"], ["credit_sheet.city", "credit_sheet.id"]),
    )

    id: UUID = id_column()
    sheet: UUID = uuid_column()
    seq: int = integer_column()
    action: SheetAction = text_enum(SheetAction, "action")
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()
    body_sha256: str = text_column()
    facts: dict[str, Any] = json_column()
