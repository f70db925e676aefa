"""Negotiation over HTTP: proposals, acceptance, two texts side by side, the terms that held on a day."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.agreements import comparing, negotiation, service, terms_in_time, views
from services.agreements.negotiation_schemas import AcceptIn, Comparison, Negotiation, ProposalIn, TermsAt
from services.agreements.schemas import AgreementOut
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import etag, require_if_match

router = APIRouter(prefix="/v1/agreements/{agreement_id:uuid}", tags=["agreements"])

Reader = Annotated[Principal, Depends(Requires(Scope.agreements_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.agreements_write))]
Number = Annotated[int, Path(ge=1, lt=2**31)]


@router.get("/proposals")
async def get_proposals(session: SessionDep, principal: Reader, agreement_id: UUID) -> Negotiation:
    """Show every proposal and acceptance of an agreement's versions, first to last."""
    return await negotiation.show_negotiation(session, principal, agreement_id)


@router.post("/proposals", status_code=201, response_model=AgreementOut)
async def post_proposal(
    request: Request,
    session: SessionDep,
    principal: Writer,
    agreement_id: UUID,
    body: ProposalIn,
    once: IdempotencyDep,
) -> Response:
    """Propose other terms of an open draft; `If-Match` names the revision seen."""

    async def effect() -> AgreementOut:
        await service.edit_agreement(session, principal, agreement_id, require_if_match(request), body)
        return await views.show_agreement(session, principal, agreement_id)

    return await once.run(principal, principal.city, effect, status=201, headers=_headers)


@router.post("/proposals/{seq}/accept", response_model=AgreementOut)
async def post_acceptance(
    request: Request,
    session: SessionDep,
    principal: Writer,
    agreement_id: UUID,
    seq: Number,
    body: AcceptIn,
    once: IdempotencyDep,
) -> Response:
    """Accept the other side's last proposal; `If-Match` names the revision seen."""

    async def effect() -> AgreementOut:
        revision = require_if_match(request)
        await negotiation.accept(session, principal, agreement_id, revision, seq, body.note)
        return await views.show_agreement(session, principal, agreement_id)

    return await once.run(principal, principal.city, effect, headers=_headers)


@router.get("/proposals/{before}/compare/{after}")
async def get_proposal_differences(
    request: Request,
    session: SessionDep,
    principal: Reader,
    agreement_id: UUID,
    before: Number,
    after: Number,
) -> Comparison:
    """Lay two proposals side by side, field by field."""
    locale = locale_of(request)
    return await comparing.compare_proposals(session, principal, agreement_id, before, after, locale)


@router.get("/versions/{before}/compare/{after}")
async def get_version_differences(
    request: Request,
    session: SessionDep,
    principal: Reader,
    agreement_id: UUID,
    before: Number,
    after: Number,
) -> Comparison:
    """Lay two versions side by side, field by field."""
    locale = locale_of(request)
    return await comparing.compare_versions(session, principal, agreement_id, before, after, locale)


@router.get("/terms")
async def get_terms(
    session: SessionDep,
    principal: Reader,
    agreement_id: UUID,
    on: date,
    known: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
) -> TermsAt:
    """Tell which version held on a day, as it was known at a number of the known clock."""
    return await terms_in_time.terms_at(session, principal, agreement_id, on, known)


def _headers(paper: AgreementOut) -> dict[str, str]:
    return {"ETag": etag(paper.revision), "Location": f"/v1/agreements/{paper.id}"}
