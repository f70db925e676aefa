"""Statements and their steps. A statement's content never changes, only its state."""

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
from services.ledger.states import (
    StatementAction,
    StatementKind,
    StatementState,
)


class Statement(Base, table=True):
    """A county's paper for a period. `body` never changes; `revision` counts the state's changes."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("city", "kind", "county", "period", "version"),
        UniqueConstraint("city", "number", "version"),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "supersedes"], ["statement.city", "statement.id"]),
        CheckConstraint(
            "(kind = 'year') = (state <> 'computed') OR state = 'superseded'", name="only_years_have_states"
        ),
        Index(
            "uq_statement_live",
            "city",
            "kind",
            "county",
            "period",
            unique=True,
            postgresql_where=text("state <> 'superseded'"),
        ),
        Index("ix_statement_list", "city", "period", "kind", "county", "version"),
    )

    id: UUID = id_column()
    kind: StatementKind = text_enum(StatementKind, "kind")
    county: str = text_column()
    period: str = text_column()
    version: int = integer_column()
    number: str = text_column()
    state: StatementState = text_enum(StatementState, "state")
    revision: int = integer_column()
    known: int = known_column()
    supersedes: UUID | None = uuid_column(nullable=True)
    body: dict[str, Any] = json_column()
    body_sha256: str = text_column()
    made_on: date
    at: datetime = stamp_column()


class StatementEvent(Base, table=True):
    """One step of a statement, by a person, on a content named by its hash."""

    __tablename__ = "statement_event"
    __table_args__ = (
        UniqueConstraint("city", "statement", "seq"),
        ForeignKeyConstraint(["city", "statement"], ["statement.city", "statement.id"]),
    )

    id: UUID = id_column()
    statement: UUID = uuid_column()
    seq: int = integer_column()
    action: StatementAction = text_enum(StatementAction, "action")
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()
    body_sha256: str = text_column()
    facts: dict[str, Any] = json_column()
