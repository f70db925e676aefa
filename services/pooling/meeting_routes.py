"""Joint meetings over HTTP: `/v1/meetings`. The city's office calls, records and reads them."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, set_etag, versioned
from services.pooling import meeting_repo, meetings, service
from services.pooling.answers import MeetingAnswer, MeetingsAnswer
from services.pooling.schemas import ItemForm, MeetingForm, MinutesForm, OpinionForm

router = APIRouter(prefix="/v1", tags=["pooling"])

Office = Annotated[Principal, Depends(Requires(Scope.projects_pool))]


def _made(answer: MeetingAnswer) -> dict[str, str]:
    return {"Location": f"/v1/meetings/{answer.id}", **versioned(answer)}


async def _show(session: AsyncSession, principal: Principal, meeting: UUID) -> MeetingAnswer:
    found = await meeting_repo.meeting_of(session, principal, meeting)
    return await service.meeting_answer(session, principal, found)


def _effect(
    session: AsyncSession, principal: Principal, meeting: UUID, act: Callable[[], Awaitable[object]]
) -> Callable[[], Awaitable[MeetingAnswer]]:
    async def effect() -> MeetingAnswer:
        await act()
        return await _show(session, principal, meeting)

    return effect


@router.get("/meetings")
async def get_meetings(session: SessionDep, principal: Office) -> MeetingsAnswer:
    """List the joint meetings, latest first."""
    rows = await meeting_repo.meetings_of(session, principal)
    return MeetingsAnswer(items=[await service.meeting_answer(session, principal, row) for row in rows])


@router.post("/meetings", status_code=201, response_model=MeetingAnswer)
async def post_meeting(
    body: MeetingForm, session: SessionDep, principal: Office, once: IdempotencyDep
) -> Response:
    """Call a joint meeting."""

    async def effect() -> MeetingAnswer:
        called = await meetings.call(session, principal, body)
        return await _show(session, principal, called.id)

    return await once.run(principal, principal.city, effect, status=201, headers=_made)


@router.get("/meetings/{meeting:uuid}")
async def get_meeting(
    meeting: UUID, response: Response, session: SessionDep, principal: Office
) -> MeetingAnswer:
    """Show a joint meeting with its items and their written opinions."""
    found = await _show(session, principal, meeting)
    set_etag(response, found.revision)
    return found


@router.post("/meetings/{meeting:uuid}/items", response_model=MeetingAnswer)
async def post_item(
    meeting: UUID, body: ItemForm, session: SessionDep, principal: Office, once: IdempotencyDep
) -> Response:
    """Put a major project on the agenda."""
    effect = _effect(
        session, principal, meeting, lambda: meetings.put_on_agenda(session, principal, meeting, body)
    )
    return await once.run(principal, principal.city, effect, headers=versioned)


@router.post("/meetings/{meeting:uuid}/items/{item:uuid}/opinions", response_model=MeetingAnswer)
async def post_opinion(
    meeting: UUID,
    item: UUID,
    body: OpinionForm,
    session: SessionDep,
    principal: Office,
    once: IdempotencyDep,
) -> Response:
    """Record a department's or a county's written opinion."""
    effect = _effect(
        session, principal, meeting, lambda: meetings.give_opinion(session, principal, item, body)
    )
    return await once.run(principal, principal.city, effect, headers=versioned)


@router.post("/meetings/{meeting:uuid}/minutes", response_model=MeetingAnswer)
async def post_minutes(
    meeting: UUID,
    body: MinutesForm,
    request: Request,
    session: SessionDep,
    principal: Office,
    once: IdempotencyDep,
) -> Response:
    """Conclude a meeting by its minutes and what they assign."""
    revision = require_if_match(request)
    effect = _effect(
        session,
        principal,
        meeting,
        lambda: meetings.conclude(session, principal, meeting, body, revision=revision),
    )
    return await once.run(principal, principal.city, effect, headers=versioned)
