"""Notices, what people chose, the channels of offices, and what is sent over them.

The outbox is `notice_pending`: a trigger writes a row for every event of the audit trail, in the action's
own transaction. Whoever fans out deletes the row in the transaction that writes the notices, so that a worker
that dies neither loses a notice nor doubles one. No row holds a name, an amount or a reason.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from services.kit.tables import (
    Base,
    id_column,
    stamp_column,
    text_column,
    text_enum,
    texts_column,
    time_column,
    uuid_column,
)
from services.notices.words import ChannelKind, DeliveryState, Subject


class NoticePending(Base, table=True):
    """An event that nobody was told of yet."""

    __tablename__ = "notice_pending"
    __table_args__ = (ForeignKeyConstraint(["city", "event"], ["audit_event.city", "audit_event.id"]),)

    event: UUID = uuid_column(primary_key=True)


class Notice(Base, table=True):
    """One event told to one person. It is read once; nothing else of it changes."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("city", "event", "account"),
        ForeignKeyConstraint(["city", "event"], ["audit_event.city", "audit_event.id"]),
        ForeignKeyConstraint(["city", "account"], ["account.city", "account.id"]),
        CheckConstraint("read_at IS NULL OR read_at >= made_at", name="read_after"),
        Index("ix_notice_inbox", "city", "account", "id"),
        Index("ix_notice_unread", "city", "account", postgresql_where=text("read_at IS NULL")),
        Index("ix_notice_made", "city", "made_at"),
    )

    id: UUID = id_column()
    event: UUID = uuid_column()
    account: UUID = uuid_column()
    action: str = text_column()
    """The event's name."""
    subject: Subject = text_enum(Subject, "subject")
    subject_id: UUID = uuid_column()
    urgent: bool = Field(nullable=False)
    made_at: datetime = stamp_column()
    read_at: datetime | None = time_column(nullable=True)


class NoticePreference(Base, table=True):
    """What a person chose: where a digest goes and when, and which events are not told."""

    __tablename__ = "notice_preference"
    __table_args__ = (
        ForeignKeyConstraint(["city", "account"], ["account.city", "account.id"]),
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="hour"),
        CheckConstraint("email = '' OR (length(email) <= 254 AND email ~ '^[!-~]+@[!-~]+$')", name="email"),
        CheckConstraint("digest_hour IS NULL OR email <> ''", name="digest_goes_somewhere"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    account: UUID = uuid_column(primary_key=True)
    email: str = text_column()
    digest_hour: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    """The hour in Shanghai at which a digest goes out; none for no digest."""
    working_days_only: bool = Field(nullable=False)
    urgent_mail: bool = Field(nullable=False)
    muted: list[str] = texts_column()
    digested_on: date | None = None
    """The last day for which a digest was made."""
    revision: int = Field(default=1, sa_column=Column(Integer, nullable=False))


class NoticeChannel(Base, table=True):
    """A receiver of an office: a webhook or a group's robot. Address and secret are sealed, never shown."""

    __tablename__ = "notice_channel"
    __table_args__ = (
        ForeignKeyConstraint(["city", "office"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "made_by"], ["account.city", "account.id"]),
        CheckConstraint("name <> '' AND host <> ''", name="named"),
        CheckConstraint("kind <> 'webhook' OR sealed_secret IS NOT NULL", name="webhook_signed"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    id: UUID = id_column()
    office: str = text_column()
    """Whose view the messages are made in: a county's code, or the city's."""
    kind: ChannelKind = text_enum(ChannelKind, "kind")
    name: str = text_column()
    host: str = text_column()
    """The address's host, which is all of it that is shown."""
    sealed_url: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sealed_secret: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    urgent_only: bool = Field(nullable=False)
    active: bool = Field(nullable=False)
    made_by: UUID = uuid_column()
    made_at: datetime = stamp_column()
    revision: int = Field(default=1, sa_column=Column(Integer, nullable=False))


class NoticeDelivery(Base, table=True):
    """One message to one channel, or one mail to one person: an urgent event, or a day's digest."""

    __tablename__ = "notice_delivery"
    __table_args__ = (
        UniqueConstraint("city", "channel", "event"),
        UniqueConstraint("city", "account", "event"),
        UniqueConstraint("city", "account", "digest_on"),
        ForeignKeyConstraint(["city", "channel"], ["notice_channel.city", "notice_channel.id"]),
        ForeignKeyConstraint(["city", "account"], ["account.city", "account.id"]),
        ForeignKeyConstraint(["city", "event"], ["audit_event.city", "audit_event.id"]),
        CheckConstraint("num_nonnulls(channel, account) = 1", name="one_receiver"),
        CheckConstraint("num_nonnulls(event, digest_on) = 1", name="one_matter"),
        CheckConstraint("digest_on IS NULL OR account IS NOT NULL", name="digest_to_person"),
        CheckConstraint("num_nonnulls(event, action, subject, subject_id) IN (0, 4)", name="whole_event"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent_dated"),
        Index("ix_notice_delivery_due", "city", "next_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_notice_delivery_made", "city", "made_at"),
    )

    id: UUID = id_column()
    channel: UUID | None = uuid_column(nullable=True)
    account: UUID | None = uuid_column(nullable=True)
    event: UUID | None = uuid_column(nullable=True)
    action: str | None = text_column(nullable=True)
    subject: Subject | None = text_enum(Subject, "subject", nullable=True)
    subject_id: UUID | None = uuid_column(nullable=True)
    digest_on: date | None = None
    state: DeliveryState = text_enum(DeliveryState, "state")
    attempts: int = Field(sa_column=Column(Integer, nullable=False))
    next_at: datetime = time_column()
    """When it is tried next; while it is tried, when another worker may take it up."""
    last_status: str = text_column()
    """A short word on the last attempt; never what the receiver wrote."""
    made_at: datetime = stamp_column()
    sent_at: datetime | None = time_column(nullable=True)
