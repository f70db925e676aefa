"""What a delivery says: made when it is sent, in the view that its receiver has then."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.accounts.seats import principal_for
from services.kit.clock import Clock
from services.kit.i18n import gettext, lazy
from services.notices import vault
from services.notices.addresses import Networks, Resolver, lookup, networks_of
from services.notices.channel_view import eyes_of
from services.notices.mail import Mail
from services.notices.messages import Message, Request, request_of
from services.notices.rules import RULES
from services.notices.service import unread, unread_texts
from services.notices.subjects import Seen, seen
from services.notices.tables import NoticeChannel, NoticeDelivery, NoticePreference
from services.notices.words import ChannelKind, Subject
from services.settings import Settings

Known = Mapping[tuple[Subject, UUID], Seen]

LOST_KEY: Final = "secret cannot be opened"


@dataclass(frozen=True, slots=True)
class Means:
    """What sending is done with."""

    settings: Settings
    clock: Clock
    networks: Networks
    resolver: Resolver = lookup
    seconds: float = 10.0
    """How long one attempt may take."""

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> "Means":
        """Read the means from the process's settings."""
        return cls(settings, clock, networks_of(settings.notice_networks))

    def link(self, path: str | None) -> str:
        """The address of a page of the console, of the inbox where there is none."""
        return self.settings.public_url.rstrip("/") + (path or "/notices")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """All that sending one delivery needs: a request, or a mail; `fault` where it cannot be made.

    Neither of the three stands where nothing is to be said any more.
    """

    row: NoticeDelivery
    kind: ChannelKind | None = None
    request: Request | None = None
    mail: Mail | None = None
    fault: str = ""


async def prepare(
    session: AsyncSession, means: Means, city: str, rows: Sequence[NoticeDelivery]
) -> list[Outgoing]:
    """Read what is to be sent."""
    wanted = {row.channel for row in rows if row.channel is not None}
    found = await session.scalars(
        select(NoticeChannel).where(col(NoticeChannel.city) == city, col(NoticeChannel.id).in_(wanted))
    )
    channels = {one.id: one for one in found}
    by_office: dict[str, set[tuple[Subject, UUID]]] = defaultdict(set)
    for row in rows:
        if row.channel is not None and row.subject is not None and row.subject_id is not None:
            by_office[channels[row.channel].office].add((row.subject, row.subject_id))
    known = {
        office: await seen(session, eyes_of(city, office), matters) for office, matters in by_office.items()
    }
    return [
        await _to_person(session, means, row)
        if row.channel is None
        else _to_channel(means, row, channels[row.channel], known[channels[row.channel].office])
        for row in rows
    ]


def _to_channel(means: Means, row: NoticeDelivery, channel: NoticeChannel, known: Known) -> Outgoing:
    words = _words(row, known)
    if words is None or row.action is None or not channel.active:
        return Outgoing(row)
    text, href = words
    key = means.settings.secret.get_secret_value()
    try:
        url = vault.unseal(row.city, channel.id, "url", channel.sealed_url, key)
        sealed = channel.sealed_secret
        secret = "" if sealed is None else vault.unseal(row.city, channel.id, "secret", sealed, key)
    except vault.VaultError:
        return Outgoing(row, fault=LOST_KEY)
    message = Message(
        id=str(row.id),
        event=row.action,
        text=text,
        link=means.link(href),
        source=means.settings.public_url,
        made_at=row.made_at,
        urgent=RULES[row.action].urgent,
        at=int(means.clock.now().timestamp()),
    )
    return Outgoing(row, kind=channel.kind, request=request_of(channel.kind, url, secret, message))


def _words(row: NoticeDelivery, known: Known) -> tuple[str, str | None] | None:
    """The event in words and its page, where the receiver may know of the subject now."""
    rule = RULES.get(row.action or "")
    if rule is None or row.subject is None or row.subject_id is None:
        return None
    found = known.get((row.subject, row.subject_id))
    return None if found is None else (gettext(rule.text), found.href)


async def _to_person(session: AsyncSession, means: Means, row: NoticeDelivery) -> Outgoing:
    account = row.account or UUID(int=0)
    chosen = await session.get(NoticePreference, (row.city, account))
    principal = await principal_for(session, row.city, account, means.clock.now())
    if chosen is None or not chosen.email or principal is None:
        return Outgoing(row)
    if row.digest_on is not None:
        count = await unread(session, principal)
        if not count:
            return Outgoing(row)
        subject = gettext(lazy("一盘棋：您有 {n} 条未读通知"), n=count)
        lines = [f"{times} × {text}" for text, times in await unread_texts(session, principal)]
        return Outgoing(row, mail=_mail(row, chosen, subject, [*lines, "", means.link(None)]))
    matter = [] if row.subject is None or row.subject_id is None else [(row.subject, row.subject_id)]
    words = _words(row, await seen(session, principal, matter))
    if words is None:
        return Outgoing(row)
    return Outgoing(
        row, mail=_mail(row, chosen, gettext(lazy("一盘棋：紧急事项")), [words[0], "", means.link(words[1])])
    )


def _mail(row: NoticeDelivery, chosen: NoticePreference, subject: str, lines: Sequence[str]) -> Mail:
    return Mail(str(row.id), chosen.email, subject, "\n".join(lines) + "\n")
