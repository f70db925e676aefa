"""The auditor's letters (审计通知书): under whose number masked names are read, in what scope and time."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint

from services.kit.tables import (
    Base,
    id_column,
    stamp_column,
    text_column,
    texts_column,
    time_column,
    uuid_column,
)


class AuditLetter(Base, table=True):
    """A letter that opens masked names to one auditor.

    `counties` are those whose projects it covers, empty for all; it counts from `from_on` to `until_on`, both
    days included, once another person has checked it, and until it is ended. Three different people.
    """

    __tablename__ = "audit_letter"
    __table_args__ = (
        ForeignKeyConstraint(["city", "auditor"], ["account.city", "account.id"]),
        UniqueConstraint("city", "number", "auditor"),
        CheckConstraint("btrim(number) <> ''", name="number"),
        CheckConstraint("from_on <= until_on", name="span"),
        CheckConstraint(
            "checked_by <> recorded_by AND auditor <> recorded_by AND auditor <> checked_by",
            name="three_people",
        ),
        CheckConstraint("(checked_by IS NULL) = (checked_at IS NULL)", name="checked"),
    )

    id: UUID = id_column()
    number: str = text_column()
    auditor: UUID = uuid_column()
    counties: list[str] = texts_column()
    from_on: date
    until_on: date
    note: str = text_column()
    recorded_by: UUID = uuid_column()
    recorded_at: datetime = stamp_column()
    checked_by: UUID | None = uuid_column(nullable=True)
    checked_at: datetime | None = time_column(nullable=True)
    ended_on: date | None = None
