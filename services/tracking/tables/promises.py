"""避免政府违约: what was paid of a promise, what a county can afford, and the review. Append-only."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from services.kit.tables import (
    Base,
    amount_column,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.tracking.kinds import ReviewOutcome


class PromiseFulfilment(Base, table=True):
    """An amount that was paid of one promised item, by its voucher."""

    __tablename__ = "promise_fulfilment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "sheet", "seq"],
            ["commitment_item.city", "commitment_item.sheet", "commitment_item.seq"],
        ),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("btrim(evidence) <> ''", name="evidence"),
        CheckConstraint("paid_on <= on_date", name="past"),
        Index("ix_promise_fulfilment_item", "city", "sheet", "seq"),
    )

    id: UUID = id_column()
    sheet: UUID = uuid_column()
    seq: int = integer_column()
    paid_on: date
    amount_fen: int = amount_column("amount_fen")
    evidence: str = text_column()
    """The voucher's number, or the paper that proves it."""
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class FiscalStrength(Base, table=True):
    """A county's fiscal strength (财力) of a year, with its source; the latest entry counts."""

    __tablename__ = "fiscal_strength"
    __table_args__ = (
        UniqueConstraint("city", "id", "by"),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
        CheckConstraint("btrim(source) <> ''", name="source"),
        Index("ix_fiscal_strength_county", "city", "county", "year"),
    )

    id: UUID = id_column()
    county: str = text_column()
    year: int = integer_column()
    amount_fen: int = amount_column("amount_fen")
    source: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class PromiseReview(Base, table=True):
    """Another person's review of a county's promises of a year against that strength."""

    __tablename__ = "promise_review"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "strength", "made_by"],
            ["fiscal_strength.city", "fiscal_strength.id", "fiscal_strength.by"],
        ),
        CheckConstraint("by <> made_by", name="two_people"),
        CheckConstraint("btrim(words) <> ''", name="words"),
    )

    id: UUID = id_column()
    strength: UUID = uuid_column()
    made_by: UUID = uuid_column()
    promised_fen: int = amount_column("promised_fen")
    cap_fen: int = amount_column("cap_fen")
    outcome: ReviewOutcome = text_enum(ReviewOutcome, "outcome")
    words: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()
