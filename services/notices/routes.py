"""One's own notices and what one chose, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT, Page
from services.kit.routing import link_next, require_if_match, set_etag
from services.notices import channel_routes, service
from services.notices.schemas import Marked, NoticeFilter, NoticeView, PreferenceForm, PreferenceView

router = APIRouter(prefix="/v1", tags=["notices"])

router.include_router(channel_routes.router)

Reader = Annotated[Principal, Depends(Requires(Scope.me))]


class NoticeQuery(NoticeFilter):
    """Which notices are meant, and the place in their list."""

    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


@router.get("/notices")
async def get_notices(
    request: Request,
    response: Response,
    principal: Reader,
    session: SessionDep,
    asked: Annotated[NoticeQuery, Query()],
) -> Page[NoticeView]:
    """List one's own notices, latest first, each as one may see its subject now."""
    found = await service.inbox(
        session,
        principal,
        secret=request.app.state.settings.secret.get_secret_value(),
        unread=asked.unread,
        cursor=asked.cursor,
        limit=asked.limit,
        locale=locale_of(request),
    )
    link_next(request, response, found.next)
    return found


@router.post("/notices/read", response_model=Marked)
async def post_read_all(principal: Reader, session: SessionDep, once: IdempotencyDep) -> Response:
    """Mark all of one's notices as read."""

    async def effect() -> Marked:
        return await service.read_all(session, principal)

    return await once.run(principal, principal.city, effect)


@router.post("/notices/{notice}/read", response_model=Marked)
async def post_read(notice: UUID, principal: Reader, session: SessionDep, once: IdempotencyDep) -> Response:
    """Mark one of one's notices as read."""

    async def effect() -> Marked:
        return await service.read_one(session, principal, notice)

    return await once.run(principal, principal.city, effect)


@router.get("/notice-settings")
async def get_settings(
    request: Request, response: Response, principal: Reader, session: SessionDep
) -> PreferenceView:
    """Tell what one chose, and which events there are."""
    found = await service.preference(session, principal, locale_of(request))
    set_etag(response, found.revision)
    return found


@router.put("/notice-settings")
async def put_settings(
    request: Request, response: Response, body: PreferenceForm, principal: Reader, session: SessionDep
) -> PreferenceView:
    """Choose: the hour of a digest, where it goes, and which events are not told."""
    found = await service.set_preference(session, principal, body, require_if_match(request))
    set_etag(response, found.revision)
    return found
