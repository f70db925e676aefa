"""Receipts, statements and the books over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT, Page
from services.kit.routing import etag, not_modified, set_etag
from services.ledger import service
from services.ledger.batch_routes import router as batch_router
from services.ledger.book_routes import router as book_router
from services.ledger.close_routes import router as close_router
from services.ledger.objections_routes import router as objections_router
from services.ledger.receipt_pages import Paging, apart_page, difference_page, receipt_page
from services.ledger.reopening_routes import router as reopening_router
from services.ledger.schemas import (
    ApartView,
    DifferenceView,
    LineTrace,
    ReceiptView,
    StatementSummary,
    StatementView,
)
from services.ledger.sealed_routes import router as sealed_router
from services.ledger.states import StatementKind, StatementState
from services.ledger.step_routes import router as step_router

router = APIRouter(tags=["ledger"])

StatementReader = Annotated[Principal, Depends(Requires(Scope.statements_read))]
ReceiptReader = Annotated[Principal, Depends(Requires(Scope.receipts_read))]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
CursorText = Annotated[str | None, Query(max_length=400)]
Treasury = Annotated[str, Query(pattern=r"^([0-9]{6})?$")]
MonthText = Annotated[str, Query(pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$")]
CreditCode = Annotated[str, Query(pattern=r"^([0-9A-Z]{18})?$")]
PeriodText = Annotated[str | None, Query(pattern=r"^[0-9]{4}(Q[1-4]|-(0[1-9]|1[0-2]))?$")]
County = Annotated[str | None, Query(pattern=r"^[0-9]{6}$")]


def paging(request: Request, limit: int, cursor: str | None) -> Paging:
    """The page asked for, with the process's secret."""
    return Paging(secret=request.app.state.settings.secret.get_secret_value(), limit=limit, cursor=cursor)


@router.get("/v1/receipts")
async def get_receipts(
    request: Request,
    session: SessionDep,
    principal: ReceiptReader,
    treasury: Treasury = "",
    month: MonthText = "",
    credit_code: CreditCode = "",
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[ReceiptView]:
    """List receipts by firm.

    a county's finance its own treasury's, the city's finance and the auditor all.
    """
    return await receipt_page(
        session,
        principal,
        paging(request, limit, cursor),
        treasury=treasury,
        month=month,
        firm=credit_code,
    )


@router.get("/v1/receipts/unmatched")
async def get_unmatched(
    request: Request,
    session: SessionDep,
    principal: ReceiptReader,
    treasury: Treasury = "",
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[ApartView]:
    """List the receipts that are in no agreement's base, each with its reason."""
    return await apart_page(session, principal, paging(request, limit, cursor), treasury=treasury)


@router.get("/v1/receipts/level-differences")
async def get_level_differences(
    request: Request,
    session: SessionDep,
    principal: ReceiptReader,
    treasury: Treasury = "",
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[DifferenceView]:
    """List the receipts whose split by level is not the one that the level table leads to expect."""
    return await difference_page(session, principal, paging(request, limit, cursor), treasury=treasury)


@router.get("/v1/statements")
async def get_statements(
    request: Request,
    session: SessionDep,
    principal: StatementReader,
    kind: StatementKind | None = None,
    period: PeriodText = None,
    county: County = None,
    state: StatementState | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[StatementSummary]:
    """List statements, newest period first; superseded versions only where asked for by state."""
    page = paging(request, limit, cursor)
    filters = service.Filters(kind=kind, period=period, county=county, state=state)
    return await service.statement_page(
        session, principal, page.secret, filters, limit=page.limit, cursor=page.cursor
    )


@router.get("/v1/statements/{statement:uuid}", response_model=StatementView)
async def get_statement(
    statement: UUID, request: Request, response: Response, session: SessionDep, principal: StatementReader
) -> StatementView | Response:
    """Show a statement with its content, its steps, and what the reader may do now."""
    found = await service.find(session, principal, statement)
    if not_modified(request, found.revision):
        return Response(status_code=304, headers={"ETag": etag(found.revision)})
    set_etag(response, found.revision)
    return await service.view(session, principal, found)


@router.get("/v1/statements/{statement:uuid}/lines/{line}/trace")
async def get_trace(
    statement: UUID,
    line: Annotated[int, Path(ge=1, le=100_000)],
    request: Request,
    session: SessionDep,
    principal: StatementReader,
) -> LineTrace:
    """Open a line to its formula, terms, receipts, incentives and journals."""
    return await service.trace(session, principal, statement, line, locale_of(request))


router.include_router(batch_router)
router.include_router(book_router)
router.include_router(step_router)
router.include_router(objections_router)
router.include_router(sealed_router)
router.include_router(close_router)
router.include_router(reopening_router)
