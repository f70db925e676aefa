"""Payments of orders over HTTP: recorded by one, checked by another, reversed the same way."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, versioned
from services.settlement import service
from services.settlement.schemas import Because, OrderView, PaymentView, RecordPayment
from services.settlement.tables import Payment
from services.settlement.views import payment_view

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(Scope.statements_read))]
Issuer = Annotated[Principal, Depends(Requires(Scope.statements_write))]
Step = Callable[[AsyncSession, Principal, UUID, int], Awaitable[Payment]]


@router.get("/v1/settlements/orders/{order:uuid}")
async def get_order(order: UUID, session: SessionDep, principal: Reader) -> OrderView:
    """Show a payment order with its payments."""
    return await service.order_view(session, principal, await service.find_order(session, principal, order))


@router.post("/v1/settlements/orders/{order:uuid}/payments", status_code=201, response_model=PaymentView)
async def post_payment(
    order: UUID,
    body: RecordPayment,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Record a payment of an order, in part or whole; never more than is open."""

    async def effect() -> PaymentView:
        made = await service.record_payment(
            session,
            principal,
            order,
            paid_on=body.paid_on,
            voucher_no=body.voucher_no,
            fen=body.fen,
            today=await clock.today(session, principal.city),
        )
        return payment_view(principal, made)

    return await idempotent.run(principal, principal.city, effect, status=201, headers=versioned)


async def _take(
    step: Step,
    payment: UUID,
    request: Request,
    session: AsyncSession,
    idempotent: IdempotencyDep,
    principal: Principal,
) -> Response:
    async def effect() -> PaymentView:
        seen = require_if_match(request)
        return payment_view(principal, await step(session, principal, payment, seen))

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/settlements/payments/{payment:uuid}/check", response_model=PaymentView)
async def post_check(
    payment: UUID, request: Request, session: SessionDep, idempotent: IdempotencyDep, principal: Issuer
) -> Response:
    """Check a payment that another recorded, which posts it."""
    return await _take(service.check_payment, payment, request, session, idempotent, principal)


@router.post("/v1/settlements/payments/{payment:uuid}/reject", response_model=PaymentView)
async def post_reject(
    payment: UUID, request: Request, session: SessionDep, idempotent: IdempotencyDep, principal: Issuer
) -> Response:
    """Send a recorded payment back; it never counts."""
    return await _take(service.reject_payment, payment, request, session, idempotent, principal)


@router.post("/v1/settlements/payments/{payment:uuid}/reversal", response_model=PaymentView)
async def post_reversal(
    payment: UUID,
    body: Because,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
) -> Response:
    """Ask to reverse a posted payment that was wrongly recorded."""

    async def ask(session: AsyncSession, principal: Principal, payment: UUID, seen: int) -> Payment:
        return await service.ask_reversal(session, principal, payment, body.reason, seen)

    return await _take(ask, payment, request, session, idempotent, principal)


@router.post("/v1/settlements/payments/{payment:uuid}/reversal-check", response_model=PaymentView)
async def post_reversal_check(
    payment: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Check a reversal that another asked for, which posts it, once."""

    async def reverse(session: AsyncSession, principal: Principal, payment: UUID, seen: int) -> Payment:
        today = await clock.today(session, principal.city)
        return await service.check_reversal(session, principal, payment, today, seen)

    return await _take(reverse, payment, request, session, idempotent, principal)


@router.post("/v1/settlements/payments/{payment:uuid}/reversal-refuse", response_model=PaymentView)
async def post_reversal_refuse(
    payment: UUID, request: Request, session: SessionDep, idempotent: IdempotencyDep, principal: Issuer
) -> Response:
    """Refuse a reversal: the payment stays posted."""
    return await _take(service.refuse_reversal, payment, request, session, idempotent, principal)
