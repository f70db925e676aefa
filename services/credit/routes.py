"""Assessment credit over HTTP: how a year stands, counting, and the yearly confirmation."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.credit import service
from services.credit.schemas import (
    Confirmation,
    Count,
    FileSheet,
    Opinion,
    RunView,
    Sheets,
    SheetView,
    YearView,
)
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, set_etag, versioned

router = APIRouter(tags=["credit"])

Reader = Annotated[Principal, Depends(Requires(Scope.credit_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.credit_write))]
Year = Annotated[int, Query(ge=2000, le=2100)]


@router.get("/v1/credits")
async def get_year(session: SessionDep, principal: Reader, clock: ClockDep, year: Year) -> YearView:
    """Show what a year counts for: provisional until confirmed. A county reads its own."""
    return await service.year_view(session, principal, year, await clock.today(session, principal.city))


@router.post("/v1/credits/runs", status_code=201, response_model=RunView)
async def post_run(
    body: Count, session: SessionDep, idempotent: IdempotencyDep, principal: Writer, clock: ClockDep
) -> Response:
    """Count everything up to a month and book the differences in it."""

    async def effect() -> RunView:
        today = await clock.today(session, principal.city)
        run = await service.count(session, principal, body.month, today)
        return RunView(**{name: getattr(run, name) for name in RunView.model_fields})

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.get("/v1/credits/sheets")
async def get_sheets(session: SessionDep, principal: Reader) -> Sheets:
    """List the yearly sheets, newest first; a county those that are confirmed."""
    return Sheets(items=await service.sheet_list(session, principal))


@router.post("/v1/credits/sheets", status_code=201, response_model=SheetView)
async def post_sheet(
    body: FileSheet, session: SessionDep, idempotent: IdempotencyDep, principal: Writer, clock: ClockDep
) -> Response:
    """File (报备) a year that is over for examination by five bureaus."""

    async def effect() -> SheetView:
        today = await clock.today(session, principal.city)
        made = await service.file_sheet(session, principal, body.year, today)
        return await service.view(session, principal, made)

    return await idempotent.run(principal, principal.city, effect, status=201, headers=versioned)


@router.get("/v1/credits/sheets/{sheet:uuid}")
async def get_sheet(sheet: UUID, response: Response, session: SessionDep, principal: Reader) -> SheetView:
    """Show a sheet with its steps, and what the reader may do now."""
    found = await service.find(session, principal, sheet)
    set_etag(response, found.revision)
    return await service.view(session, principal, found)


@router.post("/v1/credits/sheets/{sheet:uuid}/opinions", status_code=201, response_model=SheetView)
async def post_opinion(
    sheet: UUID,
    body: Opinion,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Record a bureau's opinion (审查意见) under its document number."""

    async def effect() -> SheetView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await service.give_opinion(
            session,
            principal,
            sheet,
            body.bureau,
            agrees=body.agrees,
            document_no=body.document_no,
            words=body.words,
            today=today,
            seen=seen,
        )
        return await service.view(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, status=201, headers=versioned)


@router.post("/v1/credits/sheets/{sheet:uuid}/confirmation", response_model=SheetView)
async def post_confirmation(
    sheet: UUID,
    body: Confirmation,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Confirm (认定) a sheet that another person filed. The year is final then."""

    async def effect() -> SheetView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await service.confirm_sheet(
            session, principal, sheet, body.sha256, body.minutes_no, today, seen
        )
        return await service.view(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)
