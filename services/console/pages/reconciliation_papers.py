"""对账单, 国库核对表, 政策兑现表: the quarter's papers of reconciling."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.reconciling import chosen_months, common
from services.console.session import NeedsScope
from services.documents import reconciliation_files as files
from services.documents.codes import check_code
from services.documents.routes import public_url, send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.ledger.visibility import receipts_of
from services.reconciliation import service
from services.reconciliation.words import CheckAction, DifferenceState, Reason

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.reconciliation_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.reconciliation_write))]
Issuer = Annotated[Principal, Depends(NeedsScope(Scope.statements_write))]
ReceiptReader = Annotated[Principal, Depends(NeedsScope(Scope.receipts_read))]
Word = Annotated[str, Query(max_length=20)]
Typed = Annotated[str, Form(max_length=500)]
FLAGS = {
    "no_voucher": lazy("缺凭证号"),
    "unchecked": lazy("首谈地未核对"),
    "queried": lazy("首谈地有疑问"),
}


@router.get("/reconciliation/sheets")
async def sheets(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """List the newest 对账单 of every two counties."""
    return await _sheets(request, principal, session, clock, {})


async def _sheets(
    request: Request, principal: Principal, session: AsyncSession, clock: ClockDep, errors: dict[str, str]
) -> Response:
    today = await clock.today(session, principal.city)
    return render(
        request,
        principal,
        "reconciliation/sheets.html",
        status=422 if errors else 200,
        errors=errors,
        rows=await service.sheets(session, principal),
        period=chosen_months("", today)[0],
        **await common(request, principal, session, "/reconciliation/sheets"),
    )


@router.post("/reconciliation/sheets")
async def prepare(
    request: Request,
    principal: Issuer,
    session: SessionDep,
    clock: ClockDep,
    period: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Prepare the 对账单 of a quarter."""
    today = await clock.today(session, principal.city)
    try:
        async with session.begin_nested():
            made = await service.prepare_quarter(session, principal, period.strip(), today)
    except DomainError as error:
        return await _sheets(request, principal, session, clock, field_errors(request, error))
    return redirect(request, "/reconciliation/sheets", "已编制对账单 {n} 份", n=len(made))


@router.get("/reconciliation/sheets/{sheet:uuid}")
async def sheet_page(request: Request, sheet: UUID, principal: Reader, session: SessionDep) -> Response:
    """Show a 对账单 with what was said of it."""
    return await _sheet(request, principal, session, sheet, {})


async def _sheet(
    request: Request, principal: Principal, session: AsyncSession, sheet: UUID, errors: dict[str, str]
) -> Response:
    one = await service.find_sheet(session, principal, sheet)
    locale = locale_of(request)
    shown = await common(request, principal, session, "/reconciliation/sheets")
    return render(
        request,
        principal,
        "reconciliation/sheet.html",
        status=422 if errors else 200,
        errors=errors,
        one=one,
        body=one.sheet.body,
        code=check_code(one.sheet.body_sha256),
        states={state.value: state.zh for state in DifferenceState},
        reasons={reason.value: reason.zh for reason in Reason},
        steps=[
            (
                answer.on_date,
                f"{shown['names'][answer.county]} {gettext(answer.action.zh, locale)}",
                answer.words,
                answer.by_name,
            )
            for answer in one.answers
        ],
        **shown,
    )


@router.get("/reconciliation/sheets/{sheet:uuid}.pdf")
async def sheet_pdf(request: Request, sheet: UUID, principal: Reader, session: SessionDep) -> Response:
    """Print a 对账单."""
    return send(await files.quarter_file(session, principal, sheet, public_url(request), pdf=True))


@router.get("/reconciliation/sheets/{sheet:uuid}.xlsx")
async def sheet_xlsx(request: Request, sheet: UUID, principal: Reader, session: SessionDep) -> Response:
    """Give a 对账单 as a workbook."""
    return send(await files.quarter_file(session, principal, sheet, public_url(request), pdf=False))


