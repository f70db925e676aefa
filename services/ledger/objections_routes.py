"""The addresses of objections: their desk and threads, answers, withdrawals, and the issuer's own error."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from services.agreements.signing_routes import scan_response
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, versioned
from services.ledger import service
from services.ledger.objections_schemas import AnswerObjection, AskRejection, DeskView, Withdraw
from services.ledger.objections_thread import MAX_TEXT
from services.ledger.schemas import StatementView
from services.ledger.step_routes import Confirmer, Issuer, StatementReader

router = APIRouter()

_BASE = "/v1/statements/{statement:uuid}"
_ONE = _BASE + "/objections/{objection:uuid}"


@router.get(_BASE + "/objections")
async def get_desk(
    statement: UUID, session: SessionDep, principal: StatementReader, clock: ClockDep
) -> DeskView:
    """Show whom the statement waits for, by when, and its objections with what was said of each."""
    return await service.desk(session, principal, statement, await clock.today(session, principal.city))


@router.post(_ONE + "/answer", response_model=StatementView)
async def post_answer(
    statement: UUID,
    objection: UUID,
    body: AnswerObjection,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Answer one objection: uphold, accept, accept in part.

    The answer shows the new version where it was the last open one and one was accepted.
    """

    async def effect() -> StatementView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        reply = service.Reply(**body.model_dump())
        moved = await service.answer(session, principal, statement, objection, reply, today, seen)
        return await service.view(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post(_ONE + "/withdrawal", response_model=StatementView)
async def post_withdrawal(
    statement: UUID,
    objection: UUID,
    body: Withdraw,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Confirmer,
    clock: ClockDep,
) -> Response:
    """Withdraw one's county's objection (撤回)."""

    async def effect() -> StatementView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await service.withdraw(session, principal, statement, objection, body.reason, today, seen)
        return await service.view(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post(_ONE + "/messages", status_code=201, response_model=DeskView)
async def post_message(
    statement: UUID,
    objection: UUID,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: StatementReader,
    clock: ClockDep,
    text: Annotated[str, Form(max_length=MAX_TEXT)] = "",
    private: Annotated[bool, Form(description="for one's own side alone")] = False,
    file: Annotated[UploadFile | None, File(description="PDF, PNG or JPEG, up to 10 MB")] = None,
) -> Response:
    """Say something under an objection or attach evidence, for both sides or for one's own alone."""

    async def effect() -> DeskView:
        today = await clock.today(session, principal.city)
        sent = None
        if file is not None:
            sent = service.Attachment(name=file.filename or "", content=await file.read())
        await service.say(session, principal, statement, objection, text, today, private=private, file=sent)
        return await service.desk(session, principal, statement, today)

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.get(_ONE + "/messages/{message:uuid}/file", response_class=Response)
async def get_file(
    statement: UUID, objection: UUID, message: UUID, session: SessionDep, principal: StatementReader
) -> Response:
    """Download the file of a message as it was sent."""
    return scan_response(await service.attachment(session, principal, statement, objection, message))


@router.post(_BASE + "/rejection-request", response_model=StatementView)
async def post_rejection_request(
    statement: UUID,
    body: AskRejection,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Ask the county to reject what was issued with an error (请退回，我方有误)."""

    async def effect() -> StatementView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await service.ask_rejection(session, principal, statement, body.reason, today, seen)
        return await service.view(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post(_BASE + "/rejection", response_model=StatementView)
async def post_rejection(
    statement: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Confirmer,
    clock: ClockDep,
) -> Response:
    """Reject a statement as its issuer asked; the issuer then makes a new version."""

    async def effect() -> StatementView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await service.reject(session, principal, statement, today, seen)
        return await service.view(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post(_BASE + "/confirmation-by-rule", response_model=StatementView)
async def post_confirmation_by_rule(
    statement: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Record a county's silence as consent, where the city's dated rule says so and the time is up."""

    async def effect() -> StatementView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await service.confirm_by_rule(session, principal, statement, today, seen)
        return await service.view(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)
