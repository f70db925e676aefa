"""What each side states, where they differ, and the quarter's papers. All append-only; guards in 0014."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text

from allocation.sharing.taxes import Tax
from services.kit.tables import (
    Base,
    amount_column,
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
from services.reconciliation.words import AnswerAction, CheckAction, DifferenceAction, Reason


class FigureBatch(Base, table=True):
    """Figures that one office stated at once, by a form or a file; `county` is the city for its treasury."""

    __tablename__ = "figure_batch"
    __table_args__ = (
        UniqueConstraint("city", "id", "county"),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("rows >= 1", name="rows_positive"),
        Index(
            "uq_figure_batch_file",
            "city",
            "county",
            "file_sha256",
            unique=True,
            postgresql_where=text("file_sha256 IS NOT NULL"),
        ),
    )

    id: UUID = id_column()
    county: str = text_column()
    filename: str = text_column()
    file_sha256: str | None = text_column(nullable=True)
    rows: int = integer_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class TaxFigure(Base, table=True):
    """What a side believes was paid in (入库) and refunded (退库) of a tax in a month under an agreement.

    The newest revision counts. A trigger lets a county speak only for its own side.
    """

    __tablename__ = "tax_figure"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "batch", "county"], ["figure_batch.city", "figure_batch.id", "figure_batch.county"]
        ),
        ForeignKeyConstraint(["city", "agreement"], ["agreement.city", "agreement.id"]),
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint("side IN ('host', 'origin', 'treasury')", name="side"),
        CheckConstraint(f"month ~ '{MONTH_CODE}'", name="month_code"),
        Index("ix_tax_figure_place", "city", "month", "agreement"),
    )

    side: str = text_column(primary_key=True)
    agreement: UUID = uuid_column(primary_key=True)
    tax: Tax = text_enum(Tax, "tax", primary_key=True)
    month: str = text_column(primary_key=True)
    revision: int = integer_column(primary_key=True)
    batch: UUID = uuid_column()
    county: str = text_column()
    paid_fen: int = amount_column("paid_fen")
    refund_fen: int = amount_column("refund_fen")


class TaxDifference(Base, table=True):
    """A place (agreement, tax, month) where the stated figures are not one; its history are events."""

    __tablename__ = "tax_difference"
    __table_args__ = (
        UniqueConstraint("city", "agreement", "tax", "month", "number"),
        ForeignKeyConstraint(["city", "agreement"], ["agreement.city", "agreement.id"]),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint(f"month ~ '{MONTH_CODE}'", name="month_code"),
    )

    id: UUID = id_column()
    agreement: UUID = uuid_column()
    tax: Tax = text_enum(Tax, "tax")
    month: str = text_column()
    number: int = integer_column()
    opened_on: date


class TaxDifferenceEvent(Base, table=True):
    """What happened to a difference, with the four figures as they stood then."""

    __tablename__ = "tax_difference_event"
    __table_args__ = (
        ForeignKeyConstraint(["city", "difference"], ["tax_difference.city", "tax_difference.id"]),
        CheckConstraint("(action = 'explain') = (reason IS NOT NULL)", name="explained"),
        CheckConstraint("action <> 'explain' OR words <> ''", name="worded"),
        CheckConstraint("(action = 'resolve') = (explained_by IS NOT NULL)", name="resolved"),
        CheckConstraint("explained_by <> by", name="two_people"),
    )

    difference: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    action: DifferenceAction = text_enum(DifferenceAction, "action")
    computed_fen: int = fen_column("computed_fen")
    host_fen: int | None = fen_column("host_fen", nullable=True)
    origin_fen: int | None = fen_column("origin_fen", nullable=True)
    treasury_fen: int | None = fen_column("treasury_fen", nullable=True)
    reason: Reason | None = text_enum(Reason, "reason", nullable=True)
    words: str = text_column()
    explained_by: UUID | None = uuid_column(nullable=True)
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class ReconciliationSheet(Base, table=True):
    """A version of the quarter's 对账单 between two counties; the newest one counts.

    `content_sha256` leaves out what differs from version to version by itself (number of the version, date).
    """

    __tablename__ = "reconciliation_sheet"
    __table_args__ = (
        UniqueConstraint(
            "city", "county_a", "county_b", "period", "version", name="uq_reconciliation_sheet_version"
        ),
        UniqueConstraint("city", "id", "body_sha256"),
        ForeignKeyConstraint(["city", "county_a"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "county_b"], ["region.city", "region.code"]),
        CheckConstraint("county_a < county_b", name="two_counties"),
        Index("ix_reconciliation_sheet_number", "number"),
    )

    id: UUID = id_column()
    county_a: str = text_column()
    county_b: str = text_column()
    period: str = text_column()
    version: int = integer_column()
    number: str = text_column()
    known: int = known_column()
    body: dict[str, Any] = json_column()
    content_sha256: str = text_column()
    body_sha256: str = text_column()
    made_on: date
    made_by: UUID = uuid_column()
    made_by_name: str = text_column()
    at: datetime = stamp_column()


class ReconciliationAnswer(Base, table=True):
    """A county acknowledges a 对账单 by its hash, or notes a difference. No effect on money."""

    __tablename__ = "reconciliation_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "sheet", "body_sha256"],
            ["reconciliation_sheet.city", "reconciliation_sheet.id", "reconciliation_sheet.body_sha256"],
        ),
        CheckConstraint("action <> 'note' OR words <> ''", name="worded"),
        Index(
            "uq_reconciliation_answer_once",
            "city",
            "sheet",
            "county",
            unique=True,
            postgresql_where=text("action = 'acknowledge'"),
        ),
    )

    id: UUID = id_column()
    sheet: UUID = uuid_column()
    body_sha256: str = text_column()
    county: str = text_column()
    action: AnswerAction = text_enum(AnswerAction, "action")
    words: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class IncentiveCheck(Base, table=True):
    """The origin's finance checked an incentive's document, or questions it; a new revision begins anew."""

    __tablename__ = "incentive_check"
    __table_args__ = (
        UniqueConstraint(
            "city",
            "credit_code",
            "document_no",
            "incentive_revision",
            "agreement",
            "seq",
            name="uq_incentive_check_seq",
        ),
        ForeignKeyConstraint(
            ["city", "credit_code", "document_no", "incentive_revision"],
            ["incentive.city", "incentive.credit_code", "incentive.document_no", "incentive.revision"],
            name="fk_incentive_check_incentive",
        ),
        ForeignKeyConstraint(["city", "agreement"], ["agreement.city", "agreement.id"]),
        CheckConstraint("action <> 'queried' OR words <> ''", name="worded"),
    )

    id: UUID = id_column()
    credit_code: str = text_column()
    document_no: str = text_column()
    incentive_revision: int = integer_column()
    agreement: UUID = uuid_column()
    county: str = text_column()
    seq: int = integer_column()
    action: CheckAction = text_enum(CheckAction, "action")
    words: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()
