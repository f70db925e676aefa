"""反关账: a closed year opened again by two people; and a period recomputed for whoever doubts it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.money import can_issue_statement
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.ledger_words import choices, chosen
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.ledger import reopening
from services.ledger.recompute import Recomputed, recompute
from services.ledger.reopening_views import may_recompute
from services.ledger.reopening_words import LIVE, ReopeningReason, ReopeningState

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.ledger_read))]
Closer = Annotated[Principal, Depends(NeedsScope(Scope.statements_close))]
Year = Annotated[int, Path(ge=2000, le=2100)]
Field = Annotated[str, Form(max_length=600)]
Seen = Annotated[int, Form(ge=0)]
Word = Annotated[str, Query(max_length=20)]
TONES = {
    ReopeningState.requested: "warn",
    ReopeningState.open: "bad",
    ReopeningState.closing: "warn",
    ReopeningState.closed: "ok",
    ReopeningState.refused: "",
}


@router.get("/statements/reopenings/{year}")
async def reopenings(year: Year, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show how often a year was opened again, and the form that asks for it."""
    return await _page(request, principal, session, year, {}, {})


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    year: int,
    form: dict[str, str],
    errors: dict[str, str],
) -> Response:
    found = await reopening.reopenings_of(session, principal.city, year)
    return render(
        request,
        principal,
        "ledger/reopenings.html",
        status=422 if errors else 200,
        year=year,
        found=found,
        tones=TONES,
        waits={one.id for one in found if reopening.may_decide(principal, one)},
        may_ask=can_issue_statement(principal) and not any(one.state in LIVE for one in found),
        reasons=choices(ReopeningReason, locale_of(request)),
        form={"reason": "", "words": "", "document_no": "", **form},
        errors=errors,
    )


@router.post("/statements/reopenings/{year}")
async def post_reopening(
    year: Year,
    request: Request,
    principal: Closer,
    session: SessionDep,
    clock: ClockDep,
    reason: Field = "",
    words: Field = "",
    document_no: Field = "",
) -> Response:
    """Ask for a closed year to be opened again: 303 to the page, 422 with it otherwise."""
    form = {"reason": reason, "words": words, "document_no": document_no}
    why = chosen(ReopeningReason, reason)
    if why is None:
        errors = {"reason": gettext(lazy("请选择反关账的原因"), locale_of(request))}
        return await _page(request, principal, session, year, form, errors)
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            await reopening.request_reopening(session, principal, year, why, words, document_no, today)
    except DomainError as error:
        return await _page(request, principal, session, year, form, field_errors(request, error))
    return redirect(request, f"/statements/reopenings/{year}", lazy("已申请反关账，请另一人批准"))


@router.post("/statements/reopenings/{year}/{number:uuid}/{decision}")
async def post_decision(
    year: Year,
    number: UUID,
    decision: Annotated[str, Path(pattern="^(approve|refuse)$")],
    request: Request,
    principal: Closer,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
    decision_words: Field = "",
) -> Response:
    """Allow or refuse what another person asked for: 303 to the page, 422 with it otherwise."""
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            if decision == "approve":
                await reopening.approve_reopening(session, principal, year, number, today, seen)
            else:
                await reopening.refuse_reopening(
                    session, principal, year, number, decision_words, today, seen
                )
    except DomainError as error:
        return await _page(request, principal, session, year, {}, field_errors(request, error))
    done = lazy("已批准反关账，可编制新的一版") if decision == "approve" else lazy("未批准反关账")
    return redirect(request, f"/statements/reopenings/{year}", done)


@router.get("/statements/recompute")
async def recomputation(
    request: Request, principal: Reader, session: SessionDep, period: Word = ""
) -> Response:
    """Recompute a period and say what does not come out again; without a period the form alone."""
    may_recompute(principal)
    errors: dict[str, str] = {}
    found: Recomputed | None = None
    if period:
        try:
            found = await recompute(session, principal.city, period.strip())
        except DomainError as error:
            errors = {"period": field_errors(request, error).get("", "")}
    return render(
        request,
        principal,
        "ledger/recompute.html",
        status=422 if errors else 200,
        period=period,
        found=found,
        errors=errors,
    )
