"""The steps of a settlement, each with a 核对 page that says what will be recorded."""

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
from services.console.settlement_words import CONSEQUENCES, DONE, tabs_of
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy, locale_of
from services.settlement import service
from services.settlement.errors import SettlementMoved
from services.settlement.words import SettlementAction

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.statements_read))]
Issuer = Annotated[Principal, Depends(NeedsScope(Scope.statements_write))]
Field = Annotated[str, Form(max_length=600)]
Seen = Annotated[int, Form(ge=0)]
Step = Annotated[str, Path(pattern="^(check|confirm|void|expire)$")]


@router.post("/settlements/propose")
async def propose(
    request: Request,
    principal: Issuer,
    session: SessionDep,
    clock: ClockDep,
    year: Annotated[int, Form(ge=2000, le=2100)],
) -> Response:
    """Propose a year's netting: 303 to it, 422 with the year's summary otherwise."""
    today = await clock.today(session, principal.city)
    try:
        async with session.begin_nested():
            made = await service.propose(session, principal, year, today)
    except DomainError as error:
        found = await service.read_summary(session, principal, year)
        return render(
            request,
            principal,
            "settlement/summary.html",
            status=422,
            tabs=tabs_of("/settlements/summary", locale_of(request)),
            found=found,
            whole=True,
            year=year,
            taxes={tax.value: tax.zh for tax in Tax},
            may_propose=can_issue_statement(principal),
            errors=field_errors(request, error),
        )
    return redirect(request, f"/settlements/{made.id}", lazy("轧差方案已提出，请另一人复核"))


@router.get("/settlements/{number:uuid}/{step}")
async def ask(
    number: UUID, step: Step, request: Request, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show the 核对 page of a step."""
    return await _ask(request, principal, session, clock, number, SettlementAction(step), {})


async def _ask(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    number: UUID,
    action: SettlementAction,
    errors: dict[str, str],
    reason: str = "",
) -> Response:
    found = await service.find_settlement(session, principal, number)
    one = await service.view(session, principal, found, await clock.today(session, principal.city))
    if action not in one.actions and not errors:
        raise SettlementMoved(state=one.state.value)
    return render(
        request,
        principal,
        "settlement/step.html",
        status=422 if errors else 200,
        one=one,
        part=next((part for part in one.parts if part.county == one.own), None),
        action=action.value,
        text=action.zh,
        consequence=CONSEQUENCES[action],
        with_reason=action is SettlementAction.void,
        errors=errors,
        reason=reason,
    )


@router.post("/settlements/{number:uuid}/{step}")
async def take(
    number: UUID,
    step: Step,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
    sha256: Field = "",
    reason: Field = "",
) -> Response:
    """Take a step: 303 to the settlement, 422 with the 核对 page and the reason otherwise."""
    action = SettlementAction(step)
    today = await clock.today(session, principal.city)
    try:
        async with session.begin_nested():
            if action is SettlementAction.confirm:
                await service.confirm(session, principal, number, sha256, today)
            elif action is SettlementAction.void:
                await service.void(session, principal, number, reason, today, seen)
            elif action is SettlementAction.expire:
                await service.expire(session, principal, number, today, seen)
            else:
                await service.check(session, principal, number, today, seen)
    except DomainError as error:
        session.expire_all()
        errors = field_errors(request, error)
        return await _ask(request, principal, session, clock, number, action, errors, reason)
    return redirect(request, f"/settlements/{number}", DONE[action])
