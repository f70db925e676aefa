"""The addresses of sealed scans: upload by one of the county's, check by another, download."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import Response

from services.agreements.signing_routes import scan_response
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, versioned
from services.ledger import service
from services.ledger.objections_schemas import CheckScan, ScansView
from services.ledger.step_routes import Confirmer, StatementReader

router = APIRouter()

_BASE = "/v1/statements/{statement:uuid}/scans"


@router.get(_BASE)
async def get_scans(statement: UUID, session: SessionDep, principal: StatementReader) -> ScansView:
    """Show a statement's sealed scans, and whether those of the other sides of its lines are there."""
    return await service.scans(session, principal, statement)


@router.post(_BASE, status_code=201, response_model=ScansView)
async def post_scan(
    statement: UUID,
    scan: Annotated[UploadFile, File(description="PDF, PNG or JPEG, up to 10 MB")],
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Confirmer,
    clock: ClockDep,
) -> Response:
    """Upload one's county's sealed scan of the statement; another of the county's checks it."""

    async def effect() -> ScansView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        file = service.Attachment(name=scan.filename or "", content=await scan.read())
        await service.upload_scan(session, principal, statement, file, today, seen)
        return await service.scans(session, principal, statement)

    return await idempotent.run(principal, principal.city, effect, status=201, headers=versioned)


@router.post(_BASE + "/{scan:uuid}/check", response_model=ScansView)
async def post_scan_check(
    statement: UUID,
    scan: UUID,
    body: CheckScan,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Confirmer,
    clock: ClockDep,
) -> Response:
    """Check a scan that another person uploaded, or send it back with a reason."""

    async def effect() -> ScansView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        reason = None if body.accept else body.reason
        await service.check_scan(session, principal, statement, scan, today, seen, returned_for=reason)
        return await service.scans(session, principal, statement)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.get(_BASE + "/{scan:uuid}/file", response_class=Response)
async def get_scan_file(
    statement: UUID, scan: UUID, session: SessionDep, principal: StatementReader
) -> Response:
    """Download a sealed scan as it was uploaded."""
    return scan_response(await service.scan_file(session, principal, statement, scan))
