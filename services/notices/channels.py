"""The city's channels: webhooks and robots, kept by the system administrator, who reads no leads.

Address and secret go in and never come out; a webhook's secret is made here and shown once.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.notices import can_manage_channels
from auth.principal import Principal
from services.kit.errors import FieldError, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.notices import vault
from services.notices.addresses import RefusedAddress, Target, networks_of, target_of
from services.notices.channel_schemas import ChannelChange, ChannelForm, Channels, ChannelView, IssuedSecret
from services.notices.errors import AddressRefused, BadChannel, NoSuchChannel, NotYourChannels
from services.notices.messages import new_webhook_secret
from services.notices.tables import NoticeChannel, NoticeDelivery
from services.notices.words import ChannelKind, DeliveryState
from services.regions.repo import load_counties
from services.settings import Settings

SIGNED = frozenset({ChannelKind.dingtalk, ChannelKind.feishu})
"""Robots that may have a secret beside their address."""


def keeper(principal: Principal) -> None:
    """Let the keeper of channels pass.

    Raises:
        NotYourChannels: somebody else asks.
    """
    if not can_manage_channels(principal):
        raise NotYourChannels


async def channels(session: AsyncSession, principal: Principal, settings: Settings) -> Channels:
    """List the city's channels by office and name, and how mail stands."""
    keeper(principal)
    query = select(NoticeChannel).where(col(NoticeChannel.city) == principal.city)
    rows = await session.scalars(
        query.order_by(col(NoticeChannel.office), col(NoticeChannel.name), col(NoticeChannel.id))
    )
    counts = await _counts(session, principal.city)
    return Channels(
        items=[_view(row, counts) for row in rows],
        mail=bool(settings.smtp_host),
        mail_waiting=counts.get((None, DeliveryState.waiting), 0),
        mail_dead=counts.get((None, DeliveryState.dead), 0),
    )


async def channel(session: AsyncSession, principal: Principal, key: UUID) -> ChannelView:
    """Return one channel.

    Raises:
        NoSuchChannel: there is none.
    """
    row = await find(session, principal, key)
    return _view(row, await _counts(session, principal.city))


async def make(
    session: AsyncSession, principal: Principal, form: ChannelForm, settings: Settings
) -> ChannelView:
    """Make a channel. A webhook's secret is made too, and is shown when a new one is asked for.

    Raises:
        AddressRefused: nothing is sent to that address.
        BadChannel: no county and not the city, or a secret that this kind does not take.
    """
    keeper(principal)
    faults = []
    if form.office not in await _offices(session, principal.city):
        faults.append(FieldError("/office", "unknown", lazy("请选择本市或其县区")))
    if form.secret and form.kind not in SIGNED:
        faults.append(FieldError("/secret", "not_taken", lazy("只有钉钉和飞书机器人需填签名密钥")))
    if faults:
        raise BadChannel(errors=faults)
    target = await _target(form.url, settings)
    secret = new_webhook_secret() if form.kind is ChannelKind.webhook else form.secret
    key, city, sealing = uuid7(), principal.city, settings.secret.get_secret_value()
    row = NoticeChannel(
        city=city,
        id=key,
        office=form.office,
        kind=form.kind,
        name=form.name.strip(),
        host=target.host,
        sealed_url=vault.seal(city, key, "url", form.url, sealing),
        sealed_secret=vault.seal(city, key, "secret", secret, sealing) if secret else None,
        urgent_only=form.urgent_only,
        active=True,
        made_by=principal.account,
        revision=1,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row, ["made_at"])
    await _recorded(session, principal, "notices.channel_made", row)
    return _view(row, {})


async def _target(url: str, settings: Settings) -> Target:
    try:
        return await target_of(url, networks_of(settings.notice_networks))
    except RefusedAddress as error:
        raise AddressRefused(errors=[FieldError("/url", "address_refused", str(error))]) from error


async def _offices(session: AsyncSession, city: str) -> set[str]:
    return {city} | {unit.code for unit in await load_counties(session, city)}


async def change(
    session: AsyncSession, principal: Principal, key: UUID, form: ChannelChange, seen_revision: int
) -> ChannelView:
    """Rename a channel, choose what it is told, stop it or let it go on.

    What waits for a channel that is stopped is not sent.

    Raises:
        NoSuchChannel: there is none.
        Stale: it was changed since.
    """
    row = await find(session, principal, key, lock=True)
    if row.revision != seen_revision:
        raise Stale
    before = _facts(row)
    row.name, row.urgent_only, row.active = form.name.strip(), form.urgent_only, form.active
    row.revision += 1
    await _recorded(session, principal, "notices.channel_changed", row, before)
    return _view(row, await _counts(session, principal.city))


async def issue_secret(
    session: AsyncSession, principal: Principal, key: UUID, settings: Settings
) -> IssuedSecret:
    """Make a webhook's new secret; the one before is void at once.

    Raises:
        NoSuchChannel: there is none.
        BadChannel: a robot, whose platform gives its secret.
    """
    row = await find(session, principal, key, lock=True)
    if row.kind is not ChannelKind.webhook:
        raise BadChannel(errors=[FieldError("/kind", "not_taken", lazy("机器人的密钥由其平台给出"))])
    secret = new_webhook_secret()
    row.sealed_secret = vault.seal(row.city, row.id, "secret", secret, settings.secret.get_secret_value())
    row.revision += 1
    await _recorded(session, principal, "notices.channel_secret", row)
    return IssuedSecret(secret=secret)


async def find(
    session: AsyncSession, principal: Principal, key: UUID, *, lock: bool = False
) -> NoticeChannel:
    """Return a channel's row.

    Raises:
        NotYourChannels: somebody else than the keeper asks.
        NoSuchChannel: there is none.
    """
    keeper(principal)
    query = select(NoticeChannel).where(
        col(NoticeChannel.city) == principal.city, col(NoticeChannel.id) == key
    )
    row = (await session.scalars(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise NoSuchChannel
    return row


async def _recorded(
    session: AsyncSession,
    principal: Principal,
    action: str,
    row: NoticeChannel,
    before: dict[str, object] | None = None,
) -> None:
    await session.flush()
    await record_event(
        session,
        row.city,
        actor=principal,
        action=action,
        entity="notice_channel",
        entity_id=row.id,
        before=before,
        after=_facts(row),
    )


def _facts(row: NoticeChannel) -> dict[str, object]:
    """What the audit trail keeps of a channel: never its address or secret."""
    return row.model_dump(
        mode="json", include={"office", "kind", "name", "host", "urgent_only", "active", "revision"}
    )


_Counts = dict[tuple[UUID | None, DeliveryState], int]


async def _counts(session: AsyncSession, city: str) -> _Counts:
    rows = await session.execute(
        select(col(NoticeDelivery.channel), col(NoticeDelivery.state), func.count())
        .where(
            col(NoticeDelivery.city) == city,
            col(NoticeDelivery.state).in_([DeliveryState.waiting, DeliveryState.dead]),
        )
        .group_by(col(NoticeDelivery.channel), col(NoticeDelivery.state))
    )
    return {(key, state): count for key, state, count in rows}


def _view(row: NoticeChannel, counts: _Counts) -> ChannelView:
    return ChannelView(
        **row.model_dump(include=set(ChannelView.model_fields) - {"signed", "waiting", "dead"}),
        signed=row.sealed_secret is not None,
        waiting=counts.get((row.id, DeliveryState.waiting), 0),
        dead=counts.get((row.id, DeliveryState.dead), 0),
    )
