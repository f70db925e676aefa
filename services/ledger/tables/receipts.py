"""Receipts and incentives as files brought them. All append-only: a second file makes a revision."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)

from allocation.sharing.taxes import ReceiptKind, Tax
from services.kit.tables import (
    Base,
    fen_column,
    id_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.ledger.states import (
    BatchKind,
)
from services.ledger.tables.columns import MONTH_CODE, integer_column, known_column


class ReceiptBatch(Base, table=True):
    """One import of receipts or incentives, and the known number it took."""

    __tablename__ = "receipt_batch"
    __table_args__ = (UniqueConstraint("city", "known"),)

    id: UUID = id_column()
    kind: BatchKind = text_enum(BatchKind, "kind")
    known: int = known_column()
    rows: int = integer_column()
    sha256: str = text_column()
    by: UUID = uuid_column()
    at: datetime = stamp_column()


class ReceiptVersion(Base, table=True):
    """One version of a tax receipt (电子税票).

    The newest revision known at a time is the one that counts then.
    """

    __tablename__ = "receipt_version"
    __table_args__ = (
        ForeignKeyConstraint(["city", "batch"], ["receipt_batch.city", "receipt_batch.id"]),
        ForeignKeyConstraint(["city", "treasury"], ["region.city", "region.code"]),
        CheckConstraint("revision >= 1", name="revision_positive"),
        CheckConstraint(
            "num_nonnulls(central_fen, province_fen, city_fen, county_fen) IN (0, 4)", name="split_whole"
        ),
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
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
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
