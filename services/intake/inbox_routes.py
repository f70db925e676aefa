"""What the public left, over HTTP, for the city's office and the counties: `/v1/intake-offers`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.intake import inbox
from services.intake.schemas import (
    AssignIn,
    ContactRead,
    FiledIn,
    OfferAnswer,
    OffersAnswer,
    RefuseIn,
)
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, set_etag, versioned

router = APIRouter()

Teller = Annotated[Principal, Depends(Requires(Scope.projects_write))]
Judge = Annotated[Principal, Depends(Requires(Scope.projects_accept))]


@router.get("/intake-offers")
async def get_offers(session: SessionDep, principal: Teller, clock: ClockDep) -> OffersAnswer:
    """List what the public left: all for the city's office, for a county what it was given."""
    return await inbox.inbox(session, principal, await clock.today(session, principal.city))


@router.get("/intake-offers/{offer}")
async def get_offer(
    offer: UUID, response: Response, session: SessionDep, principal: Teller, clock: ClockDep
) -> OfferAnswer:
    """Show one offer, never its contact."""
    found = await inbox.offer(session, principal, offer, await clock.today(session, principal.city))
    set_etag(response, found.revision)
    return found


@router.post("/intake-offers/{offer}/respond")
async def post_respond(
    offer: UUID,
    request: Request,
    session: SessionDep,
    principal: Judge,
    clock: ClockDep,
    once: IdempotencyDep,
) -> OfferAnswer:
    """Tell the sender that it is being looked at."""
    revision = require_if_match(request)

    async def effect() -> OfferAnswer:
        today = await clock.today(session, principal.city)
        return await inbox.respond(session, principal, offer, today, revision)

    return await once.run(principal, principal.city, effect, headers=versioned)  # type: ignore[return-value] # a stored answer


@router.post("/intake-offers/{offer}/assign")
async def post_assign(
    offer: UUID,
    request: Request,
    body: AssignIn,
    session: SessionDep,
    principal: Judge,
    clock: ClockDep,
    once: IdempotencyDep,
) -> OfferAnswer:
    """Give an offer to a county."""
    revision = require_if_match(request)

    async def effect() -> OfferAnswer:
        today = await clock.today(session, principal.city)
        return await inbox.assign(session, principal, offer, body, today, revision)

    return await once.run(principal, principal.city, effect, headers=versioned)  # type: ignore[return-value] # a stored answer


@router.post("/intake-offers/{offer}/refuse")
async def post_refuse(
    offer: UUID,
    request: Request,
    body: RefuseIn,
    session: SessionDep,
    principal: Judge,
    clock: ClockDep,
    once: IdempotencyDep,
) -> OfferAnswer:
    """Decline an offer with a reason and a reply."""
    revision = require_if_match(request)

    async def effect() -> OfferAnswer:
        today = await clock.today(session, principal.city)
        return await inbox.refuse(session, principal, offer, body, today, revision)

    return await once.run(principal, principal.city, effect, headers=versioned)  # type: ignore[return-value] # a stored answer


@router.post("/intake-offers/{offer}/lead")
async def post_lead(
    offer: UUID,
    request: Request,
    body: FiledIn,
    session: SessionDep,
    principal: Teller,
    clock: ClockDep,
    once: IdempotencyDep,
) -> OfferAnswer:
    """Say which lead an offer became."""
    revision = require_if_match(request)

    async def effect() -> OfferAnswer:
        today = await clock.today(session, principal.city)
        return await inbox.file(session, principal, offer, body.project, today, revision)

    return await once.run(principal, principal.city, effect, headers=versioned)  # type: ignore[return-value] # a stored answer


@router.post("/intake-offers/{offer}/contact")
async def post_contact_read(
    offer: UUID, session: SessionDep, principal: Judge, clock: ClockDep
) -> ContactRead:
    """Show whom to call about an offer. Every look is written down; the answer is not stored."""
    return await inbox.read_contact(session, principal, offer, await clock.today(session, principal.city))
