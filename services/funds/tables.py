"""The tables of funds paid in and of targets. Triggers in the migration keep them.

Append-only: exchange_rate, fund_close, goal. Of a fund_entry only its state moves.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlmodel import Field

from allocation.statistics.goals import Actor
from services.funds.words import Currency, EntryState
from services.kit.tables import (
    Base,
    amount_column,
    fen_column,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.projects.words import FundKind

_MONTH = "'^[0-9]{4}-(0[1-9]|1[0-2])$'"
FEN = (
    "fen = CASE WHEN rate_e4 IS NULL THEN amount"
    " ELSE sign(amount::numeric) * div(abs(amount::numeric) * rate_e4 + 5000, 10000) END"
)
"""Dollars are converted at the month's rate, halves away from zero."""


class FundEntry(Base, table=True):
    """What a county says was paid in for a project in a month, from an officer's hand and another's check.

    `amount` is in hundredths of `currency`: fen, or US cents; `fen` is what counts. An entry that names a
    month that it corrects is a difference, and may be negative.
    """

    __tablename__ = "fund_entry"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "replaces"], ["fund_entry.city", "fund_entry.id"]),
        CheckConstraint(f"month ~ {_MONTH}", name="month"),
        CheckConstraint(f"corrects_month ~ {_MONTH} AND corrects_month <= month", name="corrects_month"),
        CheckConstraint("amount <> 0 AND (amount > 0 OR corrects_month IS NOT NULL)", name="something"),
        CheckConstraint("(currency = 'USD') = (rate_e4 IS NOT NULL)", name="rate_of_dollars"),
        CheckConstraint("rate_e4 > 0", name="rate"),
        CheckConstraint("currency = 'CNY' OR fund_kind = 'foreign'", name="dollars_are_foreign"),
        CheckConstraint(FEN, name="converted"),
        CheckConstraint("evidence <> ''", name="evidence"),
        CheckConstraint(
            "(reason <> '') = (corrects_month IS NOT NULL OR replaces IS NOT NULL)", name="reason"
        ),
        CheckConstraint("checked_by <> made_by", name="two_people"),
        CheckConstraint(
            "CASE state WHEN 'pending' THEN checked_by IS NULL WHEN 'withdrawn' THEN ended_by IS NOT NULL"
            " ELSE checked_by IS NOT NULL END",
            name="checked",
        ),
        CheckConstraint("(state IN ('refused', 'withdrawn')) = (end_reason <> '')", name="ended"),
        CheckConstraint("revision >= 1", name="revision"),
        Index("ix_fund_entry_project", "city", "project", "month"),
        Index("ix_fund_entry_month", "city", "month", "state"),
        Index(
            "uq_fund_entry_replaces",
            "city",
            "replaces",
            unique=True,
            postgresql_where=text("state IN ('pending', 'confirmed', 'replaced')"),
        ),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    month: str = text_column()
    """In which it counts, YYYY-MM."""
    fund_kind: FundKind = text_enum(FundKind, "fund_kind")
    currency: Currency = text_enum(Currency, "currency")
    amount: int = fen_column("amount")
    rate_e4: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    fen: int = fen_column("fen")
    evidence: str = text_column()
    corrects_month: str | None = text_column(nullable=True)
    replaces: UUID | None = uuid_column(nullable=True)
    reason: str = text_column()
    state: EntryState = text_enum(EntryState, "state")
    revision: int = integer_column()
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    at: datetime = stamp_column()
    checked_by: UUID | None = uuid_column(nullable=True)
    checked_name: str = text_column()
    checked_on: date | None = None
    ended_by: UUID | None = uuid_column(nullable=True)
    ended_on: date | None = None
    end_reason: str = text_column()


class ExchangeRate(Base, table=True):
    """Yuan per US dollar of a month, in 1/10,000, with its source. The highest version counts."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        CheckConstraint(f"month ~ {_MONTH}", name="month"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("rate_e4 BETWEEN 1 AND 9999999", name="rate"),
        CheckConstraint("source <> ''", name="source"),
    )

    month: str = text_column(primary_key=True)
    version: int = integer_column(primary_key=True)
    rate_e4: int = integer_column()
    source: str = text_column()
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    at: datetime = stamp_column()


class FundClose(Base, table=True):
    """The close of a month's funds and of all before it: none of them is rewritten from here on."""

    __tablename__ = "fund_close"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        CheckConstraint(f"month ~ {_MONTH}", name="month"),
    )

    month: str = text_column(primary_key=True)
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    at: datetime = stamp_column()


class Goal(Base, table=True):
    """A version of a target, from a day on: it stands before the target that a file brought."""

    __tablename__ = "goal"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        UniqueConstraint("city", "year", "actor", "unit", "indicator", "version"),
        CheckConstraint("unit <> '' AND indicator <> '' AND value_unit <> ''", name="named"),
        CheckConstraint("document_no <> '' AND reason <> ''", name="grounds"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: UUID = id_column()
    year: int = integer_column()
    actor: Actor = text_enum(Actor, "actor")
    unit: str = text_column()
    indicator: str = text_column()
    version: int = integer_column()
    value: int = amount_column("value")
    value_unit: str = text_column()
    effective_from: date
    document_no: str = text_column()
    reason: str = text_column()
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    at: datetime = stamp_column()
