"""审计检查: the ready questions with what they find, the letters, and names that are read under a letter."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.money import can_record_letter
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.audit import letters, service
from services.audit.errors import NotUnlocked
from services.audit.letters import LetterIn
from services.audit.routes import LimitsDep
from services.audit.words import SEVERITIES, Check, Severity
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.documents.audit_paper import audit_xlsx
from services.documents.routes import send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import Invalid
from services.kit.i18n import gettext, lazy, locale_of
from services.regions.repo import load_counties

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.audit_check))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.audit_letters))]
Auditor = Annotated[Principal, Depends(NeedsScope(Scope.audit_unlock))]
Text = Annotated[str, Form(max_length=500)]
TONES = {Severity.high: "bad", Severity.medium: "warn"}
BLANK = {"number": "", "auditor": "", "counties": "", "from_on": "", "until_on": "", "note": ""}


@router.get("/audit")
async def checks(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, limits: LimitsDep
) -> Response:
    """List the ready questions with how much each finds."""
    today = await clock.today(session, principal.city)
    found = await service.list_checks(session, principal, today, limits, locale_of(request))
    return render(
        request,
        principal,
        "audit/checks.html",
        found=found,
        query="&".join(f"{name}={number}" for name, number in asdict(limits).items()),
        may_unlock=has_scope(principal.role, Scope.audit_unlock),
    )


@router.get("/audit.xlsx")
async def workbook(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, limits: LimitsDep
) -> Response:
    """Give every finding as a workbook."""
    today = await clock.today(session, principal.city)
    return send(await audit_xlsx(session, principal, today, limits, locale_of(request)))


@router.get("/audit/checks/{code}")
async def check(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, limits: LimitsDep, code: Check
) -> Response:
    """Show what one question finds."""
    today = await clock.today(session, principal.city)
    return render(
        request,
        principal,
        "audit/check.html",
        found=await service.run_check(session, principal, code, today, limits, locale_of(request)),
        severities=SEVERITIES,
        tones=TONES,
    )


@router.get("/audit/letters")
async def show_letters(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """List letters, with the form of a new one for those who record them."""
    return await _letters(request, principal, session, clock, dict(BLANK), {})


async def _letters(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    form: dict[str, str],
    errors: dict[str, str],
) -> Response:
    today = await clock.today(session, principal.city)
    return render(
        request,
        principal,
        "audit/letters.html",
        status=422 if errors else 200,
        found=await letters.list_letters(session, principal, today),
        auditors=await letters.auditors(session, principal),
        counties={row.code: row.name for row in await load_counties(session, principal.city)},
        may_record=can_record_letter(principal),
        form=form,
        errors=errors,
    )


@router.post("/audit/letters")
async def record(
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    number: Text = "",
    auditor: Text = "",
    counties: Text = "",
    from_on: Text = "",
    until_on: Text = "",
    note: Text = "",
) -> Response:
    """Record a letter."""
    form = {
        "number": number,
        "auditor": auditor,
        "counties": counties,
        "from_on": from_on,
        "until_on": until_on,
        "note": note,
    }
    facts = form | {"counties": counties.replace("，", " ").replace(",", " ").split()}
    try:
        letter = LetterIn.model_validate(facts)
        async with session.begin_nested():
            await letters.record_letter(session, principal, letter)
    except ValidationError as error:
        wrong = gettext(lazy("请填写，或改到允许的范围之内"), locale_of(request))
        errors = {str(place["loc"][0]): wrong for place in error.errors()}
    except Invalid as error:
        errors = field_errors(request, error)
    else:
        return redirect(request, "/audit/letters", lazy("已登记审计通知书 {number}"), number=letter.number)
    return await _letters(request, principal, session, clock, form, errors)


@router.post("/audit/letters/{letter_id:uuid}/check")
async def check_letter(
    request: Request, principal: Writer, session: SessionDep, clock: ClockDep, letter_id: UUID
) -> Response:
    """Check a letter against the paper."""
    letter = await letters.check_letter(session, principal, letter_id, clock.now())
    return redirect(request, "/audit/letters", lazy("已复核审计通知书 {number}"), number=letter.number)


@router.post("/audit/letters/{letter_id:uuid}/end")
async def end_letter(
    request: Request, principal: Writer, session: SessionDep, clock: ClockDep, letter_id: UUID
) -> Response:
    """End a letter."""
    today = await clock.today(session, principal.city)
    letter = await letters.end_letter(session, principal, letter_id, today)
    return redirect(request, "/audit/letters", lazy("已终止审计通知书 {number}"), number=letter.number)


@router.get("/audit/names")
async def names(
    request: Request,
    principal: Auditor,
    session: SessionDep,
    clock: ClockDep,
    code: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Read a project's names under a letter; every reading is an event."""
    found, errors = None, {}
    if code.strip():
        today = await clock.today(session, principal.city)
        try:
            found = await letters.read_name(session, principal, code.strip(), today)
        except NotUnlocked as error:
            errors = {"code": gettext(error.title, locale_of(request))}
    return render(
        request,
        principal,
        "audit/names.html",
        status=422 if errors else 200,
        found=found,
        errors=errors,
        code=code,
    )
