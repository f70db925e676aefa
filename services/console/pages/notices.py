"""通知: one's inbox, and what one chose about it."""

from typing import Annotated
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
from services.kit.i18n import lazy, locale_of
from services.notices import service
from services.notices.rules import MUTABLE
from services.notices.schemas import PreferenceForm
from services.notices.words import CHANNELS

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.me))]
Field = Annotated[str, Form(max_length=300)]


@router.get("/notices")
async def inbox(
    request: Request,
    principal: Reader,
    session: SessionDep,
    unread: Annotated[str, Query(max_length=5)] = "",
    cursor: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """List one's notices, latest first."""
    page = await service.inbox(
        session,
        principal,
        secret=request.app.state.settings.secret.get_secret_value(),
        unread=bool(unread),
        cursor=cursor or None,
        locale=locale_of(request),
    )
    return render(request, principal, "notices/list.html", page=page, only_unread=bool(unread))


@router.post("/notices/read")
async def read_all(
    request: Request, principal: Reader, session: SessionDep, until: Annotated[UUID, Form()]
) -> Response:
    """Mark all notices up to the latest that was shown as read."""
    done = await service.read_all(session, principal, until)
    return redirect(request, "/notices", lazy("已标为已读 {n} 条"), n=done.marked)


@router.post("/notices/{notice:uuid}/read")
async def read_one(notice: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Mark one notice as read."""
    await service.read_one(session, principal, notice)
    return redirect(request, "/notices", lazy("已标为已读"))


@router.get("/notices/settings")
async def show_settings(request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show what one chose."""
    return await _settings(request, principal, session, {}, None)


async def _settings(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    errors: dict[str, str],
    form: dict[str, object] | None,
) -> Response:
    found = await service.preference(session, principal, locale_of(request))
    return render(
        request,
        principal,
        "notices/settings.html",
        status=422 if errors else 200,
        errors=errors,
        events=found.events,
        channels=found.channels,
        kinds=CHANNELS,
        revision=found.revision if form is None else form["revision"],
        form=form or found.model_dump(),
        hours=[(hour, f"{hour:02}:00") for hour in range(24)],
    )


@router.post("/notices/settings")
async def put_settings(
    request: Request,
    principal: Reader,
    session: SessionDep,
    revision: Annotated[int, Form(ge=0)],
    email: Field = "",
    digest_hour: Field = "",
    working_days_only: Field = "",
    urgent_mail: Field = "",
    told: Annotated[list[str] | None, Form(max_length=100)] = None,
) -> Response:
    """Choose: 303 to the settings, 422 with the form otherwise."""
    form: dict[str, object] = {
        "email": email.strip(),
        "digest_hour": digest_hour or None,
        "working_days_only": bool(working_days_only),
        "urgent_mail": bool(urgent_mail),
        "muted": sorted(MUTABLE - set(told or ())),
    }
    try:
        wanted = PreferenceForm.model_validate(form)

        async def chosen() -> Done:
            await service.set_preference(session, principal, wanted, revision)
            return Done(to="/notices/settings", note=lazy("通知设置已保存"))

        return await once(request, principal, session, chosen)
    except ValidationError as error:
        shown = bad_fields(request, error)
    except DomainError as error:
        shown = field_errors(request, error)
    return await _settings(request, principal, session, shown, {**form, "revision": revision})
