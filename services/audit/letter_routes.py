"""Auditors' letters over HTTP, and the names that are read under them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.audit import letters
from services.audit.letters import LetterIn, LetterList, UnlockedName
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(Scope.audit_check))]
Writer = Annotated[Principal, Depends(Requires(Scope.audit_letters))]
Auditor = Annotated[Principal, Depends(Requires(Scope.audit_unlock))]
ProjectCode = Annotated[str, Path(max_length=40)]


@router.get("/letters")
async def get_letters(session: SessionDep, principal: Reader, clock: ClockDep) -> LetterList:
    """List the city's letters, or an auditor's own."""
    return await letters.list_letters(session, principal, await clock.today(session, principal.city))


@router.post("/letters", status_code=201, response_model=LetterList)
async def post_letter(
    session: SessionDep, principal: Writer, body: LetterIn, clock: ClockDep, once: IdempotencyDep
) -> Response:
    """Record a letter (审计通知书); another person checks it."""

    async def effect() -> LetterList:
        await letters.record_letter(session, principal, body)
        return await letters.list_letters(session, principal, await clock.today(session, principal.city))

    return await once.run(principal, principal.city, effect, status=201)


@router.post("/letters/{letter_id:uuid}/check", response_model=LetterList)
async def post_check(
    session: SessionDep, principal: Writer, letter_id: UUID, clock: ClockDep, once: IdempotencyDep
) -> Response:
    """Check a letter against the paper; from here it counts."""

    async def effect() -> LetterList:
        await letters.check_letter(session, principal, letter_id, clock.now())
        return await letters.list_letters(session, principal, await clock.today(session, principal.city))

    return await once.run(principal, principal.city, effect)


@router.post("/letters/{letter_id:uuid}/end", response_model=LetterList)
async def post_end(
    session: SessionDep, principal: Writer, letter_id: UUID, clock: ClockDep, once: IdempotencyDep
) -> Response:
    """End a letter; it opens nothing any more."""

    async def effect() -> LetterList:
        today = await clock.today(session, principal.city)
        await letters.end_letter(session, principal, letter_id, today)
        return await letters.list_letters(session, principal, today)

    return await once.run(principal, principal.city, effect)


@router.get("/names/{project_code}")
async def get_name(
    session: SessionDep, principal: Auditor, clock: ClockDep, project_code: ProjectCode
) -> UnlockedName:
    """Read a project's names under one's own letter; every reading is an event."""
    today = await clock.today(session, principal.city)
    return await letters.read_name(session, principal, project_code, today)
