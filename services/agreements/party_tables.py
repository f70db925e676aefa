"""Who may be a party: every region of the city, and every party outside it that was declared and checked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import Field

from services.agreements.words import OutsideKind
from services.kit.tables import Base, stamp_column, text_column, text_enum, time_column, uuid_column


class SharingParty(Base, table=True):
    """One who may be a party of agreements, kept by triggers alone.

    `outside` marks a party outside the city: it has no book here, no statement, and no part in the city's
    settlement. Whoever nets dues leaves out what stands towards such a code.
    """

    __tablename__ = "sharing_party"

    code: str = text_column(primary_key=True)
    outside: bool = Field()


class OutsideParty(Base, table=True):
    """A declared party outside the city (市外签约方) and the route by which it settles.

    Somebody declares it, another person checks that; from then on it may be a party and never changes.
    `route` says in words how it settles, `account` refers to an account where one was agreed.
    """

    __tablename__ = "outside_party"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        CheckConstraint("code ~ '^[0-9]{6}$'", name="code"),
        CheckConstraint("btrim(name) <> '' AND btrim(place) <> '' AND btrim(route) <> ''", name="named"),
        CheckConstraint("checked_by <> declared_by", name="two_people"),
        CheckConstraint("(checked_by IS NULL) = (checked_at IS NULL)", name="checked"),
    )

    code: str = text_column(primary_key=True)
    name: str = text_column()
    place: str = text_column()
    kind: OutsideKind = text_enum(OutsideKind, "kind")
    route: str = text_column()
    account: str = text_column()
    declared_by: UUID = uuid_column()
    declared_at: datetime = stamp_column()
    checked_by: UUID | None = uuid_column(nullable=True)
    checked_at: datetime | None = time_column(nullable=True)
