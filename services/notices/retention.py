"""Notices are no record: the audit trail is. They are removed when they are old."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.kit.clock import BUSINESS_ZONE
from services.notices.tables import Notice, NoticeDelivery
from services.notices.words import DeliveryState
from services.regions.settings import settings_on


async def remove_old(session: AsyncSession, city: str, today: date) -> int:
    """Remove the notices made before the day that the city's setting names, read or not; how many.

    Deliveries go with them, those that still wait excepted.

    The event stays in the audit trail, and its row in the outbox is long gone, so none is told again.
    """
    days = (await settings_on(session, city, today)).notice_retention_days
    before = datetime.combine(today - timedelta(days=days), time(), BUSINESS_ZONE)
    done = await session.execute(
        delete(Notice)
        .where(col(Notice.city) == city, col(Notice.made_at) < before)
        .returning(col(Notice.id)),
        execution_options={"synchronize_session": False},
    )
    await session.execute(
        delete(NoticeDelivery).where(
            col(NoticeDelivery.city) == city,
            col(NoticeDelivery.made_at) < before,
            col(NoticeDelivery.state) != DeliveryState.waiting,
        ),
        execution_options={"synchronize_session": False},
    )
    return len(done.all())
