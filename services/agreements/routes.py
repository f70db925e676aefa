"""The papers over HTTP. Their PDF and xlsx are in `services.documents.routes`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.agreements import (
    confirmations,
    listing,
    negotiation_routes,
    party_routes,
    service,
    signing_routes,
    views,
)
from services.agreements.schemas import (
    AgreementEdit,
    AgreementIn,
    AgreementOut,
    AgreementRow,
    ConfirmationIn,
    ConfirmationOut,
    ConfirmationRow,
    EndIn,
    VersionList,
    VoidIn,
)
from services.agreements.words import PaperState
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Page,
    decode_cursor,
    encode_cursor,
    page_of,
)
from services.kit.routing import etag, not_modified, require_if_match, set_etag

router = APIRouter(tags=["agreements"])

Reader = Annotated[Principal, Depends(Requires(Scope.agreements_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.agreements_write))]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


def _headers(paper: AgreementOut) -> dict[str, str]:
    return {"ETag": etag(paper.revision), "Location": f"/v1/agreements/{paper.id}"}


@router.get("/v1/agreements")
async def get_agreements(
    request: Request,
    session: SessionDep,
    principal: Reader,
    state: PaperState | None = None,
    county: Annotated[str | None, Query(pattern="^[0-9]{6}$")] = None,
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[AgreementRow]:
    """List the agreements that this person may see, newest number first."""
    secret = request.app.state.settings.secret.get_secret_value()
    bound = f"agreements {principal.account} {state} {county} {q}"
    after = str(decode_cursor(secret, bound, cursor)[0]) if cursor else None
    rows = await listing.list_agreements(
        session, principal, state=state, county=county, text=q, after=after, limit=limit
    )
    return page_of(
        rows, limit, item=lambda row: row, cursor=lambda row: encode_cursor(secret, bound, [row.code])
    )


@router.post("/v1/agreements", status_code=201, response_model=AgreementOut)
async def post_agreement(
    session: SessionDep,
    principal: Writer,
    body: AgreementIn,
    clock: ClockDep,
    once: IdempotencyDep,
) -> Response:
    """Draft the agreement of a held project."""

    async def effect() -> AgreementOut:
        today = await clock.today(session, principal.city)
        made = await service.draft_agreement(session, principal, body, today)
        return await views.show_agreement(session, principal, made.id)

    return await once.run(principal, principal.city, effect, status=201, headers=_headers)


@router.get("/v1/agreements/{agreement_id:uuid}", response_model=AgreementOut)
async def get_agreement(
    request: Request, response: Response, session: SessionDep, principal: Reader, agreement_id: UUID
) -> AgreementOut | Response:
    """Show an agreement with its versions, signatures and what this person may do."""
    found = await views.show_agreement(session, principal, agreement_id)
    if not_modified(request, found.revision):
        return Response(status_code=304, headers={"ETag": etag(found.revision)})
    set_etag(response, found.revision)
    return found


@router.get("/v1/agreements/{agreement_id:uuid}/versions")
async def get_versions(session: SessionDep, principal: Reader, agreement_id: UUID) -> VersionList:
    """Show every version of an agreement's terms, first to last."""
    found = await views.show_agreement(session, principal, agreement_id)
    return VersionList(items=found.versions)


@router.put("/v1/agreements/{agreement_id:uuid}/draft")
async def put_draft(
    request: Request,
    response: Response,
    session: SessionDep,
    principal: Writer,
    agreement_id: UUID,
    body: AgreementEdit,
) -> AgreementOut:
    """Change a draft; `If-Match` names the revision seen."""
    await service.edit_agreement(session, principal, agreement_id, require_if_match(request), body)
    found = await views.show_agreement(session, principal, agreement_id)
    set_etag(response, found.revision)
    return found


