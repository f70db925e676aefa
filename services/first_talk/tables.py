"""Cases between counties on who negotiates first: parties, statements, steps, rulings.

Append-only: statements, steps, rulings, the second person's word on a ruling. Of cases and parties only the
state moves, and not after the end; the database's triggers hold that.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from allocation.lifecycle import State
from allocation.precedence import Ground
from services.first_talk.words import CaseAction, CaseState, Effect, Outcome, RulingCheck
from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    texts_column,
    uuid_column,
)
from services.projects.protection_words import Progress


class Case(Base, table=True):
    """One case; `seq` counts those of a year. A county asks for it, or the city opens it at once."""

    __tablename__ = "first_talk_case"
    __table_args__ = (
        UniqueConstraint("city", "year", "seq"),
        UniqueConstraint("city", "number"),
        CheckConstraint("claim <> ''", name="claim"),
        CheckConstraint("counties >= 2", name="counties"),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint(
            "state IN ('filed', 'refused', 'withdrawn') OR (admitted_on IS NOT NULL"
            " AND statements_due IS NOT NULL AND hearing_due IS NOT NULL AND ruling_due IS NOT NULL)",
            name="admitted",
        ),
        CheckConstraint("(state IN ('filed', 'open')) = (closed_on IS NULL)", name="closed_dated"),
        CheckConstraint("(state IN ('ruled', 'settled')) = (holder IS NOT NULL)", name="holder_named"),
        Index("ix_first_talk_case_state", "city", "state"),
    )

    id: UUID = id_column()
    year: int = integer_column()
    seq: int = integer_column()
    number: str = text_column()
    state: CaseState = text_enum(CaseState, "state")
    revision: int = integer_column()
    filed_by: UUID = uuid_column()
    filed_name: str = text_column()
    filed_county: str | None = text_column(nullable=True)
    """The county that asked for the case; null where the city opened it."""
    filed_on: date
    claim: str = text_column()
    chain: str = text_column()
    """The industry chain of the leads; empty where their class belongs to none."""
    counties: int = integer_column()
    admitted_on: date | None = Field(default=None)
    statements_due: date | None = Field(default=None)
    hearing_due: date | None = Field(default=None)
    ruling_due: date | None = Field(default=None)
    hearing_on: date | None = Field(default=None)
    hearing_place: str = text_column()
    holder: int | None = Field(default=None)
    """The party whose lead keeps its protection."""
    closed_on: date | None = Field(default=None)


class CaseParty(Base, table=True):
    """One county's lead in a case. A lead is in one open case at most."""

    __tablename__ = "first_talk_party"
    __table_args__ = (
        UniqueConstraint("city", "case_id", "project"),
        ForeignKeyConstraint(["city", "case_id"], ["first_talk_case.city", "first_talk_case.id"]),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("is_open OR NOT paused OR outcome IS NOT NULL", name="outcome_named"),
        Index(
            "uq_first_talk_party_open",
            "city",
            "project",
            unique=True,
            postgresql_where=text("is_open"),
        ),
    )

    case_id: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    project: UUID = uuid_column()
    county: str = text_column()
    is_open: bool
    paused: bool
    """Whether the case stopped the lead; a signed project has nothing to stop."""
    state_before: State | None = text_enum(State, "state_before", nullable=True)
    outcome: Outcome | None = text_enum(Outcome, "outcome", nullable=True)


class CaseStatement(Base, table=True):
    """What one side says, with its evidence."""

    __tablename__ = "first_talk_statement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "case_id", "party"],
            ["first_talk_party.city", "first_talk_party.case_id", "first_talk_party.seq"],
        ),
        CheckConstraint("words <> ''", name="words"),
        CheckConstraint(
            "(evidence_kind IS NULL) = (evidence = '') AND (evidence_kind IS NULL) = (happened_on IS NULL)",
            name="evidence_whole",
        ),
        CheckConstraint("happened_on <= on_date", name="happened"),
        Index("ix_first_talk_statement_case_id", "city", "case_id"),
    )

    id: UUID = id_column()
    case_id: UUID = uuid_column()
    party: int = integer_column()
    words: str = text_column()
    evidence_kind: Progress | None = text_enum(Progress, "evidence_kind", nullable=True)
    evidence: str = text_column()
    happened_on: date | None = Field(default=None)
    late: bool
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class CaseEvent(Base, table=True):
    """One step of a case; `party` names the side that took it, null the city."""

    __tablename__ = "first_talk_event"
    __table_args__ = (
        UniqueConstraint("city", "case_id", "seq"),
        ForeignKeyConstraint(["city", "case_id"], ["first_talk_case.city", "first_talk_case.id"]),
        CheckConstraint("seq >= 1", name="seq"),
    )

    id: UUID = id_column()
    case_id: UUID = uuid_column()
    seq: int = integer_column()
    action: CaseAction = text_enum(CaseAction, "action")
    party: int | None = Field(default=None)
    facts: dict[str, Any] = json_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class Ruling(Base, table=True):
    """A ruling of the joint meeting as one person wrote it; another confirms or rejects it."""

    __tablename__ = "first_talk_ruling"
    __table_args__ = (
        UniqueConstraint("city", "number"),
        UniqueConstraint("city", "id", "made_by"),
        UniqueConstraint("city", "id", "case_id"),
        ForeignKeyConstraint(
            ["city", "case_id", "holder"],
            ["first_talk_party.city", "first_talk_party.case_id", "first_talk_party.seq"],
        ),
        CheckConstraint("ground NOT IN ('sole_filing', 'open_question')", name="ground_of_order"),
        CheckConstraint("findings <> '' AND reasons <> '' AND minutes_no <> ''", name="reasoned"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        Index("ix_first_talk_ruling_case_id", "city", "case_id"),
    )

    id: UUID = id_column()
    case_id: UUID = uuid_column()
    number: str = text_column()
    year: int = integer_column()
    ground: Ground = text_enum(Ground, "ground")
    holder: int = integer_column()
    effect: Effect = text_enum(Effect, "effect")
    findings: str = text_column()
    reasons: str = text_column()
    masked: str = text_column()
    """Findings and reasons without names of firms and counties: what others read and search."""
    minutes_no: str = text_column()
    credit_note: str = text_column()
    cites: list[str] = texts_column()
    chain: str = text_column()
    counties: int = integer_column()
    body: dict[str, Any] = json_column()
    """The facts of both sides at each step of the order, as they stood."""
    sha256: str = text_column()
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    at: datetime = stamp_column()


class RulingSaid(Base, table=True):
    """The second person's word on a ruling: once, and one confirmed ruling a case."""

    __tablename__ = "first_talk_ruling_check"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "ruling", "made_by"],
            ["first_talk_ruling.city", "first_talk_ruling.id", "first_talk_ruling.made_by"],
        ),
        ForeignKeyConstraint(
            ["city", "ruling", "case_id"],
            ["first_talk_ruling.city", "first_talk_ruling.id", "first_talk_ruling.case_id"],
        ),
        CheckConstraint("by <> made_by", name="two_people"),
        CheckConstraint("outcome = 'confirmed' OR reason <> ''", name="reason"),
        Index(
            "uq_first_talk_ruling_check_confirmed",
            "city",
            "case_id",
            unique=True,
            postgresql_where=text("outcome = 'confirmed'"),
        ),
    )

    ruling: UUID = uuid_column(primary_key=True)
    case_id: UUID = uuid_column()
    made_by: UUID = uuid_column()
    outcome: RulingCheck = text_enum(RulingCheck, "outcome")
    reason: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()
