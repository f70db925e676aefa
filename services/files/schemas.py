"""What goes in and out of the file store."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.files.words import EvidenceKind, FileKind, Subject

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
FileIds = Annotated[list[UUID], Field(max_length=10, exclude=True)]
"""Files that a form names, at most ten; they are bound, and are no column of what the form makes."""


class ReasonIn(BaseModel):
    """Why something is done."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Words


class BindIn(BaseModel):
    """A file that is already here proves something of the thing at this address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: UUID
    proves: EvidenceKind


class BindingView(BaseModel):
    """What a file proves."""

    id: UUID
    subject: Subject
    subject_id: UUID
    proves: EvidenceKind
    office: str
    on_date: date
    ended_on: date | None = None
    end_reason: str = ""
    may_end: bool = False


class FileView(BaseModel):
    """A file as somebody sees it who may read it, with those bindings by which they may."""

    id: UUID
    name: str
    kind: FileKind
    size: int
    """Bytes."""
    sha256: str
    purpose: EvidenceKind
    note: str
    uploader_name: str
    office: str
    on_date: date
    at: datetime
    available: bool
    """Whether the content is still kept."""
    gone_because: str = ""
    bindings: list[BindingView] = []


class FilesView(BaseModel):
    """Files, oldest first."""

    items: list[FileView]
    locked: bool = False
    """Whether there may be files that this person reads only after stating why."""


class BoundFile(BaseModel):
    """A file as a move's history names it: what it proves and its hash, never its name."""

    id: str
    proves: str
    sha256: str
