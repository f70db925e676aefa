"""通知渠道: where notices go outside, what was not taken there, and sending it again."""

from types import MappingProxyType
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.approval_words import bad_fields
from services.console.frame import field_errors, redirect, render
from services.console.once import Done, once
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.notices import channels, dead_letters
from services.notices.channel_schemas import ChannelChange, ChannelForm, DeliveryFilter
from services.notices.words import CHANNELS, DELIVERIES, DeliveryState
from services.regions.repo import load_counties, unit_names

router = APIRouter()

Keeper = Annotated[Principal, Depends(NeedsScope(Scope.channels_write))]
Field = Annotated[str, Form(max_length=20_000)]
LABELS: Final = MappingProxyType(
    {
        "office": lazy("单位"),
        "kind": lazy("类型"),
        "name": lazy("名称"),
        "url": lazy("地址"),
        "secret": lazy("签名密钥"),
    }
)


@router.get("/notice-channels")
async def show_channels(request: Request, principal: Keeper, session: SessionDep) -> Response:
    """List the city's channels, and how mail stands."""
    return render(
        request,
        principal,
        "notices/channels.html",
        found=await channels.channels(session, principal, request.app.state.settings),
        kinds=CHANNELS,
        names=await unit_names(session, principal.city),
    )


@router.get("/notice-channels/new")
async def new_channel(request: Request, principal: Keeper, session: SessionDep) -> Response:
    """Show the form of a new channel."""
    return await _form(request, principal, session, {}, {})


@router.post("/notice-channels/new")
async def post_channel(
    request: Request,
    principal: Keeper,
    session: SessionDep,
    office: Field = "",
    kind: Field = "",
    name: Field = "",
    url: Field = "",
    secret: Field = "",
    urgent_only: Field = "",
) -> Response:
    """Make a channel: 303 to its page, 422 with the form otherwise."""
    form = {"office": office, "kind": kind, "name": name, "url": url.strip(), "secret": secret.strip()}
    given = {**form, "urgent_only": bool(urgent_only)}
    try:
        wanted = ChannelForm.model_validate(given)

        async def made() -> Done:
            found = await channels.make(session, principal, wanted, request.app.state.settings)
            return Done(to=f"/notice-channels/{found.id}", note=lazy("通知渠道已建立"))

        return await once(request, principal, session, made)
    except ValidationError as error:
        shown = bad_fields(request, error, LABELS)
    except DomainError as error:
        shown = field_errors(request, error)
    # The secret is typed again: no page carries it.
    return await _form(request, principal, session, shown, {**given, "secret": ""})


async def _form(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    errors: dict[str, str],
    form: dict[str, object],
) -> Response:
    names = await unit_names(session, principal.city)
    offices = [principal.city, *(one.code for one in await load_counties(session, principal.city))]
    locale = locale_of(request)
    return render(
        request,
        principal,
        "notices/channel_new.html",
        status=422 if errors else 200,
        errors=errors,
        form=form,
        kinds=[(kind.value, gettext(text, locale)) for kind, text in CHANNELS.items()],
        offices=[(code, names.get(code, code)) for code in offices],
    )


@router.get("/notice-channels/deliveries")
async def show_deliveries(
    request: Request,
    principal: Keeper,
    session: SessionDep,
    state: Annotated[DeliveryState, Query()] = DeliveryState.dead,
    cursor: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """List deliveries, those that were given up first."""
    page = await dead_letters.page(
        session,
        principal,
        DeliveryFilter(state=state),
        secret=request.app.state.settings.secret.get_secret_value(),
        cursor=cursor or None,
    )
    return render(
        request,
        principal,
        "notices/deliveries.html",
        page=page,
        state=state,
        states=[(f"/notice-channels/deliveries?state={one}", text, one) for one, text in DELIVERIES.items()],
    )


@router.post("/notice-channels/deliveries/{delivery:uuid}/again")
async def delivery_again(
    delivery: UUID, request: Request, principal: Keeper, session: SessionDep
) -> Response:
    """Send a delivery again that was given up."""
    await dead_letters.again(session, principal, delivery)
    return redirect(request, "/notice-channels/deliveries", lazy("已安排重发"))


@router.get("/notice-channels/{channel:uuid}")
async def show_channel(channel: UUID, request: Request, principal: Keeper, session: SessionDep) -> Response:
    """Show a channel and what may be done with it."""
    return await _channel(request, principal, session, channel)


async def _channel(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    key: UUID,
    *,
    secret: str = "",
    errors: dict[str, str] | None = None,
    form: dict[str, object] | None = None,
) -> Response:
    found = await channels.channel(session, principal, key)
    return render(
        request,
        principal,
        "notices/channel.html",
        status=422 if errors else 200,
        channel=found,
        form=form or found.model_dump(),
        errors=errors or {},
        secret=secret,
        kinds=CHANNELS,
        names=await unit_names(session, principal.city),
    )


@router.post("/notice-channels/{channel:uuid}")
async def change_channel(
    channel: UUID,
    request: Request,
    principal: Keeper,
    session: SessionDep,
    revision: Annotated[int, Form(ge=0)],
    name: Field = "",
    urgent_only: Field = "",
    active: Field = "",
) -> Response:
    """Change a channel: 303 to its page, 422 with the form otherwise."""
    form: dict[str, object] = {"name": name, "urgent_only": bool(urgent_only), "active": bool(active)}
    try:
        wanted = ChannelChange.model_validate(form)

        async def changed() -> Done:
            await channels.change(session, principal, channel, wanted, revision)
            return Done(to=f"/notice-channels/{channel}", note=lazy("通知渠道已更改"))

        return await once(request, principal, session, changed)
    except ValidationError as error:
        return await _channel(
            request,
            principal,
            session,
            channel,
            errors=bad_fields(request, error, LABELS),
            form={**form, "revision": revision},
        )


@router.post("/notice-channels/{channel:uuid}/secret")
async def new_secret(channel: UUID, request: Request, principal: Keeper, session: SessionDep) -> Response:
    """Show a webhook's new secret, this once.

    No redirect as after other forms: neither an address nor a cookie may carry it.
    """
    issued = await channels.issue_secret(session, principal, channel, request.app.state.settings)
    return await _channel(request, principal, session, channel, secret=issued.secret)


@router.post("/notice-channels/{channel:uuid}/again")
async def channel_again(channel: UUID, request: Request, principal: Keeper, session: SessionDep) -> Response:
    """Send again all that a channel's receiver did not take."""
    done = await dead_letters.again_all(session, principal, channel)
    return redirect(request, f"/notice-channels/{channel}", lazy("已安排重发 {n} 条"), n=done.again)
