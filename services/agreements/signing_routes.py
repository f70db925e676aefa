"""Signed scans over HTTP: upload by a maker, check by another, read by those who may see the paper."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.agreements import signing, views
from services.agreements.schemas import AgreementOut, CheckIn, ConfirmationOut
from services.agreements.tables import SignedScan
from services.agreements.words import MediaType, PaperKind, Party
from services.kit.clock import Clock, ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep

router = APIRouter(prefix="/v1", tags=["agreements"])


class PaperPath(StrEnum):
    """The two papers in an address."""

    agreements = "agreements"
    confirmations = "confirmations"


Reader = Annotated[Principal, Depends(Requires(Scope.agreements_read))]
Maker = Annotated[Principal, Depends(Requires(Scope.agreements_upload))]
Signer = Annotated[Principal, Depends(Requires(Scope.agreements_sign))]
Witness = Annotated[Principal, Depends(Requires(Scope.agreements_witness))]

_KINDS = {PaperPath.agreements: PaperKind.agreement, PaperPath.confirmations: PaperKind.confirmation}
SUFFIXES = {MediaType.pdf: ".pdf", MediaType.png: ".png", MediaType.jpeg: ".jpg"}
_BASE = "/{papers}/{paper_id:uuid}/signatures"


async def _show(
    session: SessionDep, principal: Principal, papers: PaperPath, paper_id: UUID
) -> AgreementOut | ConfirmationOut:
    if papers is PaperPath.agreements:
        return await views.show_agreement(session, principal, paper_id)
    return await views.show_confirmation(session, principal, paper_id)


@router.post(_BASE, status_code=201, response_model=AgreementOut | ConfirmationOut)
async def post_signature(
    session: SessionDep,
    principal: Maker,
    papers: PaperPath,
    paper_id: UUID,
    party: Annotated[Party, Form()],
    signer: Annotated[str, Form(min_length=1, max_length=100)],
    signed_on: Annotated[date, Form()],
    scan: Annotated[UploadFile, File(description="PDF, PNG or JPEG, up to 10 MB")],
    clock: ClockDep,
    once: IdempotencyDep,
) -> Response:
    """Upload a side's signed scan; another person checks it."""

    async def effect() -> AgreementOut | ConfirmationOut:
        await signing.upload_signature(
            session,
            principal,
            _KINDS[papers],
            paper_id,
            party=party,
            signer=signer,
            signed_on=signed_on,
            name=scan.filename or "",
            content=await scan.read(),
            today=await clock.today(session, principal.city),
        )
        return await _show(session, principal, papers, paper_id)

    return await once.run(principal, principal.city, effect, status=201)


@router.post(_BASE + "/{signature_id:uuid}/check", response_model=AgreementOut | ConfirmationOut)
async def post_check(
    session: SessionDep,
    principal: Signer,
    papers: PaperPath,
    paper_id: UUID,
    signature_id: UUID,
    body: CheckIn,
    clock: ClockDep,
    once: IdempotencyDep,
) -> Response:
    """Accept or send back the scan of one's own side, uploaded by another person."""

    async def effect() -> AgreementOut | ConfirmationOut:
        await _decide(session, principal, papers, paper_id, signature_id, body, clock)
        return await _show(session, principal, papers, paper_id)

    return await once.run(principal, principal.city, effect)


@router.post(_BASE + "/{signature_id:uuid}/witness", response_model=AgreementOut | ConfirmationOut)
async def post_witness(
    session: SessionDep,
    principal: Witness,
    papers: PaperPath,
    paper_id: UUID,
    signature_id: UUID,
    body: CheckIn,
    clock: ClockDep,
    once: IdempotencyDep,
) -> Response:
    """Accept or send back the scan with the city finance bureau's witness."""

    async def effect() -> AgreementOut | ConfirmationOut:
        await _decide(session, principal, papers, paper_id, signature_id, body, clock)
        return await _show(session, principal, papers, paper_id)

    return await once.run(principal, principal.city, effect)


@router.get(_BASE + "/{signature_id:uuid}/scan", response_class=Response)
async def get_scan(
    session: SessionDep, principal: Reader, papers: PaperPath, paper_id: UUID, signature_id: UUID
) -> Response:
    """Download a signed scan as it was uploaded."""
    return scan_response(await views.show_scan(session, principal, _KINDS[papers], paper_id, signature_id))


def scan_response(scan: SignedScan) -> Response:
    """Answer with a scan as it was uploaded; never shown inside a page of ours, only saved."""
    return Response(
        scan.content,
        media_type=scan.media_type.value,
        headers={
            "Content-Disposition": f'attachment; filename="{scan.sha256[:16]}{SUFFIXES[scan.media_type]}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


async def _decide(
    session: SessionDep,
    principal: Principal,
    papers: PaperPath,
    paper_id: UUID,
    signature_id: UUID,
    body: CheckIn,
    clock: Clock,
) -> None:
    kind, now = _KINDS[papers], clock.now()
    if body.accept:
        await signing.check_signature(session, principal, kind, paper_id, signature_id, now=now)
    else:
        await signing.reject_signature(
            session, principal, kind, paper_id, signature_id, reason=body.reason, now=now
        )
