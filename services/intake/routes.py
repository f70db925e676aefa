"""Before a lead, over HTTP: target firms, contacts, moves inside the city; and the offers of the public."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.intake import chased, contacts, relocations, targets
from services.intake.inbox_routes import router as offers
from services.intake.public_routes import router as public
from services.intake.schemas import (
    ChasedAnswer,
    ConfirmIn,
    ContactAnswer,
    ContactIn,
    ContactsAnswer,
    RelocationAnswer,
    RelocationIn,
    RelocationsAnswer,
    ResultIn,
    TargetAnswer,
    TargetIn,
    TargetsAnswer,
)
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep, Idempotent
from services.kit.routing import require_if_match, versioned

router = APIRouter(prefix="/v1", tags=["intake"])

Teller = Annotated[Principal, Depends(Requires(Scope.projects_write))]
Judge = Annotated[Principal, Depends(Requires(Scope.projects_accept))]

Effect = Callable[[], Awaitable[BaseModel]]


async def _once(once: Idempotent, principal: Principal, effect: Effect, *, status: int = 200) -> Any:
    return await once.run(principal, principal.city, effect, status=status, headers=_headers)


def _headers(answer: Any) -> dict[str, str]:
    return versioned(answer) if hasattr(answer, "revision") else {}


@router.get("/targets")
async def get_targets(session: SessionDep, principal: Teller) -> TargetsAnswer:
    """List the target firms of one's county and the city; of all counties for the city's office."""
    return await targets.targets(session, principal)


@router.post("/targets", status_code=201)
async def post_target(
    body: TargetIn, session: SessionDep, principal: Teller, clock: ClockDep, once: IdempotencyDep
) -> TargetAnswer:
    """Put a firm on a list."""

    async def effect() -> TargetAnswer:
        return await targets.list_firm(session, principal, body, await clock.today(session, principal.city))

    return await _once(once, principal, effect, status=201)  # type: ignore[no-any-return] # a stored answer


@router.post("/targets/{target}/close")
async def post_target_close(
    target: UUID,
    request: Request,
    session: SessionDep,
    principal: Teller,
    clock: ClockDep,
    once: IdempotencyDep,
) -> TargetAnswer:
    """Take a firm off a list."""
    revision = require_if_match(request)

    async def effect() -> TargetAnswer:
        today = await clock.today(session, principal.city)
        return await targets.close_firm(session, principal, target, today, revision)

    return await _once(once, principal, effect)  # type: ignore[no-any-return] # a stored answer


@router.get("/targets/chased")
async def get_chased(session: SessionDep, principal: Judge, clock: ClockDep) -> ChasedAnswer:
    """List the firms that several counties list or call on; for the city's office."""
    return await chased.chased(session, principal, await clock.today(session, principal.city))


@router.get("/contacts")
async def get_contacts(session: SessionDep, principal: Teller, clock: ClockDep) -> ContactsAnswer:
    """List the contacts of one's county; of all for the city's office."""
    return await contacts.contacts(session, principal, await clock.today(session, principal.city))


@router.post("/contacts", status_code=201)
async def post_contact(
    body: ContactIn, session: SessionDep, principal: Teller, clock: ClockDep, once: IdempotencyDep
) -> ContactAnswer:
    """File a contact with a firm; 409 with number and end of the window where too many call on it."""

    async def effect() -> ContactAnswer:
        today = await clock.today(session, principal.city)
        return await contacts.file_contact(session, principal, body, today)

    return await _once(once, principal, effect, status=201)  # type: ignore[no-any-return] # a stored answer


@router.post("/contacts/{contact}/confirm")
async def post_contact_confirm(
    contact: UUID,
    request: Request,
    body: ConfirmIn,
    session: SessionDep,
    principal: Teller,
    clock: ClockDep,
    once: IdempotencyDep,
) -> ContactAnswer:
    """File a contact that waited."""
    revision = require_if_match(request)

    async def effect() -> ContactAnswer:
        today = await clock.today(session, principal.city)
        return await contacts.confirm_contact(session, principal, contact, body.contact_on, today, revision)

    return await _once(once, principal, effect)  # type: ignore[no-any-return] # a stored answer


@router.post("/contacts/{contact}/withdraw")
async def post_contact_withdraw(
    contact: UUID,
    request: Request,
    session: SessionDep,
    principal: Teller,
    clock: ClockDep,
    once: IdempotencyDep,
) -> ContactAnswer:
    """Take a contact back."""
    revision = require_if_match(request)

    async def effect() -> ContactAnswer:
        today = await clock.today(session, principal.city)
        return await contacts.withdraw_contact(session, principal, contact, today, revision)

    return await _once(once, principal, effect)  # type: ignore[no-any-return] # a stored answer


@router.post("/contacts/{contact}/result")
async def post_contact_result(
    contact: UUID,
    request: Request,
    body: ResultIn,
    session: SessionDep,
    principal: Teller,
    clock: ClockDep,
    once: IdempotencyDep,
) -> ContactAnswer:
    """Note what came of a contact."""
    revision = require_if_match(request)

    async def effect() -> ContactAnswer:
        today = await clock.today(session, principal.city)
        return await contacts.note_result(session, principal, contact, body.result, today, revision)

    return await _once(once, principal, effect)  # type: ignore[no-any-return] # a stored answer


@router.get("/relocations")
async def get_relocations(session: SessionDep, principal: Teller) -> RelocationsAnswer:
    """List the moves inside the city from and to one's county; all for the city's office."""
    return await relocations.relocations(session, principal)


@router.post("/relocations", status_code=201)
async def post_relocation(
    body: RelocationIn, session: SessionDep, principal: Teller, clock: ClockDep, once: IdempotencyDep
) -> RelocationAnswer:
    """File a move inside the city."""

    async def effect() -> RelocationAnswer:
        today = await clock.today(session, principal.city)
        return await relocations.file_relocation(session, principal, body, today)

    return await _once(once, principal, effect, status=201)  # type: ignore[no-any-return] # a stored answer


router.include_router(offers)
router.include_router(public)
