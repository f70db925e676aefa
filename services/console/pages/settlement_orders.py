"""拨款指令: an order with its payments, recording one, checking it, reversing it."""

from datetime import date
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.money import can_issue_statement
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.console.settlement_words import PAYMENT_DONE, PAYMENT_TONES, steps_of
from services.interchange.amounts import read_scaled
from services.interchange.faults import BadCell
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.settlement import service
from services.settlement.visibility import find_payment

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.statements_read))]
Issuer = Annotated[Principal, Depends(NeedsScope(Scope.statements_write))]
Field = Annotated[str, Form(max_length=600)]
Seen = Annotated[int, Form(ge=0)]
Step = Annotated[str, Path(pattern="^(check|reject|reversal|reversal-check|reversal-refuse)$")]
FEN_IN_YUAN = Fraction(100)


@router.get("/settlements/orders/{order:uuid}")
async def order_page(
    order: UUID, request: Request, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show an order with its payments."""
    return await _page(request, principal, session, clock, order, {}, {})


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    order: UUID,
    form: dict[str, str],
    errors: dict[str, str],
) -> Response:
    found = await service.find_order(session, principal, order)
    one = await service.order_view(session, principal, found)
    today = await clock.today(session, principal.city)
    locale = locale_of(request)
    return render(
        request,
        principal,
        "settlement/order.html",
        status=422 if errors else 200,
        one=one,
        late=one.open_fen > 0 and today > one.due_on,
        payments=[(payment, steps_of(payment, locale)) for payment in one.payments],
        tones=PAYMENT_TONES,
        may_record=can_issue_statement(principal) and one.recordable_fen > 0,
        form={"paid_on": today.isoformat(), "voucher_no": "", "fen": "", **form},
        errors=errors,
    )


@router.post("/settlements/orders/{order:uuid}")
async def record(
    order: UUID,
    request: Request,
    principal: Issuer,
    session: SessionDep,
    clock: ClockDep,
    paid_on: Field = "",
    voucher_no: Field = "",
    fen: Field = "",
) -> Response:
    """Record a payment: 303 to the order, 422 with the form otherwise."""
    form = {"paid_on": paid_on, "voucher_no": voucher_no, "fen": fen}
    locale = locale_of(request)
    try:
        day = date.fromisoformat(paid_on.strip())
    except ValueError:
        errors = {"paid_on": gettext(lazy("请填写日期，如 2027-01-15"), locale)}
        return await _page(request, principal, session, clock, order, form, errors)
    try:
        amount = read_scaled(fen, FEN_IN_YUAN, "分")
        async with session.begin_nested():
            await service.record_payment(
                session,
                principal,
                order,
                paid_on=day,
                voucher_no=voucher_no,
                fen=amount,
                today=await clock.today(session, principal.city),
            )
    except BadCell:
        errors = {"fen": gettext(lazy("请填写金额，最多两位小数"), locale)}
        return await _page(request, principal, session, clock, order, form, errors)
    except DomainError as error:
        return await _page(request, principal, session, clock, order, form, field_errors(request, error))
    return redirect(request, f"/settlements/orders/{order}", lazy("拨款已登记，请另一人复核"))


@router.post("/settlements/payments/{payment:uuid}/{step}")
async def take(
    payment: UUID,
    step: Step,
    request: Request,
    principal: Issuer,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
    reason: Field = "",
) -> Response:
    """Take a step of a payment: 303 to its order, 422 with the order's page otherwise."""
    order = (await find_payment(session, principal, payment)).payment_order
    try:
        async with session.begin_nested():
            if step == "check":
                await service.check_payment(session, principal, payment, seen)
            elif step == "reject":
                await service.reject_payment(session, principal, payment, seen)
            elif step == "reversal":
                await service.ask_reversal(session, principal, payment, reason, seen)
            elif step == "reversal-check":
                today = await clock.today(session, principal.city)
                await service.check_reversal(session, principal, payment, today, seen)
            else:
                await service.refuse_reversal(session, principal, payment, seen)
    except DomainError as error:
        session.expire_all()
        return await _page(request, principal, session, clock, order, {}, field_errors(request, error))
    return redirect(request, f"/settlements/orders/{order}", PAYMENT_DONE[step])
