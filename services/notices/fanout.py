"""From the outbox to the inboxes: each event once to each person, whatever dies in between.

One transaction takes events out of the outbox and writes their notices, and the deliveries that go out at
once; it locks what it takes and steps over what another worker holds. A worker that is killed leaves the
outbox as it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.accounts.tables import Account
from services.kit.events import AuditEvent
from services.kit.tables import uuid7
from services.notices.audience import Parties, audience_of, load_parties, load_people, rule_of
from services.notices.channel_view import office_of
from services.notices.rules import Rule
from services.notices.tables import (
    Notice,
    NoticeChannel,
    NoticeDelivery,
    NoticePending,
    NoticePreference,
)
from services.notices.words import DeliveryState, Subject

BATCH: Final = 500
"""Events that a transaction takes at most."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Concern:
    """One event with its rule and subject, and whom it concerns."""

    event: AuditEvent
    rule: Rule
    subject: UUID
    people: Mapping[UUID, Account]

    @property
    def told(self) -> list[UUID]:
        """Whom it concerns but for the one who acted, in a fixed order."""
        return sorted(set(self.people) - {self.event.account})


async def fan_out(session: AsyncSession, city: str, limit: int = BATCH) -> tuple[int, int]:
    """Tell the next events, oldest first; how many events were taken and how many notices written.

    What one pass takes is told in the order in which it happened; over several workers no order is promised.
    No events taken means that none waits, or that another worker has them.
    """
    taken = (
        await session.scalars(
            select(col(NoticePending.event))
            .where(col(NoticePending.city) == city)
            .order_by(col(NoticePending.event))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
    if not taken:
        return 0, 0
    concerns = await _concerns(session, city, taken)
    chosen = {row.account: row for row in await _preferences(session, city)} if concerns else {}
    notices = [
        row
        for concern in concerns
        for account in concern.told
        if account not in chosen or concern.event.action not in chosen[account].muted
        for row in [_notice(city, concern, account)]
    ]
    # Ids of one millisecond are in no order of their own: an inbox is read by them.
    for row, key in zip(notices, sorted(uuid7() for _ in notices), strict=True):
        row["id"] = key
    await _insert(session, Notice, notices)
    await _insert(session, NoticeDelivery, await _pushed(session, city, concerns, chosen))
    await session.execute(
        delete(NoticePending).where(col(NoticePending.city) == city, col(NoticePending.event).in_(taken))
    )
    return len(taken), len(notices)


async def _concerns(session: AsyncSession, city: str, taken: Sequence[UUID]) -> list[Concern]:
    events = await session.scalars(
        select(AuditEvent)
        .where(col(AuditEvent.city) == city, col(AuditEvent.id).in_(taken))
        .order_by(col(AuditEvent.at), col(AuditEvent.id))
    )
    known = [(event, *found) for event in events if (found := rule_of(event)) is not None]
    if not known:
        return []
    wanted: dict[Subject, set[UUID]] = defaultdict(set)
    for _, rule, key in known:
        wanted[rule.subject].add(key)
    parties: dict[tuple[Subject, UUID], Parties] = {}
    for subject, keys in wanted.items():
        found_parties = await load_parties(session, city, subject, sorted(keys))
        parties |= {(subject, key): value for key, value in found_parties.items()}
    people = await load_people(session, city)
    return [
        Concern(event, rule, key, audience_of(people, rule, event, parties[rule.subject, key]))
        for event, rule, key in known
        if (rule.subject, key) in parties
    ]


def _notice(city: str, concern: Concern, account: UUID) -> Row:
    return {"account": account, "urgent": concern.rule.urgent, **_matter(city, concern)}


def _matter(city: str, concern: Concern) -> Row:
    return {
        "city": city,
        "event": concern.event.id,
        "action": concern.event.action,
        "subject": concern.rule.subject,
        "subject_id": concern.subject,
    }


async def _pushed(
    session: AsyncSession,
    city: str,
    concerns: Iterable[Concern],
    chosen: Mapping[UUID, NoticePreference],
) -> list[Row]:
    """What goes out at once: to the channels of the offices concerned, and urgent mail to who wants it."""
    found = await session.scalars(
        select(NoticeChannel).where(col(NoticeChannel.city) == city, col(NoticeChannel.active))
    )
    channels = found.all()
    rows = []
    for concern in concerns:
        urgent = concern.rule.urgent
        offices = {office_of(one.city, one.role, one.county) for one in concern.people.values()}
        rows += [
            _delivery(city, concern, channel=channel.id)
            for channel in channels
            if channel.office in offices and (urgent or not channel.urgent_only)
        ]
        rows += [
            _delivery(city, concern, account=account)
            for account in concern.told
            if urgent and account in chosen and chosen[account].urgent_mail
        ]
    return rows


def _delivery(
    city: str, concern: Concern, *, channel: UUID | None = None, account: UUID | None = None
) -> Row:
    return {
        "id": uuid7(),
        "channel": channel,
        "account": account,
        "state": DeliveryState.waiting,
        "attempts": 0,
        "last_status": "",
        **_matter(city, concern),
    }


async def _preferences(session: AsyncSession, city: str) -> Sequence[NoticePreference]:
    query = select(NoticePreference).where(col(NoticePreference.city) == city)
    return (await session.scalars(query)).all()


async def _insert(session: AsyncSession, table: type[Notice] | type[NoticeDelivery], rows: list[Row]) -> None:
    """Write rows by one statement that is sent with many values; what is there already stays."""
    if not rows:
        return
    statement = insert(table.__table__)  # type: ignore[union-attr] # SQLModel does not type its table
    if table is NoticeDelivery:
        statement = statement.values(next_at=func.clock_timestamp())
    await session.execute(statement.on_conflict_do_nothing(), rows)
