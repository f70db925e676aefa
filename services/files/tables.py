"""Files kept whole in the database, what each proves, and who asked to read them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, LargeBinary
from sqlmodel import Field

from services.files.words import EvidenceKind, FileKind, Subject
from services.kit.tables import (
    Base,
    amount_column,
    id_column,
    stamp_column,
    text_column,
    text_enum,
    time_column,
    uuid_column,
)


class FileContent(Base, table=True):
    """Bytes, kept once in a city under their SHA-256. After its time the content may go; the row stays."""

    __tablename__ = "file_content"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        CheckConstraint("content IS NULL OR encode(sha256(content), 'hex') = sha256", name="addressed"),
        CheckConstraint("content IS NULL OR octet_length(content) = size", name="whole"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$' AND size > 0", name="digest"),
        CheckConstraint(
            "(content IS NULL) = (pruned_at IS NOT NULL)"
            " AND (content IS NULL) = (btrim(pruned_reason) <> '')",
            name="pruned",
        ),
    )

    sha256: str = text_column(primary_key=True)
    size: int = amount_column("size")
    kind: FileKind = text_enum(FileKind, "kind")
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    kept_at: datetime = stamp_column()
    pruned_at: datetime | None = time_column(nullable=True)
    pruned_reason: str = text_column()


class StoredFile(Base, table=True):
    """One upload: what it is called, what it proves, who brought it. Append-only."""

    __tablename__ = "file"
    __table_args__ = (
        ForeignKeyConstraint(["city", "sha256"], ["file_content.city", "file_content.sha256"]),
        CheckConstraint("btrim(name) <> ''", name="name"),
        Index("ix_file_sha256", "city", "sha256"),
    )

    id: UUID = id_column()
    name: str = text_column()
    sha256: str = text_column()
    purpose: EvidenceKind = text_enum(EvidenceKind, "purpose")
    note: str = text_column()
    uploader: UUID = uuid_column()
    uploader_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class FileBinding(Base, table=True):
    """A file proves something of a subject. Append-only; taking it back is a row of its own."""

    __tablename__ = "file_binding"
    __table_args__ = (
        ForeignKeyConstraint(["city", "file"], ["file.city", "file.id"]),
        Index("ix_file_binding_subject", "city", "subject", "subject_id"),
        Index("ix_file_binding_file", "city", "file"),
    )

    id: UUID = id_column()
    file: UUID = uuid_column()
    # No foreign key: subjects are rows of the slices above.
    subject: Subject = text_enum(Subject, "subject")
    subject_id: UUID = uuid_column()
    proves: EvidenceKind = text_enum(EvidenceKind, "proves")
    bound_by: UUID = uuid_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class FileBindingEnd(Base, table=True):
    """A binding was a mistake, or is over: from here it shows the file to nobody. Append-only."""

    __tablename__ = "file_binding_end"
    __table_args__ = (
        ForeignKeyConstraint(["city", "binding"], ["file_binding.city", "file_binding.id"]),
        CheckConstraint("btrim(reason) <> ''", name="reason"),
    )

    binding: UUID = uuid_column(primary_key=True)
    reason: str = text_column()
    ended_by: UUID = uuid_column()
    on_date: date
    at: datetime = stamp_column()


class FileUnlock(Base, table=True):
    """Somebody of the city's office stated why they must read a subject's files. Append-only."""

    __tablename__ = "file_unlock"
    __table_args__ = (
        CheckConstraint("btrim(reason) <> ''", name="reason"),
        CheckConstraint("until_on >= from_on", name="span"),
        Index("ix_file_unlock_subject", "city", "subject", "subject_id", "account"),
    )

    id: UUID = id_column()
    subject: Subject = text_enum(Subject, "subject")
    subject_id: UUID = uuid_column()
    account: UUID = uuid_column()
    office: str = text_column()
    reason: str = text_column()
    from_on: date
    until_on: date
    at: datetime = stamp_column()
