"""A settlement's steps over HTTP: propose, check, confirm, void, expire."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, versioned
from services.settlement import service
from services.settlement.schemas import Because, ConfirmPart, Propose, SettlementView

router = APIRouter()

Issuer = Annotated[Principal, Depends(Requires(Scope.statements_write))]
Confirmer = Annotated[Principal, Depends(Requires(Scope.statements_confirm))]


def _made(answer: SettlementView) -> dict[str, str]:
    return {"Location": f"/v1/settlements/{answer.id}", **versioned(answer)}


@router.post("/v1/settlements", status_code=201, response_model=SettlementView)
async def post_settlement(
    body: Propose, session: SessionDep, idempotent: IdempotencyDep, principal: Issuer, clock: ClockDep
) -> Response:
    """Propose the netting of a closed year, or of what changed since its last settlement."""

    async def effect() -> SettlementView:
        today = await clock.today(session, principal.city)
        made = await service.propose(session, principal, body.year, today)
        return await service.view(session, principal, made, today)

    return await idempotent.run(principal, principal.city, effect, status=201, headers=_made)


@router.post("/v1/settlements/{settlement:uuid}/check", response_model=SettlementView)
async def post_check(
    settlement: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Check a settlement that another proposed; the counties then confirm their parts."""

    async def effect() -> SettlementView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await service.check(session, principal, settlement, today, seen)
        return await service.view(session, principal, moved, today)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/settlements/{settlement:uuid}/confirm", response_model=SettlementView)
async def post_confirm(
    settlement: UUID,
    body: ConfirmPart,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Confirmer,
    clock: ClockDep,
) -> Response:
    """Confirm one's own county's part by its hash, which names the version; the last one posts."""

    async def effect() -> SettlementView:
        today = await clock.today(session, principal.city)
        moved = await service.confirm(session, principal, settlement, body.sha256, today, body.scan_sha256)
        return await service.view(session, principal, moved, today)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/settlements/{settlement:uuid}/void", response_model=SettlementView)
async def post_void(
    settlement: UUID,
    body: Because,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Void a settlement that is not posted."""

    async def effect() -> SettlementView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await service.void(session, principal, settlement, body.reason, today, seen)
        return await service.view(session, principal, moved, today)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/settlements/{settlement:uuid}/expire", response_model=SettlementView)
async def post_expire(
    settlement: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Response:
    """Declare a settlement expired that was not confirmed in time."""

    async def effect() -> SettlementView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await service.expire(session, principal, settlement, today, seen)
        return await service.view(session, principal, moved, today)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)
