"""The city's channels and what was sent over them, over HTTP, for the system administrator."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT, Page
from services.kit.routing import link_next, require_if_match, set_etag, versioned
from services.notices import channels, dead_letters
from services.notices.channel_schemas import (
    ChannelChange,
    ChannelForm,
    Channels,
    ChannelView,
    DeliveryFilter,
    DeliveryView,
    IssuedSecret,
    Resent,
)

router = APIRouter()

Keeper = Annotated[Principal, Depends(Requires(Scope.channels_write))]
Channel = Annotated[UUID, Path(description="A channel's id")]


class DeliveryQuery(DeliveryFilter):
    """Which deliveries are meant, and the place in their list."""

    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


@router.get("/notice-channels")
async def get_channels(request: Request, principal: Keeper, session: SessionDep) -> Channels:
    """List the city's channels, and how mail stands."""
    return await channels.channels(session, principal, request.app.state.settings)


@router.post("/notice-channels", status_code=201, response_model=ChannelView)
async def post_channel(
    request: Request, body: ChannelForm, principal: Keeper, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Make a channel; an address inside the house is refused unless the operator allows its network."""

    async def effect() -> ChannelView:
        return await channels.make(session, principal, body, request.app.state.settings)

    return await once.run(principal, principal.city, effect, status=201, headers=_made)


def _made(answer: ChannelView) -> dict[str, str]:
    return {"Location": f"/v1/notice-channels/{answer.id}", **versioned(answer)}


@router.get("/notice-channels/{channel}")
async def get_channel(
    response: Response, channel: Channel, principal: Keeper, session: SessionDep
) -> ChannelView:
    """Show a channel, without address and secret."""
    found = await channels.channel(session, principal, channel)
    set_etag(response, found.revision)
    return found


@router.put("/notice-channels/{channel}")
async def put_channel(
    request: Request,
    response: Response,
    channel: Channel,
    body: ChannelChange,
    principal: Keeper,
    session: SessionDep,
) -> ChannelView:
    """Rename a channel, choose what it is told, stop it or let it go on."""
    found = await channels.change(session, principal, channel, body, require_if_match(request))
    set_etag(response, found.revision)
    return found


@router.post("/notice-channels/{channel}/secret", status_code=201)
async def post_secret(
    request: Request, response: Response, channel: Channel, principal: Keeper, session: SessionDep
) -> IssuedSecret:
    """Make a webhook's new secret and show it, this once.

    No key and no replay: the answer is kept nowhere.
    """
    response.headers["Cache-Control"] = "no-store"
    return await channels.issue_secret(session, principal, channel, request.app.state.settings)


@router.post("/notice-channels/{channel}/again", response_model=Resent)
async def post_channel_again(
    channel: Channel, principal: Keeper, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Send again all that a channel's receiver did not take."""

    async def effect() -> Resent:
        return await dead_letters.again_all(session, principal, channel)

    return await once.run(principal, principal.city, effect)


@router.get("/notice-deliveries")
async def get_deliveries(
    request: Request,
    response: Response,
    principal: Keeper,
    session: SessionDep,
    asked: Annotated[DeliveryQuery, Query()],
) -> Page[DeliveryView]:
    """List deliveries, latest first: `state=dead` for those that were given up."""
    found = await dead_letters.page(
        session,
        principal,
        asked,
        secret=request.app.state.settings.secret.get_secret_value(),
        cursor=asked.cursor,
        limit=asked.limit,
    )
    link_next(request, response, found.next)
    return found


@router.post("/notice-deliveries/{delivery}/again", response_model=DeliveryView)
async def post_delivery_again(
    delivery: UUID, principal: Keeper, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Send a delivery again that was given up."""

    async def effect() -> DeliveryView:
        return await dead_letters.again(session, principal, delivery)

    return await once.run(principal, principal.city, effect)
