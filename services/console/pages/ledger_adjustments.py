"""调整单: the differences of closed years that wait, the sheets, and their decision by another person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.sharing.taxes import Tax
from auth.money import can_issue_statement
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.documents.adjustment_paper import adjustment_pdf, adjustment_xlsx
from services.documents.routes import public_url, send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.ledger import adjustments as sheets
from services.ledger import repo
from services.ledger.adjustment_reading import find_adjustment, may_decide, shown_body, shown_lines
from services.ledger.reopening_views import adjustment_summaries
from services.ledger.reopening_words import CAUSES, AdjustmentState, Cause

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.ledger_read))]
Issuer = Annotated[Principal, Depends(NeedsScope(Scope.statements_write))]
Field = Annotated[str, Form(max_length=600)]
Seen = Annotated[int, Form(ge=0)]
TONES = {AdjustmentState.made: "warn", AdjustmentState.approved: "ok", AdjustmentState.rejected: ""}
TAXES = {tax.value: tax.zh for tax in Tax}


@router.get("/statements/adjustments")
async def adjustments(request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show the differences that wait for a sheet, and the sheets."""
    return await _list(request, principal, session, {}, {})


async def _list(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    form: dict[str, str],
    errors: dict[str, str],
) -> Response:
    waiting = shown_lines(principal, await sheets.waiting(session, principal.city))
    made = adjustment_summaries(principal, await sheets.adjustments(session, principal.city))
    return render(
        request,
        principal,
        "ledger/adjustments.html",
        status=422 if errors else 200,
        waiting=waiting,
        agreements=[(code, code) for code in sorted({line["agreement"] for line in waiting})],
        made=made,
        names=await repo.region_names(session, principal.city),
        tones=TONES,
        causes=CAUSES,
        taxes=TAXES,
        may_make=can_issue_statement(principal),
        form={"agreement": "", "document_no": "", "reason": "", **form},
        errors=errors,
    )


@router.post("/statements/adjustments")
async def post_adjustment(
    request: Request,
    principal: Issuer,
    session: SessionDep,
    clock: ClockDep,
    agreement: Field = "",
    document_no: Field = "",
    reason: Field = "",
) -> Response:
    """Make the sheet of an agreement's differences, or of all: 303 to it, 422 with the list otherwise."""
    form = {"agreement": agreement, "document_no": document_no, "reason": reason}
    waiting = await sheets.waiting(session, principal.city)
    lines = [line for line in waiting if agreement in {"", line["agreement"]}]
    asked = sheets.AdjustmentRequest(
        agreements=sorted({line["agreement"] for line in lines}),
        causes=sorted({Cause(line["cause"]) for line in lines}),
        document_no=document_no,
        reason=reason,
    )
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            made = await sheets.make_adjustment(session, principal, asked, today)
    except DomainError as error:
        return await _list(request, principal, session, form, field_errors(request, error))
    return redirect(request, f"/statements/adjustments/{made.id}", lazy("调整单已编制，请另一人批准"))


@router.get("/statements/adjustments/{number:uuid}")
async def adjustment(number: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show a sheet."""
    return await _one(request, principal, session, number, {})


async def _one(
    request: Request, principal: Principal, session: AsyncSession, number: UUID, errors: dict[str, str]
) -> Response:
    sheet = await find_adjustment(session, principal, number)
    return render(
        request,
        principal,
        "ledger/adjustment.html",
        status=422 if errors else 200,
        sheet=sheet,
        body=shown_body(principal, sheet.body),
        tone=TONES[sheet.state],
        causes=CAUSES,
        taxes=TAXES,
        may_decide=may_decide(principal, sheet),
        errors=errors,
    )


@router.post("/statements/adjustments/{number:uuid}/{decision}")
async def post_adjustment_decision(
    number: UUID,
    decision: Annotated[str, Path(pattern="^(approve|reject)$")],
    request: Request,
    principal: Issuer,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
    sha256: Field = "",
    reason: Field = "",
) -> Response:
    """Approve or reject a sheet: 303 to it, 422 with it otherwise."""
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            if decision == "approve":
                await sheets.approve_adjustment(session, principal, number, sha256, today, seen)
            else:
                await sheets.reject_adjustment(session, principal, number, reason, today, seen)
    except DomainError as error:
        return await _one(request, principal, session, number, field_errors(request, error))
    done = lazy("已批准，下次测算时入账") if decision == "approve" else lazy("已定为不予调整")
    return redirect(request, f"/statements/adjustments/{number}", done)


@router.get("/statements/adjustments/{number:uuid}.pdf")
async def get_adjustment_pdf(
    number: UUID, request: Request, principal: Reader, session: SessionDep
) -> Response:
    """Print a sheet."""
    return send(await adjustment_pdf(session, principal, number, public_url(request)))


@router.get("/statements/adjustments/{number:uuid}.xlsx")
async def get_adjustment_xlsx(
    number: UUID, request: Request, principal: Reader, session: SessionDep
) -> Response:
    """Give a sheet as a workbook."""
    return send(await adjustment_xlsx(session, principal, number, public_url(request)))
