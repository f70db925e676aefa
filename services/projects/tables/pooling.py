"""What a decision rests on: evidence of progress, joint visits, who may be named, joint meetings."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    texts_column,
    uuid_column,
)
from services.projects.pool_words import Position, ProgressKind
from services.projects.words import ConsentKind


class HoldProgress(Base, table=True):
    """Evidence that a held project moves: a visit's record, a land letter, a filing. Append-only."""

    __tablename__ = "hold_progress"
    __table_args__ = (
        ForeignKeyConstraint(["city", "hold"], ["hold.city", "hold.id"]),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint("document <> ''", name="document"),
        Index("ix_hold_progress_hold", "city", "hold"),
    )

    id: UUID = id_column()
    hold: UUID = uuid_column()
    project: UUID = uuid_column()
    kind: ProgressKind = text_enum(ProgressKind, "kind")
    document: str = text_column()
    happened_on: date
    by: UUID | None = uuid_column(nullable=True)
    by_name: str = text_column()
    at: datetime = stamp_column()


class OriginAgreement(Base, table=True):
    """The origin agrees that a county may learn the name, once it has accepted the terms. Append-only."""

    __tablename__ = "origin_agreement"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        Index("ix_origin_agreement_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    county: str = text_column()
    agreed_on: date
    by: UUID | None = uuid_column(nullable=True)
    by_name: str = text_column()
    at: datetime = stamp_column()


class InvestorRefusal(Base, table=True):
    """The investor will not be seen by counties, or by any; what it agreed to before ends. Append-only.

    No counties: it refuses the pool as a whole.
    """

    __tablename__ = "investor_refusal"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint("(kind = 'pool') = (cardinality(counties) = 0)", name="counties_named"),
        Index("ix_investor_refusal_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    kind: ConsentKind = text_enum(ConsentKind, "kind")
    counties: list[str] = texts_column()
    refused_on: date
    at: datetime = stamp_column()


class JointVisit(Base, table=True):
    """A joint visit (联合考察) of origin, host and investor, with its record. Append-only."""

    __tablename__ = "joint_visit"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint("record <> '' AND host_people <> '' AND investor_people <> ''", name="filled"),
        CheckConstraint("(origin_people <> '') = origin_present", name="origin_named"),
        Index("ix_joint_visit_project", "city", "project", "county"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    county: str = text_column()
    park: str = text_column()
    visited_on: date
    origin_present: bool
    origin_people: str = text_column()
    host_people: str = text_column()
    investor_people: str = text_column()
    record: str = text_column()
    files: list[str] = texts_column()
    """Numbers of what is filed with it."""
    by: UUID | None = uuid_column(nullable=True)
    by_name: str = text_column()
    at: datetime = stamp_column()


class JointMeeting(Base, table=True):
    """A joint meeting (联席会议): called with its agenda, then concluded once by its minutes' number."""

    __tablename__ = "joint_meeting"
    __table_args__ = (
        UniqueConstraint("city", "minutes_no"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint(
            "(minutes_no IS NULL) = (minutes_on IS NULL) AND minutes_no <> '' AND minutes_on >= held_on",
            name="minutes",
        ),
        CheckConstraint("revision >= 1", name="revision"),
    )

    id: UUID = id_column()
    title: str = text_column()
    held_on: date
    agenda: str = text_column()
    called_by: UUID | None = uuid_column(nullable=True)
    called_name: str = text_column()
    minutes_no: str | None = text_column(nullable=True)
    minutes_on: date | None = None
    minutes_by: UUID | None = uuid_column(nullable=True)
    revision: int = integer_column()
    at: datetime = stamp_column()


class MeetingItem(Base, table=True):
    """One project on a joint meeting's agenda, and the park that the minutes assign it to."""

    __tablename__ = "meeting_item"
    __table_args__ = (
        UniqueConstraint("city", "meeting", "project"),
        ForeignKeyConstraint(["city", "meeting"], ["joint_meeting.city", "joint_meeting.id"]),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint("(park IS NULL) = (reason = '')", name="assigned"),
        Index("ix_meeting_item_project", "city", "project"),
    )

    id: UUID = id_column()
    meeting: UUID = uuid_column()
    project: UUID = uuid_column()
    question: str = text_column()
    park: str | None = text_column(nullable=True)
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))


class MeetingOpinion(Base, table=True):
    """A county's or a department's written opinion on an item, given before the minutes. Append-only."""

    __tablename__ = "meeting_opinion"
    __table_args__ = (
        UniqueConstraint("city", "item", "body"),
        ForeignKeyConstraint(["city", "item"], ["meeting_item.city", "meeting_item.id"]),
        CheckConstraint("body <> '' AND opinion <> ''", name="filled"),
    )

    id: UUID = id_column()
    item: UUID = uuid_column()
    body: str = text_column()
    """A region's code, or a value of `Department`."""
    position: Position = text_enum(Position, "position")
    opinion: str = text_column()
    document: str = text_column()
    given_on: date
    by: UUID | None = uuid_column(nullable=True)
    by_name: str = text_column()
    at: datetime = stamp_column()
