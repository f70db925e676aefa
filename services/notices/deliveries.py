"""Deliveries: taken by lease, and recorded; what is sent between the two is in no transaction.

A worker that dies while it sends leaves the delivery to be taken up when its lease is over. So a receiver may
get a message twice, with the same id; it never gets none. No order is promised.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.notices.backoff import wait_after
from services.notices.tables import NoticeDelivery
from services.notices.words import DeliveryState

LEASE: Final = timedelta(seconds=30)
"""How long a worker has a delivery for itself; looking up and sending take half of it at most."""
REST: Final = timedelta(seconds=60)
"""How long a receiver that failed is left alone by its other deliveries."""
BATCH: Final = 50
NOTHING: Final = "nothing to send"
"""What is said of a delivery whose subject may not be known of any more, or whose receiver is no more."""


async def take(session: AsyncSession, city: str, limit: int = BATCH) -> Sequence[NoticeDelivery]:
    """Take deliveries that are due for as long as a lease."""
    due = (
        await session.scalars(
            select(col(NoticeDelivery.id))
            .where(
                col(NoticeDelivery.city) == city,
                col(NoticeDelivery.state) == DeliveryState.waiting,
                col(NoticeDelivery.next_at) <= func.clock_timestamp(),
            )
            .order_by(col(NoticeDelivery.next_at))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()
    if not due:
        return []
    taken = await session.scalars(
        update(NoticeDelivery)
        .where(col(NoticeDelivery.city) == city, col(NoticeDelivery.id).in_(due))
        .values(attempts=col(NoticeDelivery.attempts) + 1, next_at=func.clock_timestamp() + LEASE)
        .returning(NoticeDelivery),
        execution_options={"synchronize_session": False},
    )
    return taken.all()


async def record(session: AsyncSession, row: NoticeDelivery, said: str) -> DeliveryState:
    """Keep what came of an attempt; what somebody else took up meanwhile stays as it is.

    Args:
        session: a transaction.
        row: the delivery as it was taken.
        said: "" where the receiver took it, `NOTHING`, or a short word on the failure.
    """
    wait = wait_after(row.id, row.attempts)
    now = func.clock_timestamp()
    values: dict[str, Any] = {}
    if said == "":
        state, values = DeliveryState.sent, {"sent_at": now}
    elif said == NOTHING:
        state = DeliveryState.stopped
    elif wait is None:
        state = DeliveryState.dead
    else:
        state, values = DeliveryState.waiting, {"next_at": now + timedelta(seconds=wait)}
    await session.execute(
        update(NoticeDelivery)
        .where(
            col(NoticeDelivery.city) == row.city,
            col(NoticeDelivery.id) == row.id,
            col(NoticeDelivery.state) == DeliveryState.waiting,
            col(NoticeDelivery.attempts) == row.attempts,
        )
        .values(state=state, last_status=said or "ok", **values),
        execution_options={"synchronize_session": False},
    )
    return state


async def let_rest(session: AsyncSession, city: str, channels: Iterable[UUID]) -> None:
    """Put off all else that waits for channels that failed: a receiver that hangs holds up no other."""
    failed = sorted(set(channels))
    if not failed:
        return
    until = func.clock_timestamp() + REST
    await session.execute(
        update(NoticeDelivery)
        .where(
            col(NoticeDelivery.city) == city,
            col(NoticeDelivery.channel).in_(failed),
            col(NoticeDelivery.state) == DeliveryState.waiting,
            col(NoticeDelivery.attempts) == 0,
            col(NoticeDelivery.next_at) < until,
        )
        .values(next_at=until),
        execution_options={"synchronize_session": False},
    )
