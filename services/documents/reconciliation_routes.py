"""The addresses of 对账单, 国库核对表 and 政策兑现表."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.documents import reconciliation_files as files
from services.documents.routes import PdfResponse, XlsxResponse, public_url, send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep

router = APIRouter(prefix="/v1/reconciliation", tags=["documents"])

Reader = Annotated[Principal, Depends(Requires(Scope.reconciliation_read))]
ReceiptReader = Annotated[Principal, Depends(Requires(Scope.receipts_read))]
Period = Annotated[str, Query(max_length=10, description="a month, quarter or year")]
Treasury = Annotated[str, Query(pattern=r"^([0-9]{6})?$")]


@router.get("/sheets/{sheet:uuid}.pdf", response_class=PdfResponse)
async def get_sheet_pdf(request: Request, sheet: UUID, session: SessionDep, principal: Reader) -> Response:
    """Print a 对账单."""
    return send(await files.quarter_file(session, principal, sheet, public_url(request), pdf=True))


@router.get("/sheets/{sheet:uuid}.xlsx", response_class=XlsxResponse)
async def get_sheet_xlsx(request: Request, sheet: UUID, session: SessionDep, principal: Reader) -> Response:
    """Download a 对账单 with live formulas."""
    return send(await files.quarter_file(session, principal, sheet, public_url(request), pdf=False))


@router.get("/levels.pdf", response_class=PdfResponse)
async def get_levels_pdf(
    session: SessionDep, principal: ReceiptReader, clock: ClockDep, period: Period, treasury: Treasury = ""
) -> Response:
    """Print 国库核对表."""
    today = await clock.today(session, principal.city)
    return send(await files.treasury_file(session, principal, period, treasury, today, pdf=True))


@router.get("/levels.xlsx", response_class=XlsxResponse)
async def get_levels_xlsx(
    session: SessionDep, principal: ReceiptReader, clock: ClockDep, period: Period, treasury: Treasury = ""
) -> Response:
    """Download 国库核对表 with live formulas."""
    today = await clock.today(session, principal.city)
    return send(await files.treasury_file(session, principal, period, treasury, today, pdf=False))


@router.get("/incentives.pdf", response_class=PdfResponse)
async def get_incentives_pdf(
    session: SessionDep, principal: Reader, clock: ClockDep, period: Period
) -> Response:
    """Print 政策兑现表."""
    today = await clock.today(session, principal.city)
    return send(await files.incentives_file(session, principal, period, today, pdf=True))


@router.get("/incentives.xlsx", response_class=XlsxResponse)
async def get_incentives_xlsx(
    session: SessionDep, principal: Reader, clock: ClockDep, period: Period
) -> Response:
    """Download 政策兑现表 with live formulas."""
    today = await clock.today(session, principal.city)
    return send(await files.incentives_file(session, principal, period, today, pdf=False))
