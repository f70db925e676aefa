"""Recorded names of firms over HTTP, and for the city who asked for which firm."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.firms import service
from services.firms.schemas import AliasAnswer, Aliases, AliasForm, Checks
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep

router = APIRouter(prefix="/v1/firms", tags=["firms"])

Writer = Annotated[Principal, Depends(Requires(Scope.projects_write))]
Watcher = Annotated[Principal, Depends(Requires(Scope.audit_read))]


@router.get("/names")
async def get_names(session: SessionDep, principal: Writer) -> Aliases:
    """List the recorded names: one's own county's, or all for the city's office."""
    return await service.list_aliases(session, principal)


@router.post("/names", status_code=201)
async def post_name(
    body: AliasForm, session: SessionDep, principal: Writer, once: IdempotencyDep
) -> AliasAnswer:
    """Record another name of a firm: an old or short one, a subsidiary, a parent."""

    async def effect() -> AliasAnswer:
        return await service.record_alias(session, principal, body)

    return await once.run(principal, principal.city, effect, status=201)  # type: ignore[return-value] # stored


@router.post("/names/{firm_name}/end")
async def post_end(
    firm_name: UUID, session: SessionDep, principal: Writer, once: IdempotencyDep
) -> AliasAnswer:
    """End a recorded name."""

    async def effect() -> AliasAnswer:
        return await service.end_alias(session, principal, firm_name)

    return await once.run(principal, principal.city, effect)  # type: ignore[return-value] # a stored answer


@router.get("/checks")
async def get_checks(session: SessionDep, principal: Watcher) -> Checks:
    """List who asked whether which firm is registered, the newest first."""
    return await service.list_checks(session, principal)
