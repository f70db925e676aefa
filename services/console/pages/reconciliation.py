"""双边核对: our receipts beside what both counties and the treasury state, and the differences of it."""

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
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import Locale, gettext, locale_of
from services.reconciliation import service
from services.reconciliation.differences import may_explain, may_resolve
from services.reconciliation.tables import TaxDifferenceEvent
from services.reconciliation.views import sides_view
from services.reconciliation.words import DifferenceState, Reason

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.reconciliation_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.reconciliation_write))]
Issuer = Annotated[Principal, Depends(NeedsScope(Scope.statements_write))]
Word = Annotated[str, Query(max_length=40)]
Typed = Annotated[str, Form(max_length=500)]


@router.get("/reconciliation")
async def comparison(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    period: Word = "",
    agreement: Word = "",
) -> Response:
    """Show the comparison of a period."""
    today = await clock.today(session, principal.city)
    period, months = chosen_months(period.strip(), today)
    rows = await service.comparison(session, principal, months, agreement.strip())
    return render(
        request,
        principal,
        "reconciliation/comparison.html",
        rows=[(row, sides_view(row.compared.figures)) for row in rows],
        period=period,
        agreement=agreement,
        fragment="list",
        **await common(request, principal, session, "/reconciliation"),
    )


@router.post("/reconciliation/compare")
async def compare(
    request: Request,
    principal: Issuer,
    session: SessionDep,
    clock: ClockDep,
    period: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Compare again and go back to the comparison."""
    today = await clock.today(session, principal.city)
    period, months = chosen_months(period, today)
    moved = await service.compare_now(session, principal, months, today)
    return redirect(request, f"/reconciliation?period={period}", "已重新比对，变动差异 {n} 项", n=moved)


@router.get("/reconciliation/differences")
async def difference_list(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, state: Word = ""
) -> Response:
    """List differences with their ages."""
    today = await clock.today(session, principal.city)
    found = await service.aged(
        session,
        principal,
        today,
        state=DifferenceState(state) if state in set(DifferenceState) else None,
    )
    locale = locale_of(request)
    return render(
        request,
        principal,
        "reconciliation/differences.html",
        rows=[(one, sides_view(one.difference.figures)) for one in found],
        state=state,
        states=[(one.value, gettext(one.zh, locale)) for one in DifferenceState],
        fragment="list",
        **await common(request, principal, session, "/reconciliation/differences"),
    )


@router.get("/reconciliation/differences/{difference:uuid}")
async def difference(
    request: Request, difference: UUID, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show a difference, what happened to it, and what this person may do."""
    return await _difference(request, principal, session, clock, difference, {})


async def _difference(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    difference: UUID,
    errors: dict[str, str],
) -> Response:
    today = await clock.today(session, principal.city)
    one = await service.find(session, principal, difference, today)
    events = await service.history(session, principal.city, difference)
    locale = locale_of(request)
    return render(
        request,
        principal,
        "reconciliation/difference.html",
        status=422 if errors else 200,
        errors=errors,
        one=one,
        figures=sides_view(one.difference.figures),
        steps=[
            (
                event.on_date,
                gettext(event.action.zh, locale),
                "：".join(
                    part
                    for part in (gettext(event.reason.zh, locale) if event.reason else "", event.words)
                    if part
                ),
                event.by_name,
            )
            for event in events
        ],
        reasons=[(reason.value, gettext(reason.zh, locale)) for reason in Reason],
        may_explain=may_explain(principal, one),
        may_resolve=may_resolve(principal, one),
        **await common(request, principal, session, "/reconciliation/differences"),
    )


def _said(event: TaxDifferenceEvent, locale: Locale) -> str:
    """What was said at an event: the reason of the list, and the words."""
    reason = gettext(event.reason.zh, locale) if event.reason else ""
    return "：".join(part for part in (reason, event.words) if part)


@router.post("/reconciliation/differences/{difference:uuid}/explain")
async def explain(
    request: Request,
    difference: UUID,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    reason: Annotated[str, Form(max_length=40)] = "",
    words: Typed = "",
    seen: Annotated[int, Form()] = 0,
) -> Response:
    """Explain a difference."""
    today = await clock.today(session, principal.city)
    try:
        async with session.begin_nested():
            await service.explain(session, principal, difference, reason, words, today, seen)
    except DomainError as error:
        return await _difference(request, principal, session, clock, difference, field_errors(request, error))
    return redirect(request, f"/reconciliation/differences/{difference}", "已说明差异原因")


@router.post("/reconciliation/differences/{difference:uuid}/resolve")
async def resolve(
    request: Request,
    difference: UUID,
    principal: Issuer,
    session: SessionDep,
    clock: ClockDep,
    words: Typed = "",
    seen: Annotated[int, Form()] = 0,
) -> Response:
    """Resolve a difference."""
    today = await clock.today(session, principal.city)
    try:
        async with session.begin_nested():
            await service.resolve(session, principal, difference, words, today, seen)
    except DomainError as error:
        return await _difference(request, principal, session, clock, difference, field_errors(request, error))
    return redirect(request, f"/reconciliation/differences/{difference}", "差异已办结")