@router.post("/v1/agreements/{agreement_id:uuid}/versions", status_code=201, response_model=AgreementOut)
async def post_version(
    request: Request,
    session: SessionDep,
    principal: Writer,
    agreement_id: UUID,
    body: AgreementEdit,
    once: IdempotencyDep,
) -> Response:
    """Draft a further version of an agreement in force."""

    async def effect() -> AgreementOut:
        await service.amend_agreement(session, principal, agreement_id, require_if_match(request), body)
        return await views.show_agreement(session, principal, agreement_id)

    return await once.run(principal, principal.city, effect, status=201, headers=_headers)


@router.post("/v1/agreements/{agreement_id:uuid}/send", response_model=AgreementOut)
async def post_send(
    request: Request, session: SessionDep, principal: Writer, agreement_id: UUID, once: IdempotencyDep
) -> Response:
    """Send a draft for signing; its terms are fixed from here."""

    async def effect() -> AgreementOut:
        await service.send_agreement(session, principal, agreement_id, require_if_match(request))
        return await views.show_agreement(session, principal, agreement_id)

    return await once.run(principal, principal.city, effect, headers=_headers)


@router.post("/v1/agreements/{agreement_id:uuid}/end", response_model=AgreementOut)
async def post_end(
    request: Request,
    session: SessionDep,
    principal: Writer,
    agreement_id: UUID,
    body: EndIn,
    once: IdempotencyDep,
) -> Response:
    """End an agreement; what is booked stays."""

    async def effect() -> AgreementOut:
        revision = require_if_match(request)
        await service.end_agreement(session, principal, agreement_id, revision, body.ended_on, body.reason)
        return await views.show_agreement(session, principal, agreement_id)

    return await once.run(principal, principal.city, effect, headers=_headers)


@router.get("/v1/confirmations")
async def get_confirmations(
    request: Request,
    session: SessionDep,
    principal: Reader,
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ConfirmationRow]:
    """List the confirmations that this person may see, newest number first."""
    secret = request.app.state.settings.secret.get_secret_value()
    bound = f"confirmations {principal.account}"
    after = str(decode_cursor(secret, bound, cursor)[0]) if cursor else None
    rows = await listing.list_confirmations(session, principal, after=after, limit=limit)
    return page_of(
        rows, limit, item=lambda row: row, cursor=lambda row: encode_cursor(secret, bound, [row.code])
    )


@router.post("/v1/confirmations", status_code=201, response_model=ConfirmationOut)
async def post_confirmation(
    session: SessionDep, principal: Writer, body: ConfirmationIn, clock: ClockDep, once: IdempotencyDep
) -> Response:
    """Open the 三方流转确认书 of a held project for signing."""

    async def effect() -> ConfirmationOut:
        today = await clock.today(session, principal.city)
        made = await confirmations.open_confirmation(session, principal, body.project, today)
        return await views.show_confirmation(session, principal, made.id)

    return await once.run(
        principal,
        principal.city,
        effect,
        status=201,
        headers=lambda paper: {"Location": f"/v1/confirmations/{paper.id}"},
    )


@router.get("/v1/confirmations/{confirmation_id:uuid}")
async def get_confirmation(session: SessionDep, principal: Reader, confirmation_id: UUID) -> ConfirmationOut:
    """Show a confirmation with its signatures."""
    return await views.show_confirmation(session, principal, confirmation_id)


@router.post("/v1/confirmations/{confirmation_id:uuid}/void", response_model=ConfirmationOut)
async def post_void(
    session: SessionDep, principal: Writer, confirmation_id: UUID, body: VoidIn, once: IdempotencyDep
) -> Response:
    """Void a confirmation that is not signed by all sides."""

    async def effect() -> ConfirmationOut:
        await confirmations.end_confirmation(session, principal, confirmation_id, body.reason)
        return await views.show_confirmation(session, principal, confirmation_id)

    return await once.run(principal, principal.city, effect)


router.include_router(signing_routes.router)
router.include_router(negotiation_routes.router)
router.include_router(party_routes.router)
