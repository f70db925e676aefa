"""The books: periods, calculations, and balanced entries of two or more legs."""

from datetime import datetime
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

from allocation.sharing.postings import AccountKind
from allocation.sharing.taxes import Tax
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
    time_column,
    uuid_column,
)
from services.ledger.states import (
    CloseState,
    JournalKind,
    PeriodState,
    Unit,
)
from services.ledger.tables.columns import MONTH_CODE


class Period(Base, table=True):
    """A month of the books. Every posting reads its row FOR SHARE; closing updates it."""

    __tablename__ = "period"
    __table_args__ = (
        CheckConstraint(f"code ~ '{MONTH_CODE}'", name="code_form"),
        CheckConstraint("(state = 'closed') = (watermark IS NOT NULL)", name="watermark_when_closed"),
    )

    code: str = text_column(primary_key=True)
    state: PeriodState = text_enum(PeriodState, "state")
    watermark: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    closed_at: datetime | None = time_column(nullable=True)


class YearClose(Base, table=True):
    """The close of a year: asked for by one, done by another."""

    __tablename__ = "year_close"
    __table_args__ = (
        CheckConstraint("checked_by IS NULL OR checked_by <> requested_by", name="two_people"),
        CheckConstraint("(state = 'closed') = (checked_by IS NOT NULL)", name="checked_when_closed"),
    )

    year: int = integer_column(primary_key=True)
    state: CloseState = text_enum(CloseState, "state")
    requested_by: UUID = uuid_column()
    requested_name: str = text_column()
    requested_at: datetime = stamp_column()
    checked_by: UUID | None = uuid_column(nullable=True)
    checked_name: str | None = text_column(nullable=True)
    closed_at: datetime | None = time_column(nullable=True)
    facts: dict[str, Any] = json_column()


class CalcRun(Base, table=True):
    """One calculation of a month.

    what it knew, with which engine, and the hashes of what went in and came out.
    """

    __tablename__ = "calc_run"
    __table_args__ = (
        UniqueConstraint("city", "known"),
        ForeignKeyConstraint(["city", "period"], ["period.city", "period.code"]),
        Index("ix_calc_run_period", "city", "period", "known"),
    )

    id: UUID = id_column()
    period: str = text_column()
    known: int = known_column()
    engine: str = text_column()
    input_sha256: str = text_column()
    output_sha256: str = text_column()
    lines: int = integer_column()
    by: UUID = uuid_column()
    at: datetime = stamp_column()


class EntitlementLine(Base, table=True):
    """What a run found to book for one agreement, agreement year, tax and month of receipts.

    The five `*_fen` columns are what is booked now; `facts` holds what is due, what was posted before and the
    cumulative figures, as text and integers.
    """

    __tablename__ = "entitlement_line"
    __table_args__ = (
        ForeignKeyConstraint(["city", "run"], ["calc_run.city", "calc_run.id"]),
        ForeignKeyConstraint(["city", "agreement"], ["agreement.city", "agreement.id"]),
        CheckConstraint("origin_fen + host_fen = shared_fen", name="parties_sum"),
        Index("ix_entitlement_line_agreement", "city", "agreement", "month"),
    )

    run: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    agreement: UUID = uuid_column()
    agreement_version: int = integer_column()
    origin: str = text_column()
    host: str = text_column()
    agreement_year: int = integer_column()
    tax: Tax = text_enum(Tax, "tax")
    month: str = text_column()
    base_fen: int = fen_column("base_fen")
    deducted_fen: int = fen_column("deducted_fen")
    shared_fen: int = fen_column("shared_fen")
    origin_fen: int = fen_column("origin_fen")
    host_fen: int = fen_column("host_fen")
    facts: dict[str, Any] = json_column()


class LedgerAccount(Base, table=True):
    """An account of a book towards one other region, in one unit.

    Clearing and cash stand between a county and the city, whose own region's code is the city's: a county has
    them towards the city, the city's own book towards each county. What the city owes as a party of
    agreements needs no account of its own: it moves from its dues to its clearing towards the others.
    """

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("city", "county", "kind", "counterparty", "unit"),
        UniqueConstraint("city", "id", "county", "unit"),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "counterparty"], ["sharing_party.city", "sharing_party.code"]),
        CheckConstraint("county <> counterparty", name="two_counties"),
        CheckConstraint(
            "kind NOT IN ('clearing', 'cash') OR county = city OR counterparty = city", name="with_city"
        ),
        CheckConstraint(
            "(kind IN ('credit_given', 'credit_taken')) = (unit IN ('credit', 'land'))", name="unit_fits"
        ),
    )

    id: UUID = id_column()
    county: str = text_column()
    kind: AccountKind = text_enum(AccountKind, "kind")
    counterparty: str = text_column()
    unit: Unit = text_enum(Unit, "unit")


class Journal(Base, table=True):
    """One entry of the books, mostly an agreement's share of a month.

    `xact` is the transaction that wrote it. A settlement or a payment may concern many agreements and name
    none; its reversal names none either. That what it names is there, and its period open, is held by a
    trigger over all journals of a statement, which reads the period's row FOR SHARE.
    """

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("city", "key"),
        CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name="reversal_names"),
        CheckConstraint(
            "agreement IS NOT NULL OR kind IN ('settlement', 'payment', 'reversal')", name="agreement_named"
        ),
        Index("ix_journal_period", "city", "period"),
        Index(
            "uq_journal_city_reverses",
            "city",
            "reverses",
            unique=True,
            postgresql_where=text("reverses IS NOT NULL"),
        ),
    )

    id: UUID = id_column()
    key: str = text_column()
    sha256: str = text_column()
    kind: JournalKind = text_enum(JournalKind, "kind")
    period: str = text_column()
    agreement: UUID | None = uuid_column(nullable=True)
    run: UUID | None = uuid_column(nullable=True)
    reverses: UUID | None = uuid_column(nullable=True)
    note: str = text_column()
    by: UUID = uuid_column()
    at: datetime = stamp_column()
    xact: int = Field(
        default=0,
        sa_column=Column(
            BigInteger, nullable=False, server_default=text("pg_current_xact_id()::text::bigint")
        ),
    )


class Leg(Base, table=True):
    """One leg of a journal; debit positive, in the smallest part of its unit.

    That journal and account are there, and that county and unit are the account's own, is held by a trigger
    over all legs of a statement: a foreign key would cost more than the leg.
    """

    __tablename__ = "leg"
    __table_args__ = (CheckConstraint("amount_fen <> 0", name="not_zero"),)

    journal: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    account: UUID = uuid_column()
    county: str = text_column()
    unit: Unit = text_enum(Unit, "unit")
    amount_fen: int = fen_column("amount_fen")
