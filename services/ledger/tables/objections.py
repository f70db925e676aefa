"""Objections, their answers and what was said of them; sealed scans of statements.

Objections, answers and messages are append-only. An objection is open while it has no answer; it has one at
most, for the answer's key is the objection's.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text

from services.kit.tables import (
    Base,
    fen_column,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    time_column,
    uuid_column,
)
from services.ledger.objections_words import ObjectionKind, Outcome, ScanState, Side


class ObjectionRecord(Base, table=True):
    """What a county holds against its statement.

    `line` is the line's number, 0 for the whole statement; `line_key` says which line that is in any version:
    direction, agreement, tax, year, agreement year and counterparty. `reserved` is 存疑: it blocks nothing.
    """

    __tablename__ = "objection"
    __table_args__ = (
        UniqueConstraint("city", "id", "by"),
        ForeignKeyConstraint(["city", "statement"], ["statement.city", "statement.id"]),
        CheckConstraint("line >= 0", name="line"),
        CheckConstraint("(line = 0) = (line_key = '')", name="line_named"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("kind = 'county' OR (line = 0 AND NOT reserved)", name="whole_by_issuer"),
        Index("ix_objection_statement", "city", "statement"),
    )

    id: UUID = id_column()
    statement: UUID = uuid_column()
    kind: ObjectionKind = text_enum(ObjectionKind, "kind")
    line: int = integer_column()
    line_key: str = text_column()
    reserved: bool
    expected_fen: int | None = fen_column("expected_fen", nullable=True)
    reason: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class ObjectionAnswer(Base, table=True):
    """How an objection ended. Nobody answers their own; only a withdrawal may be the objector's.

    `successor` is the new version that a replaced objection led to.
    """

    __tablename__ = "objection_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "objection", "objected_by"], ["objection.city", "objection.id", "objection.by"]
        ),
        ForeignKeyConstraint(["city", "successor"], ["statement.city", "statement.id"]),
        CheckConstraint("outcome = 'withdrawn' OR by <> objected_by", name="two_people"),
        CheckConstraint("reason <> '' OR outcome IN ('withdrawn', 'replaced')", name="reason"),
        CheckConstraint("(outcome = 'in_part') = (agreed_fen IS NOT NULL)", name="agreed_in_part"),
        CheckConstraint("(outcome = 'replaced') = (successor IS NOT NULL)", name="replaced_by"),
    )

    objection: UUID = uuid_column(primary_key=True)
    objected_by: UUID = uuid_column()
    outcome: Outcome = text_enum(Outcome, "outcome")
    reason: str = text_column()
    agreed_fen: int | None = fen_column("agreed_fen", nullable=True)
    successor: UUID | None = uuid_column(nullable=True)
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class ObjectionMessage(Base, table=True):
    """A message or a file under an objection, for both sides or for the writer's own alone."""

    __tablename__ = "objection_message"
    __table_args__ = (
        ForeignKeyConstraint(["city", "objection"], ["objection.city", "objection.id"]),
        ForeignKeyConstraint(["city", "scan"], ["signed_scan.city", "signed_scan.id"]),
        CheckConstraint("text <> '' OR scan IS NOT NULL", name="says_something"),
        Index("ix_objection_message_objection", "city", "objection"),
    )

    id: UUID = id_column()
    objection: UUID = uuid_column()
    side: Side = text_enum(Side, "side")
    private: bool
    text: str = text_column()
    scan: UUID | None = uuid_column(nullable=True)
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class SealedScan(Base, table=True):
    """A county's sealed scan (盖章扫描件) of a statement's content, named by its hash.

    One that is not sent back stands at a time for a statement, and the same scan stands for one statement.
    """

    __tablename__ = "sealed_scan"
    __table_args__ = (
        ForeignKeyConstraint(["city", "statement"], ["statement.city", "statement.id"]),
        ForeignKeyConstraint(["city", "scan"], ["signed_scan.city", "signed_scan.id"]),
        CheckConstraint("checked_by <> made_by", name="two_people"),
        CheckConstraint(
            "(state = 'uploaded') = (checked_by IS NULL) AND (checked_by IS NULL) = (checked_at IS NULL)",
            name="checked",
        ),
        CheckConstraint("(state = 'rejected') = (reason <> '')", name="rejected"),
        Index(
            "uq_sealed_scan_statement",
            "city",
            "statement",
            unique=True,
            postgresql_where=text("state <> 'rejected'"),
        ),
        Index(
            "uq_sealed_scan_scan", "city", "scan", unique=True, postgresql_where=text("state <> 'rejected'")
        ),
    )

    id: UUID = id_column()
    statement: UUID = uuid_column()
    body_sha256: str = text_column()
    scan: UUID = uuid_column()
    scan_sha256: str = text_column()
    state: ScanState = text_enum(ScanState, "state")
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    made_at: datetime = stamp_column()
    checked_by: UUID | None = uuid_column(nullable=True)
    checked_name: str = text_column()
    checked_at: datetime | None = time_column(nullable=True)
    reason: str = text_column()
