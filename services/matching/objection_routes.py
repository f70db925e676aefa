"""Objections to matches over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep, Idempotent
from services.matching import objection_views as views
from services.matching import objections
from services.matching.objecting import object_to
from services.matching.objection_schemas import (
    MatchAnswerForm,
    MatchObjectionAnswerView,
    MatchObjectionForm,
    MessageForm,
    ObjectionsAnswer,
    ReviewerAnswer,
    ReviewerForm,
    WithdrawalForm,
)

router = APIRouter(prefix="/v1/matches", tags=["matches"])

Reader = Annotated[Principal, Depends(Requires(Scope.matches_read))]
Objector = Annotated[Principal, Depends(Requires(Scope.matches_object))]
Decider = Annotated[Principal, Depends(Requires(Scope.matches_decide))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]


async def _once(
    session: AsyncSession, principal: Principal, once: Idempotent, act: Callable[[], Awaitable[UUID]]
) -> Any:
    """Act once and show the objection as it then stands."""

    async def effect() -> MatchObjectionAnswerView:
        return await views.view(session, principal, await act())

    return await once.run(principal, principal.city, effect, status=201)


@router.get("/objections")
async def get_objections(session: SessionDep, principal: Reader) -> ObjectionsAnswer:
    """List what one's county may object to, and its objections; for the city all objections."""
    return await views.desk(session, principal)


@router.post("/projects/{ref}/objections", status_code=201)
async def post_objection_to_proposal(
    ref: Ref, body: MatchObjectionForm, session: SessionDep, principal: Objector, once: IdempotencyDep
) -> MatchObjectionAnswerView:
    """Object to the proposals of a project before it is decided."""

    async def act() -> UUID:
        return await object_to(session, principal, body, ref=ref)

    answer: MatchObjectionAnswerView = await _once(session, principal, once, act)
    return answer


@router.get("/decisions/{decision_id}/objections")
async def get_decision_objections(
    decision_id: UUID, session: SessionDep, principal: Reader
) -> list[MatchObjectionAnswerView]:
    """List the objections to a decision: one's own county's, for the city all."""
    return await views.of_decision(session, principal, decision_id)


@router.post("/decisions/{decision_id}/objections", status_code=201)
async def post_objection_to_decision(
    decision_id: UUID,
    body: MatchObjectionForm,
    session: SessionDep,
    principal: Objector,
    once: IdempotencyDep,
) -> MatchObjectionAnswerView:
    """Object to a decision that concerns one's county."""

    async def act() -> UUID:
        return await object_to(session, principal, body, decision=decision_id)

    answer: MatchObjectionAnswerView = await _once(session, principal, once, act)
    return answer


@router.get("/objections/{objection_id}")
async def get_objection(
    objection_id: UUID, session: SessionDep, principal: Reader
) -> MatchObjectionAnswerView:
    """Show an objection with its thread, who decides it and by when."""
    return await views.view(session, principal, objection_id)


@router.get("/objections/{objection_id}/reviewers")
async def get_reviewers(objection_id: UUID, session: SessionDep, principal: Decider) -> list[ReviewerAnswer]:
    """List who may look at it: of the city's office, without a hand in the match."""
    return await objections.independent(session, principal, objection_id)


@router.post("/objections/{objection_id}/reviewer", status_code=201)
async def post_reviewer(
    objection_id: UUID, body: ReviewerForm, session: SessionDep, principal: Decider, once: IdempotencyDep
) -> MatchObjectionAnswerView:
    """Name who looks at an objection."""

    async def act() -> UUID:
        await objections.name_reviewer(session, principal, objection_id, body.reviewer)
        return objection_id

    answer: MatchObjectionAnswerView = await _once(session, principal, once, act)
    return answer


@router.post("/objections/{objection_id}/answer", status_code=201)
async def post_answer(
    objection_id: UUID, body: MatchAnswerForm, session: SessionDep, principal: Decider, once: IdempotencyDep
) -> MatchObjectionAnswerView:
    """Answer an objection as its reviewer."""

    async def act() -> UUID:
        await objections.answer(session, principal, objection_id, body)
        return objection_id

    answer: MatchObjectionAnswerView = await _once(session, principal, once, act)
    return answer


@router.post("/objections/{objection_id}/withdrawal", status_code=201)
async def post_withdrawal(
    objection_id: UUID, body: WithdrawalForm, session: SessionDep, principal: Objector, once: IdempotencyDep
) -> MatchObjectionAnswerView:
    """Take one's county's objection back."""

    async def act() -> UUID:
        await objections.withdraw(session, principal, objection_id, body.reason)
        return objection_id

    answer: MatchObjectionAnswerView = await _once(session, principal, once, act)
    return answer


@router.post("/objections/{objection_id}/messages", status_code=201)
async def post_message(
    objection_id: UUID, body: MessageForm, session: SessionDep, principal: Objector, once: IdempotencyDep
) -> MatchObjectionAnswerView:
    """Say something in the thread, or add one of one's own uploads."""

    async def act() -> UUID:
        await objections.say(session, principal, objection_id, body)
        return objection_id

    answer: MatchObjectionAnswerView = await _once(session, principal, once, act)
    return answer
