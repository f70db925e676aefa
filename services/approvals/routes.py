"""Approvals over HTTP: the inbox, sheets and acts, batches, delegations, handovers, chains."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.approvals import chains, delegations, handovers, service, sheets, views
from services.approvals.schemas import (
    REF_PATTERN,
    ActForm,
    BatchForm,
    BatchView,
    ChainForm,
    ChainsView,
    ChainView,
    DelegationForm,
    DelegationsView,
    DelegationView,
    HandoverForm,
    HandoversView,
    HandoverView,
    Inbox,
    SheetView,
)
from services.approvals.todo_lists import open_items
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, set_etag, versioned

router = APIRouter(tags=["approvals"])

Reader = Annotated[Principal, Depends(Requires(Scope.approvals_read))]
Signer = Annotated[Principal, Depends(Requires(Scope.approvals_write))]
SheetRef = Annotated[str, Path(pattern=REF_PATTERN)]


@router.get("/v1/approvals")
async def get_approvals(
    session: SessionDep,
    principal: Reader,
    clock: ClockDep,
    box: Annotated[Literal["waiting", "mine"], Query()] = "waiting",
) -> Inbox:
    """List what waits for one's signature, the latest due first; or the sheets that one has a part in."""
    today = await clock.today(session, principal.city)
    read = sheets.inbox if box == "waiting" else sheets.part_in
    return Inbox(items=views.lines(await read(session, principal, today), today))


@router.get("/v1/approvals/{approval}")
async def get_approval(
    approval: SheetRef, response: Response, session: SessionDep, principal: Reader, clock: ClockDep
) -> SheetView:
    """Show a sheet with its steps and its history."""
    today = await clock.today(session, principal.city)
    found = await sheets.locate(session, principal, approval, today)
    set_etag(response, found.revision)
    return await views.whole(session, principal, found, today)


@router.post("/v1/approvals/batch", response_model=BatchView)
async def post_batch(
    body: BatchForm,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Signer,
    clock: ClockDep,
) -> Response:
    """Agree to several alike, undisputed matters; the answer says of each what became of it."""

    async def effect() -> BatchView:
        today = await clock.today(session, principal.city)
        items = await service.agree_to_all(
            session, principal, body.items, body.reason, today, locale_of(request)
        )
        return BatchView(items=items, done=sum(item.done for item in items))

    return await idempotent.run(principal, principal.city, effect)


@router.post("/v1/approvals/{approval}/acts", response_model=SheetView)
async def post_act(
    approval: SheetRef,
    body: ActForm,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Signer,
    clock: ClockDep,
) -> Response:
    """Act on a sheet: agree, refuse, return, add a signer, forward, copy, withdraw, submit."""

    async def effect() -> SheetView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        found = await service.take(session, principal, approval, body, today, seen=seen)
        return await views.whole(session, principal, found, today)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.get("/v1/approval-chains")
async def get_chains(session: SessionDep, principal: Reader) -> ChainsView:
    """List the chains that the city set; where it set none, each kind has its own one step."""
    return ChainsView(items=await chains.chains(session, principal))


@router.post("/v1/approval-chains", status_code=201, response_model=ChainView)
async def post_chain(
    body: ChainForm, session: SessionDep, idempotent: IdempotencyDep, principal: Signer, clock: ClockDep
) -> Response:
    """Set who signs a kind of matter from a day on."""

    async def effect() -> ChainView:
        return await chains.set_chain(session, principal, body, await clock.today(session, principal.city))

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.get("/v1/delegations")
async def get_delegations(session: SessionDep, principal: Reader, clock: ClockDep) -> DelegationsView:
    """List the delegations of oneself and one's office."""
    today = await clock.today(session, principal.city)
    rows = await delegations.delegations(session, principal)
    return DelegationsView(items=[delegations.view(row, principal, today) for row in rows])


@router.post("/v1/delegations", status_code=201, response_model=DelegationView)
async def post_delegation(
    body: DelegationForm,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Signer,
    clock: ClockDep,
) -> Response:
    """Let another sign in one's stead (甲代乙) for some days and kinds of matters."""

    async def effect() -> DelegationView:
        today = await clock.today(session, principal.city)
        made = await delegations.delegate(session, principal, body, today)
        return delegations.view(made, principal, today)

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.post("/v1/delegations/{delegation:uuid}/end", response_model=DelegationView)
async def post_end(
    delegation: UUID, session: SessionDep, idempotent: IdempotencyDep, principal: Signer, clock: ClockDep
) -> Response:
    """End a delegation before its time."""

    async def effect() -> DelegationView:
        today = await clock.today(session, principal.city)
        ended = await delegations.end(session, principal, delegation, today)
        return delegations.view(ended, principal, today)

    return await idempotent.run(principal, principal.city, effect)


@router.get("/v1/handovers")
async def get_handovers(session: SessionDep, principal: Reader) -> HandoversView:
    """List the handovers that one drew up or is part of."""
    rows = await handovers.handovers(session, principal)
    return HandoversView(items=[handovers.view(row, principal) for row in rows])


@router.get("/v1/handovers/{handover:uuid}")
async def get_handover(
    handover: UUID, response: Response, session: SessionDep, principal: Reader
) -> HandoverView:
    """Show a handover with its list."""
    row = await handovers.find(session, principal, handover)
    set_etag(response, row.revision)
    return handovers.view(row, principal)


def _made(answer: HandoverView) -> dict[str, str]:
    return {"Location": f"/v1/handovers/{answer.id}", **versioned(answer)}


@router.post("/v1/handovers", status_code=201, response_model=HandoverView)
async def post_handover(
    body: HandoverForm, session: SessionDep, idempotent: IdempotencyDep, principal: Signer, clock: ClockDep
) -> Response:
    """Draw up a handover with the list of what is open on the giver's desk."""

    async def effect() -> HandoverView:
        today: date = await clock.today(session, principal.city)
        items = await open_items(session, principal, body.giver, today)
        made = await handovers.hand_over(session, principal, body, items, today)
        return handovers.view(made, principal)

    return await idempotent.run(principal, principal.city, effect, status=201, headers=_made)


@router.post("/v1/handovers/{handover:uuid}/confirm", response_model=HandoverView)
async def post_confirm(
    handover: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Signer,
    clock: ClockDep,
) -> Response:
    """Confirm the list as giver or taker; with the second word everything passes."""

    async def effect() -> HandoverView:
        require_if_match(request)
        today = await clock.today(session, principal.city)
        row = await handovers.confirm(session, principal, handover, today)
        return handovers.view(row, principal)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)
