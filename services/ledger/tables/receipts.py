"""Receipts and incentives as files brought them. All append-only: a second file makes a revision."""

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
from sqlmodel import Field

from allocation.sharing.taxes import ReceiptKind, Tax
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
from services.ledger.states import (
    BatchKind,
)
from services.ledger.tables.columns import MONTH_CODE


class ReceiptBatch(Base, table=True):
    """One import of receipts or incentives, and the known number it took.

    `filename` and `file_sha256` name the file, where one brought it. `counts` says how many rows were new,
    revised, unchanged and bad; `totals` are the control totals of the file's good rows (rows, sum, by tax,
    treasury and kind); `declared` those that the sender named. `note` is the reason of a withdrawal.
    """

    __tablename__ = "receipt_batch"
    __table_args__ = (
        UniqueConstraint("city", "known"),
        CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'", name="file_sha256"),
        Index(
            "ix_receipt_batch_file",
            "city",
            "kind",
            "file_sha256",
            postgresql_where=text("file_sha256 IS NOT NULL"),
        ),
    )

    id: UUID = id_column()
    kind: BatchKind = text_enum(BatchKind, "kind")
    known: int = known_column()
    rows: int = integer_column()
    sha256: str = text_column()
    filename: str = text_column()
    file_sha256: str | None = text_column(nullable=True)
    counts: dict[str, int] = json_column()
    totals: dict[str, Any] = json_column()
    declared: dict[str, Any] | None = json_column(nullable=True)
    note: str = text_column()
    by: UUID = uuid_column()
    at: datetime = stamp_column()


class ReceiptVersion(Base, table=True):
    """One version of a tax receipt (电子税票).

    The newest revision known at a time is the one that counts then. A withdrawn ticket (作废) is a revision
    whose amount is 0.
    """

    __tablename__ = "receipt_version"
    __table_args__ = (
        ForeignKeyConstraint(["city", "batch"], ["receipt_batch.city", "receipt_batch.id"]),
        ForeignKeyConstraint(["city", "treasury"], ["sharing_party.city", "sharing_party.code"]),
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint(
            "num_nonnulls(central_fen, province_fen, city_fen, county_fen) IN (0, 4)", name="split_whole"
        ),
        CheckConstraint("NOT withdrawn OR amount_fen = 0", name="withdrawn_is_nothing"),
        Index("ix_receipt_version_firm", "city", "credit_code", "paid_on"),
        Index("ix_receipt_version_paid", "city", "paid_on", "ticket"),
    )

    ticket: str = text_column(primary_key=True)
    revision: int = integer_column(primary_key=True)
    batch: UUID = uuid_column()
    known: int = known_column()
    tax_period: str = text_column()
    paid_on: date
    treasury: str = text_column()
    credit_code: str = text_column()
    taxpayer: str = text_column()
    tax: Tax = text_enum(Tax, "tax")
    subject: str = text_column()
    kind: ReceiptKind = text_enum(ReceiptKind, "kind")
    amount_fen: int = fen_column("amount_fen")
    central_fen: int | None = fen_column("central_fen", nullable=True)
    province_fen: int | None = fen_column("province_fen", nullable=True)
    city_fen: int | None = fen_column("city_fen", nullable=True)
    county_fen: int | None = fen_column("county_fen", nullable=True)
    withdrawn: bool = Field(default=False)


class ReceiptDeclaration(Base, table=True):
    """A month declared to have no receipts (零申报), so that a year can close over it."""

    __tablename__ = "receipt_declaration"
    __table_args__ = (CheckConstraint(f"month ~ '{MONTH_CODE}'", name="month_code"),)

    month: str = text_column(primary_key=True)
    reason: str = text_column()
    by: UUID = uuid_column()
    at: datetime = stamp_column()


class Incentive(Base, table=True):
    """Money a county paid a firm under a policy.

    with its document (政策兑现). A later file makes a revision.
    """

    __tablename__ = "incentive"
    __table_args__ = (
        UniqueConstraint("city", "credit_code", "document_no", "revision"),
        ForeignKeyConstraint(["city", "batch"], ["receipt_batch.city", "receipt_batch.id"]),
        ForeignKeyConstraint(["city", "county"], ["sharing_party.city", "sharing_party.code"]),
    )

    id: UUID = id_column()
    batch: UUID = uuid_column()
    known: int = known_column()
    credit_code: str = text_column()
    document_no: str = text_column()
    revision: int = integer_column()
    county: str = text_column()
    amount_fen: int = fen_column("amount_fen", minimum=0)
    paid_on: date
    voucher: str | None = text_column(nullable=True)
