"""What is asked and answered about channels and what was sent over them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.notices.words import ChannelKind, DeliveryState

Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S")]


class ChannelChange(BaseModel):
    """What may be changed of a channel; for another address one makes another channel."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    urgent_only: bool = False
    active: bool = True


class ChannelForm(BaseModel):
    """A new channel.

    Attributes:
        office: whose view its messages are made in: a county's code or the city's.
        url: where it leads; kept sealed and never shown again.
        secret: what the robot's platform gave for signing; a webhook's is made here.
    """

    model_config = ConfigDict(extra="forbid")

    office: Annotated[str, Field(min_length=1, max_length=20)]
    kind: ChannelKind
    name: Name
    url: Annotated[str, Field(min_length=1, max_length=500)]
    secret: Annotated[str, Field(max_length=200, pattern=r"^[!-~]*$")] = ""
    urgent_only: bool = False


class ChannelView(BaseModel):
    """A channel as an administrator sees it, without address and secret.

    Attributes:
        host: the address's host.
        signed: whether its messages are signed.
        waiting: deliveries that wait.
        dead: deliveries that were given up.
    """

    id: UUID
    office: str
    kind: ChannelKind
    name: str
    host: str
    signed: bool
    urgent_only: bool
    active: bool
    made_at: datetime
    revision: int
    waiting: int
    dead: int


class Channels(BaseModel):
    """The city's channels, and how mail stands.

    Attributes:
        mail: whether a mail server is set.
        mail_waiting: mails that wait.
        mail_dead: mails that were given up.
    """

    items: list[ChannelView]
    mail: bool
    mail_waiting: int
    mail_dead: int


class IssuedSecret(BaseModel):
    """A webhook's new secret, shown this once; the one before is void."""

    secret: str


class DeliveryView(BaseModel):
    """One delivery, without what it was about: who keeps channels reads no leads.

    Attributes:
        channel: to which channel; none for a mail.
        receiver: the channel's name, or the sign-in name of the mail's receiver.
        digest: whether it is a digest.
        next_at: when it is tried next.
        last_status: a short word on the last attempt.
    """

    id: UUID
    channel: UUID | None
    receiver: str
    digest: bool
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    last_status: str
    made_at: datetime
    sent_at: datetime | None


class DeliveryFilter(BaseModel):
    """Which deliveries are meant."""

    model_config = ConfigDict(extra="forbid")

    state: DeliveryState | None = None
    channel: UUID | None = None


class Resent(BaseModel):
    """How many deliveries were put back to be sent again."""

    again: int
