"""The steps over HTTP: compute a month, prepare and move statements, close a year."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import Clock, ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, versioned
from services.ledger import service
from services.ledger.schemas import (
    Answer,
    Confirm,
    Declare,
    Object,
    Prepare,
    RunView,
    Statements,
    StatementView,
)
from services.ledger.states import StatementAction
from services.ledger.tables import Statement
from services.ledger.views import summary

router = APIRouter()

Issuer = Annotated[Principal, Depends(Requires(Scope.statements_write))]
Confirmer = Annotated[Principal, Depends(Requires(Scope.statements_confirm))]
Closer = Annotated[Principal, Depends(Requires(Scope.statements_close))]
StatementReader = Annotated[Principal, Depends(Requires(Scope.statements_read))]
Month = Annotated[str, Path(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Year = Annotated[int, Path(ge=2000, le=2100)]


async def _today(clock: Clock, session: AsyncSession, principal: Principal) -> date:
    return await clock.today(session, principal.city)


async def _shown(session: AsyncSession, principal: Principal, statement: Statement) -> StatementView:
    return await service.view(session, principal, statement)


@router.post("/v1/periods/{month}/runs", status_code=201, response_model=RunView)
async def post_run(
    month: Month, session: SessionDep, idempotent: IdempotencyDep, principal: Issuer, clock: ClockDep
) -> Response:
    """Compute a month with all that is known, book the differences, and make the 测算单 of its parties."""

    async def effect() -> RunView:
        today = await _today(clock, session, principal)
        result, made = await service.compute_month(session, principal, month, today)
        run = result.run
        return RunView(
            run=run.id,
            month=run.period,
            known=run.known,
            engine=run.engine,
            input_sha256=run.input_sha256,
            output_sha256=run.output_sha256,
            lines=run.lines,
            journals=result.journals,
            origin_fen=result.origin_fen,
            held=result.held,
            held_fen=result.held_fen,
            statements=[summary(statement) for statement in made],
        )

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.post("/v1/periods/{month}/nil-declaration", status_code=201, response_model=Declare)
async def post_nil(
    month: Month, body: Declare, session: SessionDep, idempotent: IdempotencyDep, principal: Issuer
) -> Response:
    """Declare that a month has no receipts."""

    async def effect() -> Declare:
        await service.declare_nil(session, principal, month, body.reason)
        return body

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.post("/v1/statements", status_code=201, response_model=Statements)
async def post_statements(
    body: Prepare, session: SessionDep, idempotent: IdempotencyDep, principal: Issuer, clock: ClockDep
) -> Response:
    """Prepare (编制) the statements of all parties for a quarter or year that is over."""

    async def effect() -> Statements:
        today = await _today(clock, session, principal)
        made = await service.prepare(session, principal, body.period, today)
        return Statements(items=[summary(statement) for statement in made])

    return await idempotent.run(principal, principal.city, effect, status=201)


async def _advance(
    action: StatementAction,
    statement: UUID,
    request: Request,
    session: AsyncSession,
    idempotent: IdempotencyDep,
    principal: Principal,
    clock: Clock,
) -> Response:
    async def effect() -> StatementView:
        seen = require_if_match(request)
        today = await _today(clock, session, principal)
        moved = await service.advance(session, principal, statement, action, today, seen)
        return await _shown(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/statements/{statement:uuid}/check", response_model=StatementView)
async def post_check(
    statement: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Check (复核) a prepared statement."""
    return await _advance(StatementAction.check, statement, request, session, idempotent, principal, clock)


@router.post("/v1/statements/{statement:uuid}/review", response_model=StatementView)
async def post_review(
    statement: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Review (审核) a checked statement."""
    return await _advance(StatementAction.review, statement, request, session, idempotent, principal, clock)


@router.post("/v1/statements/{statement:uuid}/approve", response_model=StatementView)
async def post_approve(
    statement: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Approve (批准) a reviewed statement, which issues it."""
    return await _advance(StatementAction.approve, statement, request, session, idempotent, principal, clock)


@router.post("/v1/statements/{statement:uuid}/confirm", response_model=StatementView)
async def post_confirm(
    statement: UUID,
    body: Confirm,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Confirmer,
    clock: ClockDep,
) -> Response:
    """Confirm one's own county's statement, naming its content by hash."""

    async def effect() -> StatementView:
        seen = require_if_match(request)
        today = await _today(clock, session, principal)
        moved = await service.confirm(
            session, principal, statement, body.sha256, today, seen, body.scan_sha256
        )
        return await _shown(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/statements/{statement:uuid}/objections", status_code=201, response_model=StatementView)
async def post_objection(
    statement: UUID,
    body: Object,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Confirmer,
    clock: ClockDep,
) -> Response:
    """Object to a line or to the whole of one's own county's statement."""

    async def effect() -> StatementView:
        seen = require_if_match(request)
        today = await _today(clock, session, principal)
        objection = service.Objection(**body.model_dump())
        moved = await service.object_to(session, principal, statement, objection, today, seen)
        return await _shown(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, status=201, headers=versioned)


@router.post("/v1/statements/{statement:uuid}/uphold", response_model=StatementView)
async def post_uphold(
    statement: UUID,
    body: Answer,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Answer the open objections and leave the statement as it is (维持)."""

    async def effect() -> StatementView:
        seen = require_if_match(request)
        today = await _today(clock, session, principal)
        moved = await service.uphold(session, principal, statement, body.reason, today, seen)
        return await _shown(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/statements/{statement:uuid}/reissue", status_code=201, response_model=StatementView)
async def post_reissue(
    statement: UUID,
    body: Answer,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Answer the open objections with a new version of the statement."""

    async def effect() -> StatementView:
        seen = require_if_match(request)
        today = await _today(clock, session, principal)
        made = await service.reissue(session, principal, statement, body.reason, today, seen)
        return await _shown(session, principal, made)

    return await idempotent.run(
        principal, principal.city, effect, status=201, headers=lambda made: {"Location": _place(made)}
    )


def _place(made: StatementView) -> str:
    return f"/v1/statements/{made.id}"
