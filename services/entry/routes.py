"""The entry rules over HTTP: `/v1/entry-rules`. Everybody may read them; the city's office adds versions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.entry import service
from services.entry.schemas import RuleSetAnswer, RuleSetIn, RuleSetsAnswer
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, set_etag, versioned

router = APIRouter(prefix="/v1", tags=["entry"])

Reader = Annotated[Principal, Depends(Requires(Scope.regions_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.regions_write))]


@router.get("/entry-rules")
async def get_entry_rules(
    session: SessionDep, principal: Reader, clock: ClockDep, response: Response
) -> RuleSetsAnswer:
    """List all versions of the entry rules, newest first; the ETag is the newest version's number."""
    found = await service.versions(session, principal, await clock.today(session, principal.city))
    set_etag(response, found.items[0].version)
    return found


@router.post("/entry-rules", status_code=201)
async def post_entry_rules(
    request: Request,
    body: RuleSetIn,
    session: SessionDep,
    principal: Writer,
    clock: ClockDep,
    once: IdempotencyDep,
) -> RuleSetAnswer:
    """Add a version of the entry rules; `If-Match` names the newest one."""
    after = require_if_match(request)

    async def effect() -> RuleSetAnswer:
        today = await clock.today(session, principal.city)
        return await service.new_version(session, principal, body, today, after)

    return await once.run(principal, principal.city, effect, status=201, headers=versioned)  # type: ignore[return-value] # a Response of this model
