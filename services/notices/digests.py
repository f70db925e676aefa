"""Digests: once a day at the hour that a person chose, by the database's clock in Shanghai."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.kit.clock import BUSINESS_ZONE
from services.kit.tables import uuid7
from services.kit.workdays import working_calendar
from services.notices.tables import Notice, NoticeDelivery, NoticePreference
from services.notices.words import DeliveryState


async def database_now(session: AsyncSession) -> datetime:
    """Tell the moment by the database's clock."""
    found: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    return found


async def make_digests(session: AsyncSession, city: str, now: datetime) -> int:
    """Make the digests whose hour has come today and which were not made; how many.

    A day on which nothing is unread needs none; on a day off, those who want working days alone get none. A
    worker that was away at the hour makes them when it is back on the same day.
    """
    local = now.astimezone(BUSINESS_ZONE)
    today = local.date()
    query = (
        select(NoticePreference)
        .where(
            col(NoticePreference.city) == city,
            col(NoticePreference.email) != "",
            col(NoticePreference.digest_hour) <= local.hour,
            or_(col(NoticePreference.digested_on).is_(None), col(NoticePreference.digested_on) < today),
            select(col(Notice.id))
            .where(
                col(Notice.city) == col(NoticePreference.city),
                col(Notice.account) == col(NoticePreference.account),
                col(Notice.read_at).is_(None),
            )
            .exists(),
        )
        .with_for_update(skip_locked=True)
    )
    if not working_calendar().is_working(today):
        query = query.where(~col(NoticePreference.working_days_only))
    rows = (await session.scalars(query)).all()
    for row in rows:
        row.digested_on = today
    if rows:
        made = insert(NoticeDelivery).values(
            [
                {
                    "city": city,
                    "id": uuid7(),
                    "account": row.account,
                    "digest_on": today,
                    "state": DeliveryState.waiting,
                    "attempts": 0,
                    "next_at": func.clock_timestamp(),
                    "last_status": "",
                }
                for row in rows
            ]
        )
        await session.execute(made.on_conflict_do_nothing())
    await session.flush()
    return len(rows)
