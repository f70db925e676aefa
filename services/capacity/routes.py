"""Capacity over HTTP: a park's arithmetic, its plots and halls, and what others use of it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.capacity import service, stock
from services.capacity.schemas import (
    AvailabilityForm,
    EndForm,
    OutsideForm,
    ParkCapacity,
    UseView,
    VerifyForm,
)
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, versioned

router = APIRouter(prefix="/v1/parks/{park}", tags=["capacity"])

Reader = Annotated[Principal, Depends(Requires(Scope.regions_read))]
Keeper = Annotated[Principal, Depends(Requires(Scope.stock_write))]
Code = Annotated[str, Path(max_length=40, pattern="^[0-9A-Za-z-]+$")]
Kind = Annotated[Literal["plots", "halls"], Path(description="plots or halls")]
KINDS = {"plots": stock.PLOT, "halls": stock.HALL}


@router.get("/capacity")
async def get_capacity(park: Code, principal: Reader, session: SessionDep, clock: ClockDep) -> ParkCapacity:
    """Return a park's capacity: total, offered, accepted, used elsewhere, free; each with its rows."""
    return await service.capacity(session, principal, park, await clock.today(session, principal.city))


@router.post("/{kind}/{code}/verify", response_model=ParkCapacity)
async def post_verify(
    park: Code,
    kind: Kind,
    code: Code,
    body: VerifyForm,
    principal: Keeper,
    session: SessionDep,
    clock: ClockDep,
    once: IdempotencyDep,
) -> Response:
    """Say that a plot or hall is still as stored, or that it is not: it then leaves the matcher at once."""
    today = await clock.today(session, principal.city)

    async def effect() -> ParkCapacity:
        await stock.check_stock(session, principal, park, KINDS[kind], code, body, today)
        return await service.capacity(session, principal, park, today)

    return await once.run(principal, principal.city, effect)


@router.put("/{kind}/{code}/availability")
async def put_availability(
    park: Code,
    kind: Kind,
    code: Code,
    body: AvailabilityForm,
    principal: Keeper,
    session: SessionDep,
    clock: ClockDep,
) -> ParkCapacity:
    """Set from when a plot or hall can be handed over."""
    await stock.plan_stock(session, principal, park, KINDS[kind], code, body)
    return await service.capacity(session, principal, park, await clock.today(session, principal.city))


@router.post("/outside-uses", status_code=201, response_model=UseView)
async def post_use(
    park: Code,
    body: OutsideForm,
    principal: Keeper,
    session: SessionDep,
    clock: ClockDep,
    once: IdempotencyDep,
) -> Response:
    """Record a use outside the program."""
    today = await clock.today(session, principal.city)
    return await once.run(
        principal,
        principal.city,
        lambda: stock.record_use(session, principal, park, body, today),
        status=201,
        headers=versioned,
    )


@router.post("/outside-uses/{use:uuid}/end", response_model=UseView)
async def post_end(
    park: Code,
    use: UUID,
    request: Request,
    body: EndForm,
    principal: Keeper,
    session: SessionDep,
    clock: ClockDep,
    once: IdempotencyDep,
) -> Response:
    """End a use outside the program."""
    today = await clock.today(session, principal.city)

    async def effect() -> UseView:
        seen = require_if_match(request)
        return await stock.end_use(session, principal, park, use, body, today, seen)

    return await once.run(principal, principal.city, effect, headers=versioned)
