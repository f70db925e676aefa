"""Sealed scans on pages: who has one, upload by one of the county's, check by another."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal, Role
from auth.scopes import Scope
from services.agreements.signing_routes import scan_response
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.ledger import service

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.statements_read))]
Seen = Annotated[int, Form(ge=0)]


@router.get("/statements/{number:uuid}/scans")
async def show_scans(number: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show the sealed scans of a statement, and what may be done."""
    return await _show(request, principal, session, number, {})


async def _show(
    request: Request, principal: Principal, session: AsyncSession, number: UUID, errors: dict[str, str]
) -> Response:
    return render(
        request,
        principal,
        "ledger/scans.html",
        status=422 if errors else 200,
        one=await service.find(session, principal, number),
        found=await service.scans(session, principal, number),
        may_open=principal.role is not Role.auditor,
        errors=errors,
    )


@router.post("/statements/{number:uuid}/scans")
async def post_scan(
    number: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
    scan: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Upload a sealed scan: 303 to the scans, 422 with the page otherwise."""
    file = service.Attachment(
        name=(scan.filename if scan else None) or "", content=await scan.read() if scan else b""
    )
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            await service.upload_scan(session, principal, number, file, today, seen)
    except DomainError as error:
        return await _show(request, principal, session, number, field_errors(request, error))
    return redirect(request, f"/statements/{number}/scans", lazy("已上传扫描件，待他人复核"))


@router.post("/statements/{number:uuid}/scans/{scan:uuid}")
async def post_check(
    number: UUID,
    scan: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
    decision: Annotated[str, Form(pattern="^(accept|reject)$")],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Check a scan or send it back: 303 to the scans, 422 with the page otherwise."""
    returned = reason if decision == "reject" else None
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            await service.check_scan(session, principal, number, scan, today, seen, returned_for=returned)
    except DomainError as error:
        return await _show(request, principal, session, number, field_errors(request, error))
    note = lazy("已复核") if returned is None else lazy("已退回")
    return redirect(request, f"/statements/{number}/scans", note)


@router.get("/statements/{number:uuid}/scans/{scan:uuid}/file")
async def scan_download(number: UUID, scan: UUID, principal: Reader, session: SessionDep) -> Response:
    """Download a sealed scan."""
    return scan_response(await service.scan_file(session, principal, number, scan))
