"""Objections on pages: raised from the statement, each with its thread, its answer and its withdrawal."""

from fractions import Fraction
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.agreements.signing_routes import scan_response
from services.console.frame import field_errors, redirect, render
from services.console.ledger_words import choices, lines_of
from services.console.session import NeedsScope
from services.interchange.amounts import read_scaled
from services.interchange.faults import BadCell
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.ledger import service
from services.ledger.errors import WrongState
from services.ledger.objections_errors import NoSuchObjection
from services.ledger.objections_words import ANSWERS, Outcome
from services.ledger.states import StatementAction

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.statements_read))]
Field = Annotated[str, Form(max_length=2200)]
Seen = Annotated[int, Form(ge=0)]
Upload = Annotated[UploadFile | None, File()]
FEN_IN_YUAN = Fraction(100)
_ONE = "/statements/{number:uuid}/objections/{objection:uuid}"


async def _sent(file: UploadFile | None) -> service.Attachment | None:
    """The file of a form; None where none was chosen."""
    if file is None or not file.filename:
        return None
    return service.Attachment(name=file.filename, content=await file.read())


def _fen(text: str) -> int | None:
    """An amount in yuan as fen; None where the field is empty."""
    return read_scaled(text, FEN_IN_YUAN, "分") if text.strip() else None


@router.get("/statements/{number:uuid}/object")
async def ask_objection(
    number: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    line: Annotated[str, Query(max_length=6)] = "",
) -> Response:
    """Show the form of an objection."""
    return await _objection(request, principal, session, number, {"line": line}, {})


async def _objection(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    number: UUID,
    form: dict[str, str],
    errors: dict[str, str],
) -> Response:
    one = await service.view(session, principal, await service.find(session, principal, number))
    if StatementAction.object not in one.actions and not errors:
        raise WrongState(state=one.state.value)
    return render(
        request,
        principal,
        "ledger/object.html",
        status=422 if errors else 200,
        one=one,
        lines=lines_of(one),
        form={"line": "", "reason": "", "expected": "", "reserved": "", **form},
        errors=errors,
    )


@router.post("/statements/{number:uuid}/object")
async def post_objection(
    number: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
    line: Field = "",
    reason: Field = "",
    expected: Field = "",
    reserved: Field = "",
    scan: Upload = None,
) -> Response:
    """Object: 303 to the statement, 422 with the form otherwise."""
    form = {"line": line, "reason": reason, "expected": expected, "reserved": reserved}
    if not reason.strip():
        errors = {"reason": gettext(lazy("请写明理由"), locale_of(request))}
        return await _objection(request, principal, session, number, form, errors)
    try:
        objection = service.Objection(
            reason=reason,
            line=int(line) if line.isascii() and line.isdigit() else None,
            reserved=bool(reserved),
            expected_fen=_fen(expected),
            evidence=await _sent(scan),
        )
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            await service.object_to(session, principal, number, objection, today, seen)
    except BadCell:
        errors = {"expected": gettext(lazy("请填写金额，最多两位小数"), locale_of(request))}
        return await _objection(request, principal, session, number, form, errors)
    except DomainError as error:
        return await _objection(request, principal, session, number, form, field_errors(request, error))
    return redirect(request, f"/statements/{number}", lazy("异议已记录"))


@router.get(_ONE)
async def show_objection(
    number: UUID, objection: UUID, request: Request, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show one objection: what is held, by when it is answered, what was said, what may be done."""
    return await _show(request, principal, session, clock, number, objection, {}, {})


async def _show(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    number: UUID,
    objection: UUID,
    form: dict[str, str],
    errors: dict[str, str],
) -> Response:
    today = await clock.today(session, principal.city)
    desk = await service.desk(session, principal, number, today)
    thread = next((one for one in desk.objections if one.id == objection), None)
    if thread is None:
        raise NoSuchObjection
    locale = locale_of(request)
    return render(
        request,
        principal,
        "ledger/objection.html",
        status=422 if errors else 200,
        one=await service.find(session, principal, number),
        thread=thread,
        outcomes=[item for item in choices(Outcome, locale) if item[0] in ANSWERS],
        form={"text": "", "reason": "", "outcome": "", "agreed": "", "private": "", **form},
        errors=errors,
    )


@router.post(_ONE + "/messages")
async def post_message(
    number: UUID,
    objection: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    text: Field = "",
    private: Field = "",
    scan: Upload = None,
) -> Response:
    """Say something, or attach a file: 303 to the objection, 422 with the page otherwise."""
    form = {"text": text, "private": private}
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            file = await _sent(scan)
            await service.say(
                session, principal, number, objection, text, today, private=bool(private), file=file
            )
    except DomainError as error:
        errors = field_errors(request, error)
        return await _show(request, principal, session, clock, number, objection, form, errors)
    return redirect(request, f"/statements/{number}/objections/{objection}", lazy("已记录"))


@router.get(_ONE + "/messages/{message:uuid}/file")
async def message_file(
    number: UUID, objection: UUID, message: UUID, principal: Reader, session: SessionDep
) -> Response:
    """Download the file of a message."""
    return scan_response(await service.attachment(session, principal, number, objection, message))


@router.post(_ONE + "/withdraw")
async def post_withdrawal(
    number: UUID,
    objection: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
) -> Response:
    """Withdraw an objection: 303 to the statement, 422 with the page otherwise."""
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            done = await service.withdraw(session, principal, number, objection, "", today, seen)
    except DomainError as error:
        errors = field_errors(request, error)
        return await _show(request, principal, session, clock, number, objection, {}, errors)
    return redirect(request, f"/statements/{done.id}", lazy("异议已撤回"))


@router.post(_ONE + "/answer")
async def post_answer(
    number: UUID,
    objection: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
    outcome: Field = "",
    reason: Field = "",
    agreed: Field = "",
) -> Response:
    """Answer an objection: 303 to the statement or its new version, 422 with the page otherwise."""
    form = {"outcome": outcome, "reason": reason, "agreed": agreed}
    if outcome not in set(ANSWERS):
        errors = {"outcome": gettext(lazy("请选择维持、采纳或部分采纳"), locale_of(request))}
        return await _show(request, principal, session, clock, number, objection, form, errors)
    try:
        reply = service.Reply(outcome=Outcome(outcome), reason=reason, agreed_fen=_fen(agreed))
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            done = await service.answer(session, principal, number, objection, reply, today, seen)
    except BadCell:
        errors = {"agreed": gettext(lazy("请填写金额，最多两位小数"), locale_of(request))}
        return await _show(request, principal, session, clock, number, objection, form, errors)
    except DomainError as error:
        errors = field_errors(request, error)
        return await _show(request, principal, session, clock, number, objection, form, errors)
    return redirect(request, f"/statements/{done.id}", lazy("异议已答复"))
