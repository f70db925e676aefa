"""联席会议: the meetings, one meeting with its items and opinions, and the minutes that conclude it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, render
from services.console.once import Done, once
from services.console.project_fields import fill
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.errors import DomainError, Invalid
from services.kit.i18n import gettext, lazy, locale_of
from services.pooling import meeting_repo, meetings, service
from services.pooling.schemas import ItemForm, MeetingForm, MinutesForm, OpinionForm
from services.projects import service as projects
from services.projects.pool_words import DEPARTMENTS, POSITIONS
from services.projects.schemas import Filters
from services.regions.repo import load_counties, unit_names

router = APIRouter()

Office = Annotated[Principal, Depends(NeedsScope(Scope.projects_pool))]
Line = Annotated[str, Form(max_length=200)]
Words = Annotated[str, Form(max_length=2000)]


@router.get("/meetings")
async def list_meetings(request: Request, principal: Office, session: SessionDep) -> Response:
    """List the joint meetings, with the form that calls one."""
    return await _list(request, session, principal, {}, {})


@router.post("/meetings")
async def call_meeting(
    request: Request,
    principal: Office,
    session: SessionDep,
    title: Line = "",
    held_on: Line = "",
    agenda: Words = "",
) -> Response:
    """Call a joint meeting."""
    typed = {"title": title, "held_on": held_on, "agenda": agenda}
    form, errors = fill(MeetingForm, typed, locale_of(request))
    if form is None:
        return await _list(request, session, principal, typed, errors)

    async def call() -> Done:
        made = await meetings.call(session, principal, form)
        return Done(to=f"/meetings/{made.id}", note=lazy("已召集联席会议"))

    return await once(request, principal, session, call)


@router.get("/meetings/{meeting:uuid}")
async def show_meeting(meeting: UUID, request: Request, principal: Office, session: SessionDep) -> Response:
    """Show a meeting."""
    return await _one(request, session, principal, meeting, {})


@router.post("/meetings/{meeting:uuid}/items")
async def add_item(
    meeting: UUID,
    request: Request,
    principal: Office,
    session: SessionDep,
    project: Line = "",
    question: Words = "",
) -> Response:
    """Put a major project on the agenda."""
    form, errors = fill(ItemForm, {"project": project, "question": question}, locale_of(request))
    if form is not None:

        async def put() -> Done:
            await meetings.put_on_agenda(session, principal, meeting, form)
            return Done(to=f"/meetings/{meeting}", note=lazy("已列入议程"))

        try:
            return await once(request, principal, session, put)
        except DomainError as error:
            errors = field_errors(request, error)
    return await _one(request, session, principal, meeting, errors)


@router.post("/meetings/{meeting:uuid}/items/{item:uuid}/opinions")
async def add_opinion(
    meeting: UUID,
    item: UUID,
    request: Request,
    principal: Office,
    session: SessionDep,
    body: Line = "",
    position: Line = "",
    opinion: Words = "",
    document: Line = "",
) -> Response:
    """Record a written opinion."""
    typed = {"body": body, "position": position, "opinion": opinion, "document": document}
    form, errors = fill(OpinionForm, typed, locale_of(request))
    if form is not None:

        async def say() -> Done:
            await meetings.give_opinion(session, principal, item, form)
            return Done(to=f"/meetings/{meeting}", note=lazy("已登记书面意见"))

        try:
            return await once(request, principal, session, say)
        except DomainError as error:
            errors = field_errors(request, error)
    return await _one(request, session, principal, meeting, errors)


@router.post("/meetings/{meeting:uuid}/minutes")
async def conclude(
    meeting: UUID,
    request: Request,
    principal: Office,
    session: SessionDep,
    minutes_no: Line = "",
    minutes_on: Line = "",
) -> Response:
    """Conclude a meeting: one park and one reason for each item that is assigned."""
    sent = await request.form()
    shown = await _view(session, principal, meeting)
    assignments = [
        {"item": item.id, "park": park, "reason": str(sent.get(f"reason-{item.id}", ""))[:2000]}
        for item in shown.items
        if (park := str(sent.get(f"park-{item.id}", ""))[:40])
    ]
    given: dict[str, Any] = {
        "minutes_no": minutes_no,
        "minutes_on": minutes_on,
        "assignments": assignments,
    }
    form, errors = fill(MinutesForm, given, locale_of(request))
    if form is not None:

        async def close() -> Done:
            await meetings.conclude(session, principal, meeting, form)
            return Done(to=f"/meetings/{meeting}", note=lazy("已登记会议纪要"))

        try:
            return await once(request, principal, session, close)
        except Invalid as error:
            errors = field_errors(request, error)
        except DomainError as error:
            errors = {"": gettext(error.detail or error.title, locale_of(request), **error.facts)}
    return await _one(request, session, principal, meeting, errors)


async def _view(session: AsyncSession, principal: Principal, meeting: UUID) -> Any:
    found = await meeting_repo.meeting_of(session, principal, meeting)
    return await service.meeting_answer(session, principal, found)


async def _list(
    request: Request,
    session: AsyncSession,
    principal: Principal,
    typed: dict[str, str],
    errors: dict[str, str],
) -> Response:
    return render(
        request,
        principal,
        "pooling/meetings.html",
        status=422 if errors else 200,
        rows=await meeting_repo.meetings_of(session, principal),
        typed=typed,
        errors=errors,
    )


async def _one(
    request: Request, session: AsyncSession, principal: Principal, meeting: UUID, errors: dict[str, str]
) -> Response:
    locale = locale_of(request)
    shown = await _view(session, principal, meeting)
    known = {item.project for item in shown.items}
    pooled = await projects.list_rows(session, principal, Filters(scope="pool"))
    least = await service.major_threshold(session, principal)
    majors = [row for row in pooled if getattr(row, "investment_fen", 0) >= least]
    bodies = [(body.value, gettext(label, locale)) for body, label in DEPARTMENTS.items()]
    bodies += [(row.code, row.name) for row in await load_counties(session, principal.city)]
    return render(
        request,
        principal,
        "pooling/meeting.html",
        status=422 if errors else 200,
        meeting=shown,
        choices=[(row.id, f"{row.code} {row.name}") for row in majors if row.id not in known],  # type: ignore[union-attr] # the office sees each in full
        bodies=bodies,
        positions=[(position.value, gettext(label, locale)) for position, label in POSITIONS.items()],
        said=POSITIONS,
        names=await unit_names(session, principal.city)
        | {body.value: gettext(label, locale) for body, label in DEPARTMENTS.items()},
        errors=errors,
    )
