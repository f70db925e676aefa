"""The addresses of the settlement's papers: summary, register, payment orders."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.documents import settlement_files as files
from services.documents.routes import PdfResponse, XlsxResponse, public_url, send
from services.documents.settlement_files import Form
from services.kit.clock import ClockDep
from services.kit.database import SessionDep

router = APIRouter(prefix="/v1/settlements", tags=["documents"])

Reader = Annotated[Principal, Depends(Requires(Scope.statements_read))]
Year = Annotated[int, Query(ge=2000, le=2100)]


class CsvResponse(Response):
    """A csv file, for the API's description."""

    media_type = files.CSV


@router.get("/summary.pdf", response_class=PdfResponse)
async def get_summary_pdf(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep, year: Year
) -> Response:
    """Print 结算汇总表 of a year."""
    today = await clock.today(session, principal.city)
    return send(await files.summary_file(session, principal, year, today, public_url(request), Form.pdf))


@router.get("/summary.xlsx", response_class=XlsxResponse)
async def get_summary_xlsx(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep, year: Year
) -> Response:
    """Download 结算汇总表 of a year with live formulas."""
    today = await clock.today(session, principal.city)
    return send(await files.summary_file(session, principal, year, today, public_url(request), Form.xlsx))


@router.get("/unsettled.pdf", response_class=PdfResponse)
async def get_unsettled_pdf(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep
) -> Response:
    """Print 未结清册 of the business date."""
    today = await clock.today(session, principal.city)
    return send(await files.register_file(session, principal, today, public_url(request), Form.pdf))


@router.get("/unsettled.xlsx", response_class=XlsxResponse)
async def get_unsettled_xlsx(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep
) -> Response:
    """Download 未结清册 and 账龄 of the business date with live formulas."""
    today = await clock.today(session, principal.city)
    return send(await files.register_file(session, principal, today, public_url(request), Form.xlsx))


@router.get("/{settlement:uuid}/orders.csv", response_class=CsvResponse)
async def get_orders_csv(session: SessionDep, principal: Reader, settlement: UUID) -> Response:
    """Download a settlement's payment orders as csv."""
    return send(await files.orders_csv(session, principal, settlement))


@router.get("/{settlement:uuid}/orders.xlsx", response_class=XlsxResponse)
async def get_orders_xlsx(session: SessionDep, principal: Reader, settlement: UUID) -> Response:
    """Download a settlement's payment orders as a workbook."""
    return send(await files.orders_xlsx(session, principal, settlement))
