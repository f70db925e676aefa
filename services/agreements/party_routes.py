"""Parties outside the city over HTTP: the city's office declares, its finance checks, parties read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.agreements import parties
from services.agreements.parties import OutsidePartyIn, OutsidePartyList
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep

router = APIRouter(prefix="/v1/outside-parties", tags=["agreements"])

Reader = Annotated[Principal, Depends(Requires(Scope.agreements_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.agreements_write))]
Checker = Annotated[Principal, Depends(Requires(Scope.agreements_witness))]
Code = Annotated[str, Path(pattern="^[0-9]{6}$")]


@router.get("")
async def get_parties(session: SessionDep, principal: Reader) -> OutsidePartyList:
    """List declared parties outside the city: all of them, or those of one's own county's agreements."""
    return await parties.list_parties(session, principal)


@router.post("", status_code=201, response_model=OutsidePartyList)
async def post_party(
    session: SessionDep, principal: Writer, body: OutsidePartyIn, once: IdempotencyDep
) -> Response:
    """Declare a party outside the city with its route, or mend a declaration nobody has checked."""

    async def effect() -> OutsidePartyList:
        await parties.declare_party(session, principal, body)
        return await parties.list_parties(session, principal)

    return await once.run(principal, principal.city, effect, status=201)


@router.post("/{code}/check", response_model=OutsidePartyList)
async def post_check(
    session: SessionDep, principal: Checker, code: Code, clock: ClockDep, once: IdempotencyDep
) -> Response:
    """Check a declared party; from here on it may be a party of agreements."""

    async def effect() -> OutsidePartyList:
        await parties.check_party(session, principal, code, clock.now())
        return await parties.list_parties(session, principal)

    return await once.run(principal, principal.city, effect)
