"""The steps of statements, each with a 核对 page that says what will be recorded."""

from datetime import date
from types import MappingProxyType
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.ledger import service
from services.ledger.errors import WrongState
from services.ledger.schemas import StatementView
from services.ledger.states import StatementAction
from services.ledger.tables import Statement

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.statements_read))]
Issuer = Annotated[Principal, Depends(NeedsScope(Scope.statements_write))]
Field = Annotated[str, Form(max_length=600)]
Seen = Annotated[int, Form(ge=0)]
Step = Annotated[
    str, Path(pattern="^(check|review|approve|confirm|confirm_by_rule|reject|ask_reject|uphold|reissue)$")
]

CONSEQUENCES = {
    StatementAction.check: lazy("将记录：您已复核这份结算单。复核人不能再审核或批准；记录不能撤销。"),
    StatementAction.review: lazy("将记录：您已审核这份结算单。审核人不能再批准；记录不能撤销。"),
    StatementAction.approve: lazy("批准后结算单即签发，送该县区确认；内容从此不变，只能以新版更正。"),
    StatementAction.confirm: lazy("确认后，本县区认可所列上解、补助各行和金额；记录不能撤销。"),
    StatementAction.confirm_by_rule: lazy(
        "县区逾期未答复。按本市已生效的规则，将由您记录为视同确认；记录不能撤销，也不代替盖章扫描件。"
    ),
    StatementAction.reject: lazy("签发方说明有误，请您退回。退回后由签发方编制新的一版；记录不能撤销。"),
    StatementAction.ask_reject: lazy("将请县区退回这份结算单，县区退回后由您编制新的一版；记录不能撤销。"),
    StatementAction.uphold: lazy("将答复全部异议并维持原单，结算单回到待确认；记录不能撤销。"),
    StatementAction.reissue: lazy(
        "将按最新台账编制新的一版，原版保留但不再有效；新版须重新复核、审核、批准。"
    ),
}
WITH_REASON: Final = MappingProxyType(
    {
        StatementAction.uphold: service.uphold,
        StatementAction.reissue: service.reissue,
        StatementAction.ask_reject: service.ask_rejection,
    }
)
WITHOUT: Final = MappingProxyType(
    {StatementAction.reject: service.reject, StatementAction.confirm_by_rule: service.confirm_by_rule}
)
DONE = {
    StatementAction.check: lazy("已复核"),
    StatementAction.review: lazy("已审核"),
    StatementAction.approve: lazy("已批准签发"),
    StatementAction.confirm: lazy("已确认"),
    StatementAction.confirm_by_rule: lazy("已按规则记录为视同确认"),
    StatementAction.reject: lazy("已退回签发方"),
    StatementAction.ask_reject: lazy("已请县区退回"),
    StatementAction.uphold: lazy("已答复，维持原单"),
    StatementAction.reissue: lazy("已编制新的一版"),
}


async def _view(session: AsyncSession, principal: Principal, number: UUID) -> StatementView:
    return await service.view(session, principal, await service.find(session, principal, number))


@router.get("/statements/{number:uuid}/{step}")
async def ask_step(
    number: UUID, step: Step, request: Request, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show the 核对 page of a step."""
    action, by_rule = StatementAction(step), False
    if action is StatementAction.confirm_by_rule:
        today = await clock.today(session, principal.city)
        by_rule = (await service.desk(session, principal, number, today)).may_confirm_by_rule
    return await _ask(request, principal, session, number, action, {}, may_by_rule=by_rule)


async def _ask(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    number: UUID,
    action: StatementAction,
    errors: dict[str, str],
    reason: str = "",
    *,
    may_by_rule: bool = False,
) -> Response:
    one = await _view(session, principal, number)
    offered = action in one.actions or (action is StatementAction.confirm_by_rule and may_by_rule)
    if not offered and not errors:
        raise WrongState(state=one.state.value)
    return render(
        request,
        principal,
        "ledger/step.html",
        status=422 if errors else 200,
        one=one,
        action=action.value,
        text=action.zh,
        consequence=CONSEQUENCES[action],
        with_reason=action in WITH_REASON,
        errors=errors,
        reason=reason,
    )


@router.post("/statements/{number:uuid}/{step}")
async def take_step(
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
    """Take a step: 303 to the statement, 422 with the 核对 page and the reason otherwise."""
    action = StatementAction(step)
    today = await clock.today(session, principal.city)
    try:
        async with session.begin_nested():
            done = await _taken(session, principal, number, action, today, seen, sha256, reason)
    except DomainError as error:
        return await _ask(request, principal, session, number, action, field_errors(request, error), reason)
    return redirect(request, f"/statements/{done.id}", DONE[action])


async def _taken(
    session: AsyncSession,
    principal: Principal,
    number: UUID,
    action: StatementAction,
    today: date,
    seen: int,
    sha256: str,
    reason: str,
) -> Statement:
    """Take the step that the page asked for."""
    if action is StatementAction.confirm:
        return await service.confirm(session, principal, number, sha256, today, seen)
    if action in WITH_REASON:
        return await WITH_REASON[action](session, principal, number, reason, today, seen)
    if action in WITHOUT:
        return await WITHOUT[action](session, principal, number, today, seen)
    return await service.advance(session, principal, number, action, today, seen)


@router.get("/statements/compute")
async def ask_compute(request: Request, principal: Issuer, session: SessionDep, clock: ClockDep) -> Response:
    """Show the form that computes a month or prepares a quarter's or year's statements."""
    return await _compute(request, principal, session, clock, {}, {})


async def _compute(
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
        "ledger/compute.html",
        status=422 if errors else 200,
        computed=await service.months_computed(session, principal.city),
        closed=await service.closed_years(session, principal.city),
        year=today.year - 1,
        form={"month": "", "period": str(today.year - 1), **form},
        errors=errors,
    )


@router.post("/statements/compute")
async def post_compute(
    request: Request, principal: Issuer, session: SessionDep, clock: ClockDep, month: Field = ""
) -> Response:
    """Compute a month: 303 to its statements, 422 with the form otherwise."""
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            await service.compute_month(session, principal, month.strip(), today)
    except DomainError as error:
        errors = {"month": field_errors(request, error).get("", "")}
        return await _compute(request, principal, session, clock, {"month": month}, errors)
    return redirect(
        request, f"/statements?kind=month&period={month.strip()}", lazy("{month} 已测算并入账"), month=month
    )


@router.post("/statements/prepare")
async def post_prepare(
    request: Request, principal: Issuer, session: SessionDep, clock: ClockDep, period: Field = ""
) -> Response:
    """Prepare a quarter's or year's statements: 303 to them, 422 with the form otherwise."""
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            made = await service.prepare(session, principal, period.strip(), today)
    except DomainError as error:
        errors = {"period": field_errors(request, error).get("", "")}
        return await _compute(request, principal, session, clock, {"period": period}, errors)
    return redirect(
        request, f"/statements?period={period.strip()}", lazy("已编制 {count} 份"), count=len(made)
    )
