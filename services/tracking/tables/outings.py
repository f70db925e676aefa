"""外出招商: who was out, for how many days, and which firms were met. Append-only; an error is withdrawn."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index

from allocation.tracking.words import OutingRole
from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)


class Outing(Base, table=True):
    """One trip of a unit, led by a post."""

    __tablename__ = "outing"
    __table_args__ = (
        ForeignKeyConstraint(["city", "unit"], ["region.city", "region.code"]),
        CheckConstraint("to_on >= from_on AND to_on <= on_date", name="span"),
        CheckConstraint("btrim(post) <> ''", name="post"),
        CheckConstraint("post !~ '[0-9]{5}'", name="no_phone"),
        CheckConstraint("btrim(place) <> ''", name="place"),
        CheckConstraint("visits >= 0", name="visits"),
        Index("ix_outing_from", "city", "from_on"),
    )

    id: UUID = id_column()
    unit: str = text_column()
    role: OutingRole = text_enum(OutingRole, "role")
    post: str = text_column()
    from_on: date
    to_on: date
    place: str = text_column()
    visits: int = integer_column()
    result: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class OutingFirm(Base, table=True):
    """A firm met on a trip: one of a list of target firms, or by its name."""

    __tablename__ = "outing_firm"
    __table_args__ = (
        ForeignKeyConstraint(["city", "outing"], ["outing.city", "outing.id"]),
        ForeignKeyConstraint(["city", "target"], ["target_firm.city", "target_firm.id"]),
        CheckConstraint("btrim(name) <> ''", name="name"),
        CheckConstraint("seq >= 1", name="seq"),
    )

    outing: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    name: str = text_column()
    target: UUID | None = uuid_column(nullable=True)


class OutingWithdrawal(Base, table=True):
    """Why an entry does not count."""

    __tablename__ = "outing_withdrawal"
    __table_args__ = (
        ForeignKeyConstraint(["city", "outing"], ["outing.city", "outing.id"]),
        CheckConstraint("btrim(reason) <> ''", name="reason"),
    )

    outing: UUID = uuid_column(primary_key=True)
    reason: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()
