"""What is asked and answered about notices."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.notices.words import ChannelKind, Subject


class NoticeView(BaseModel):
    """One notice as its reader sees it now.

    Attributes:
        event: the event's name; none where the subject may not be known of any more, as `subject`.
        text: the event in words, or the neutral line.
        label: what the subject is called in the reader's own view.
        href: the subject's page.
    """

    id: UUID
    event: str | None
    text: str
    subject: Subject | None
    label: str | None
    href: str | None
    urgent: bool
    made_at: datetime
    read_at: datetime | None


class Marked(BaseModel):
    """How many notices a reading marked, and how many are unread after it."""

    marked: int
    unread: int


class NoticeFilter(BaseModel):
    """Which notices are meant."""

    model_config = ConfigDict(extra="forbid")

    unread: bool = False


class PreferenceForm(BaseModel):
    """What a person chooses."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[
        str, Field(max_length=254, pattern=r"^([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?$")
    ] = ""
    digest_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    working_days_only: bool = True
    urgent_mail: bool = False
    muted: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=100)] = []


class EventWords(BaseModel):
    """One event that people are told of.

    Attributes:
        urgent: told at once and to everybody concerned; it cannot be opted out of.
        told: who is told, in words.
    """

    event: str
    subject: Subject
    text: str
    told: list[str]
    urgent: bool


class OfficeChannel(BaseModel):
    """A channel of the reader's own office, by name."""

    name: str
    kind: ChannelKind
    urgent_only: bool


class PreferenceView(PreferenceForm):
    """What a person chose, with its version, the events there are and where one's office is told beside."""

    revision: int
    events: list[EventWords]
    channels: list[OfficeChannel]
