"""What was brought to a superior, once for each clock and superior. Append-only."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from allocation.clock_table import ClockKind, Superior
from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)


class ClockEscalation(Base, table=True):
    """A clock past its last day, brought to who stands above. It locks nothing.

    `county` owes the step (the city's own code for the city), `office` is where it was brought; `seq` is the
    entry of the lead's history that started the clock.
    """

    __tablename__ = "clock_escalation"
    __table_args__ = (
        UniqueConstraint(
            "city", "project", "kind", "county", "seq", "started_on", "level", name="uq_clock_escalation_once"
        ),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "office"], ["region.city", "region.code"]),
        CheckConstraint("seq >= 0", name="seq"),
        CheckConstraint("level BETWEEN 1 AND 2", name="level"),
        CheckConstraint("started_on <= due_on AND due_on < escalated_on", name="late"),
        CheckConstraint("superior <> 'city_office' OR office = city", name="office"),
        Index("ix_clock_escalation_office", "city", "office", "superior"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    kind: ClockKind = text_enum(ClockKind, "kind")
    county: str = text_column()
    seq: int = integer_column()
    started_on: date
    due_on: date
    level: int = integer_column()
    superior: Superior = text_enum(Superior, "superior")
    office: str = text_column()
    escalated_on: date
    at: datetime = stamp_column()
