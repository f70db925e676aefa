"""Settlements, their counties' parts and lines, payment orders and payments.

Append-only: settlement_line, settlement_event, payment_order. Of the others only the state moves; the
database's triggers hold that, the order of the states, and that no order is paid more than it says.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text

from allocation.sharing.taxes import Tax
from services.kit.tables import (
    Base,
    fen_column,
    id_column,
    integer_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.settlement.words import PaymentState, SettlementAction, SettlementState


class Settlement(Base, table=True):
    """A netting of a year's closed statements; `seq` counts those of a year. `body` never changes."""

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("city", "year", "seq"),
        UniqueConstraint("city", "number"),
        CheckConstraint("checked_by IS NULL OR checked_by <> made_by", name="two_people"),
        CheckConstraint("(checked_by IS NULL) = (checked_name IS NULL)", name="checker_named"),
        CheckConstraint(
            "CASE state WHEN 'proposed' THEN checked_by IS NULL WHEN 'pending' THEN checked_by IS NOT NULL"
            " WHEN 'posted' THEN checked_by IS NOT NULL ELSE TRUE END",
            name="checked_first",
        ),
        CheckConstraint("(state = 'posted') = (posted_on IS NOT NULL)", name="posted_dated"),
        Index(
            "uq_settlement_open",
            "city",
            "year",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'pending')"),
        ),
    )

    id: UUID = id_column()
    year: int = integer_column()
    seq: int = integer_column()
    number: str = text_column()
    state: SettlementState = text_enum(SettlementState, "state")
    revision: int = integer_column()
    due_on: date
    expires_on: date
    body: dict[str, Any] = json_column()
    body_sha256: str = text_column()
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    checked_by: UUID | None = uuid_column(nullable=True)
    checked_name: str | None = text_column(nullable=True)
    posted_on: date | None = None
    at: datetime = stamp_column()


class SettlementPart(Base, table=True):
    """One county's part: its own lines and its net, which it confirms by the hash of `body`."""

    __tablename__ = "settlement_part"
    __table_args__ = (
        ForeignKeyConstraint(["city", "settlement"], ["settlement.city", "settlement.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("net_fen = down_fen - up_fen", name="net_of_gross"),
        CheckConstraint("num_nonnulls(confirmed_by, confirmed_name, confirmed_on) IN (0, 3)", name="whole"),
    )

    settlement: UUID = uuid_column(primary_key=True)
    county: str = text_column(primary_key=True)
    up_fen: int = fen_column("up_fen")
    down_fen: int = fen_column("down_fen")
    net_fen: int = fen_column("net_fen")
    body: dict[str, Any] = json_column()
    sha256: str = text_column()
    confirmed_by: UUID | None = uuid_column(nullable=True)
    confirmed_name: str | None = text_column(nullable=True)
    confirmed_on: date | None = None


class SettlementLine(Base, table=True):
    """What of one agreement, tax and year a settlement settles: `fen` is due from debtor to creditor."""

    __tablename__ = "settlement_line"
    __table_args__ = (
        UniqueConstraint(
            "city", "settlement", "agreement", "tax", "tax_year", "agreement_year", "debtor", "creditor"
        ),
        ForeignKeyConstraint(["city", "settlement"], ["settlement.city", "settlement.id"]),
        ForeignKeyConstraint(["city", "agreement"], ["agreement.city", "agreement.id"]),
        ForeignKeyConstraint(["city", "debtor"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "creditor"], ["region.city", "region.code"]),
        CheckConstraint("debtor <> creditor", name="two_counties"),
        CheckConstraint("fen <> 0", name="not_zero"),
    )

    settlement: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    agreement: UUID = uuid_column()
    debtor: str = text_column()
    creditor: str = text_column()
    tax: Tax = text_enum(Tax, "tax")
    tax_year: int = integer_column()
    agreement_year: int = integer_column()
    fen: int = fen_column("fen")
    facts: dict[str, Any] = json_column()


class SettlementEvent(Base, table=True):
    """One step of a settlement, by a person, on a content named by its hash."""

    __tablename__ = "settlement_event"
    __table_args__ = (
        UniqueConstraint("city", "settlement", "seq"),
        ForeignKeyConstraint(["city", "settlement"], ["settlement.city", "settlement.id"]),
    )

    id: UUID = id_column()
    settlement: UUID = uuid_column()
    seq: int = integer_column()
    action: SettlementAction = text_enum(SettlementAction, "action")
    county: str | None = text_column(nullable=True)
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()
    sha256: str = text_column()
    facts: dict[str, Any] = json_column()


class PaymentNumber(Base, table=True):
    """The last number of a payment order in a year."""

    __tablename__ = "payment_number"

    year: int = integer_column(primary_key=True)
    last: int = integer_column()


class PaymentOrder(Base, table=True):
    """An order to pay a net (拨款指令): from a county to the city, or from the city to a county."""

    __tablename__ = "payment_order"
    __table_args__ = (
        UniqueConstraint("city", "number"),
        UniqueConstraint("city", "settlement", "payer", "payee"),
        ForeignKeyConstraint(["city", "settlement"], ["settlement.city", "settlement.id"]),
        ForeignKeyConstraint(["city", "payer"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "payee"], ["region.city", "region.code"]),
        CheckConstraint("payer <> payee AND city IN (payer, payee)", name="with_city"),
        CheckConstraint("fen > 0", name="positive"),
    )

    id: UUID = id_column()
    settlement: UUID = uuid_column()
    number: str = text_column()
    payer: str = text_column()
    payee: str = text_column()
    fen: int = fen_column("fen")
    due_on: date
    purpose: str = text_column()
    facts: dict[str, Any] = json_column()
    at: datetime = stamp_column()


class Payment(Base, table=True):
    """A payment of an order, by its voucher: recorded by one, checked by another, reversed the same way."""

    __tablename__ = "payment"
    __table_args__ = (
        ForeignKeyConstraint(["city", "payment_order"], ["payment_order.city", "payment_order.id"]),
        CheckConstraint("fen > 0", name="positive"),
        CheckConstraint("checked_by IS NULL OR checked_by <> made_by", name="two_people"),
        CheckConstraint("reversed_by IS NULL OR reversed_by <> reverse_by", name="two_people_reverse"),
        CheckConstraint("state = 'recorded' OR checked_by IS NOT NULL", name="checked_when_moved"),
        CheckConstraint(
            "state NOT IN ('reversing', 'reversed')"
            " OR num_nulls(reverse_by, reverse_name, reverse_reason) = 0",
            name="reversal_asked",
        ),
        CheckConstraint("(state = 'reversed') = (reversed_by IS NOT NULL)", name="reversal_checked"),
        Index(
            "uq_payment_voucher",
            "city",
            "voucher_no",
            unique=True,
            postgresql_where=text("state NOT IN ('rejected', 'reversed')"),
        ),
        Index("ix_payment_order", "city", "payment_order"),
    )

    id: UUID = id_column()
    payment_order: UUID = uuid_column()
    state: PaymentState = text_enum(PaymentState, "state")
    revision: int = integer_column()
    paid_on: date
    voucher_no: str = text_column()
    fen: int = fen_column("fen")
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    checked_by: UUID | None = uuid_column(nullable=True)
    checked_name: str | None = text_column(nullable=True)
    reverse_by: UUID | None = uuid_column(nullable=True)
    reverse_name: str | None = text_column(nullable=True)
    reverse_reason: str | None = text_column(nullable=True)
    reversed_by: UUID | None = uuid_column(nullable=True)
    reversed_name: str | None = text_column(nullable=True)
    at: datetime = stamp_column()
