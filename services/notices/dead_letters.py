"""Deliveries as the keeper of channels sees them, and sending again what was given up."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.accounts.tables import Account
from services.kit.events import record_event
from services.kit.pagination import Page, decode_cursor, encode_cursor, page_of
from services.notices.channel_schemas import DeliveryFilter, DeliveryView, Resent
from services.notices.channels import find, keeper
from services.notices.errors import NoSuchChannel, NotResendable
from services.notices.tables import NoticeChannel, NoticeDelivery
from services.notices.words import DeliveryState


async def page(
    session: AsyncSession,
    principal: Principal,
    asked: DeliveryFilter,
    *,
    secret: str,
    cursor: str | None = None,
    limit: int = 20,
) -> Page[DeliveryView]:
    """Return one page of deliveries, latest first.

    Raises:
        NotYourChannels: somebody else than the keeper asks.
        BadCursor: a cursor of another list or person.
    """
    keeper(principal)
    bound = f"deliveries|{principal.account}|{asked.state}|{asked.channel}"
    query = (
        select(NoticeDelivery, col(NoticeChannel.name), col(Account.login))
        .outerjoin(
            NoticeChannel,
            (col(NoticeChannel.city) == col(NoticeDelivery.city))
            & (col(NoticeChannel.id) == col(NoticeDelivery.channel)),
        )
        .outerjoin(
            Account,
            (col(Account.city) == col(NoticeDelivery.city))
            & (col(Account.id) == col(NoticeDelivery.account)),
        )
        .where(col(NoticeDelivery.city) == principal.city)
    )
    if asked.state is not None:
        query = query.where(col(NoticeDelivery.state) == asked.state)
    if asked.channel is not None:
        query = query.where(col(NoticeDelivery.channel) == asked.channel)
    if cursor:
        query = query.where(col(NoticeDelivery.id) < UUID(str(decode_cursor(secret, bound, cursor)[0])))
    rows = (await session.execute(query.order_by(col(NoticeDelivery.id).desc()).limit(limit + 1))).all()
    return page_of(
        rows,
        limit,
        item=lambda row: _view(row[0], row[1] or row[2]),
        cursor=lambda row: encode_cursor(secret, bound, [str(row[0].id)]),
    )


async def again(session: AsyncSession, principal: Principal, key: UUID) -> DeliveryView:
    """Put a delivery that was given up back: it is sent within seconds, under the same id.

    Raises:
        NotYourChannels: somebody else than the keeper asks.
        NoSuchChannel: there is no such delivery.
        NotResendable: it waits, was sent, or has nothing to say any more.
    """
    keeper(principal)
    row = await session.get(NoticeDelivery, (principal.city, key), with_for_update=True)
    if row is None:
        raise NoSuchChannel
    if row.state is not DeliveryState.dead:
        raise NotResendable
    await _put_back(session, principal.city, [row.id])
    await _recorded(session, principal, "notice_delivery", key, 1)
    await session.refresh(row)
    name = await session.get(NoticeChannel, (row.city, row.channel)) if row.channel else None
    person = await session.get(Account, (row.city, row.account)) if row.account else None
    return _view(row, name.name if name else person.login if person else "")


async def again_all(session: AsyncSession, principal: Principal, channel: UUID) -> Resent:
    """Put all back that a channel's receiver did not take.

    Raises:
        NoSuchChannel: there is no such channel.
    """
    row = await find(session, principal, channel)
    found = await session.scalars(
        select(col(NoticeDelivery.id))
        .where(
            col(NoticeDelivery.city) == row.city,
            col(NoticeDelivery.channel) == row.id,
            col(NoticeDelivery.state) == DeliveryState.dead,
        )
        .with_for_update()
    )
    keys = list(found)
    if keys:
        await _put_back(session, row.city, keys)
        await _recorded(session, principal, "notice_channel", row.id, len(keys))
    return Resent(again=len(keys))


async def _put_back(session: AsyncSession, city: str, keys: list[UUID]) -> None:
    await session.execute(
        update(NoticeDelivery)
        .where(col(NoticeDelivery.city) == city, col(NoticeDelivery.id).in_(keys))
        .values(state=DeliveryState.waiting, attempts=0, next_at=func.clock_timestamp()),
        execution_options={"synchronize_session": False},
    )


async def _recorded(session: AsyncSession, principal: Principal, entity: str, key: UUID, count: int) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="notices.sent_again",
        entity=entity,
        entity_id=key,
        after={"deliveries": count},
    )


def _view(row: NoticeDelivery, receiver: str) -> DeliveryView:
    shown = set(DeliveryView.model_fields) - {"receiver", "digest", "next_at"}
    return DeliveryView(
        **row.model_dump(include=shown),
        receiver=receiver,
        digest=row.digest_on is not None,
        next_at=row.next_at if row.state is DeliveryState.waiting else None,
    )