@router.post("/reconciliation/sheets/{sheet:uuid}/acknowledge")
async def acknowledge(
    request: Request,
    sheet: UUID,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    sha256: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Acknowledge the content that the page showed."""
    today = await clock.today(session, principal.city)
    try:
        async with session.begin_nested():
            await service.acknowledge(session, principal, sheet, sha256, today)
    except DomainError as error:
        return await _sheet(request, principal, session, sheet, field_errors(request, error))
    return redirect(request, f"/reconciliation/sheets/{sheet}", "已核对无误")


@router.post("/reconciliation/sheets/{sheet:uuid}/note")
async def note(
    request: Request,
    sheet: UUID,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    sha256: Annotated[str, Form(max_length=64)] = "",
    words: Typed = "",
) -> Response:
    """Note a difference on the content that the page showed."""
    today = await clock.today(session, principal.city)
    try:
        async with session.begin_nested():
            await service.note(session, principal, sheet, sha256, words, today)
    except DomainError as error:
        return await _sheet(request, principal, session, sheet, field_errors(request, error))
    return redirect(request, f"/reconciliation/sheets/{sheet}", "已注明差异")


@router.get("/reconciliation/levels")
async def levels(
    request: Request,
    principal: ReceiptReader,
    session: SessionDep,
    clock: ClockDep,
    period: Word = "",
    treasury: Word = "",
) -> Response:
    """Show 国库核对表."""
    today = await clock.today(session, principal.city)
    period, months = chosen_months(period.strip(), today)
    own = receipts_of(principal)
    return render(
        request,
        principal,
        "reconciliation/levels.html",
        found=await service.level_check(session, principal, months, own or treasury),
        period=period,
        own=own,
        treasury=treasury,
        fragment="list",
        **await common(request, principal, session, "/reconciliation/levels"),
    )


@router.get("/reconciliation/levels.{form}")
async def levels_file(
    form: files.Form,
    principal: ReceiptReader,
    session: SessionDep,
    clock: ClockDep,
    period: Word = "",
    treasury: Word = "",
) -> Response:
    """Give 国库核对表 as a file."""
    today = await clock.today(session, principal.city)
    period, _ = chosen_months(period, today)
    return send(await files.treasury_file(session, principal, period, treasury, today, pdf=form == "pdf"))


@router.get("/reconciliation/incentives")
async def incentives(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, period: Word = ""
) -> Response:
    """Show 政策兑现表."""
    return await _incentives(request, principal, session, clock, period, {})


async def _incentives(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    period: str,
    errors: dict[str, str],
) -> Response:
    today = await clock.today(session, principal.city)
    period, months = chosen_months(period.strip() or str(today.year - 1), today)
    rows = await service.incentive_rows(session, principal, months)
    return render(
        request,
        principal,
        "reconciliation/incentives.html",
        status=422 if errors else 200,
        errors=errors,
        rows=rows,
        period=period,
        flags=FLAGS,
        may_check=any(row.may_check for row in rows),
        **await common(request, principal, session, "/reconciliation/incentives"),
    )


@router.get("/reconciliation/incentives.{form}")
async def incentives_file(
    form: files.Form, principal: Reader, session: SessionDep, clock: ClockDep, period: Word = ""
) -> Response:
    """Give 政策兑现表 as a file."""
    today = await clock.today(session, principal.city)
    period, _ = chosen_months(period, today)
    return send(await files.incentives_file(session, principal, period, today, pdf=form == "pdf"))


@router.post("/reconciliation/incentives/{incentive:uuid}")
async def check(
    request: Request,
    incentive: UUID,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    action: Annotated[str, Form(max_length=20)] = "",
    words: Typed = "",
    period: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Record what the origin found of an incentive."""
    today = await clock.today(session, principal.city)
    found = CheckAction.queried if action == CheckAction.queried else CheckAction.checked
    try:
        async with session.begin_nested():
            await service.check_incentive(session, principal, incentive, found, words, today)
    except DomainError as error:
        return await _incentives(request, principal, session, clock, period, field_errors(request, error))
    return redirect(request, f"/reconciliation/incentives?period={period}", "已记录核对结果")
