"""The yearly sheet of assessment credit as PDF and xlsx."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.credit import service as credit
from services.documents.credit_paper import credit_sheet
from services.documents.routes import PdfResponse, XlsxResponse, public_url, send
from services.documents.service import File
from services.documents.tables import table_pdf, table_xlsx
from services.documents.tabular import TableSheet
from services.kit.database import SessionDep

router = APIRouter(prefix="/v1/credits/sheets", tags=["documents"])

Reader = Annotated[Principal, Depends(Requires(Scope.credit_read))]


async def credit_pdf(session: AsyncSession, principal: Principal, sheet: UUID, address: str) -> File:
    """Draw a sheet. Raises NoSuchCreditSheet for one that this person may not know of."""
    return await table_pdf(await _paper(session, principal, sheet, address))


async def credit_xlsx(session: AsyncSession, principal: Principal, sheet: UUID, address: str) -> File:
    """Write a sheet as a workbook. Raises as `credit_pdf`."""
    return await table_xlsx(await _paper(session, principal, sheet, address))


async def _paper(session: AsyncSession, principal: Principal, sheet: UUID, address: str) -> TableSheet:
    found = await credit.find(session, principal, sheet)
    return credit_sheet(await credit.view(session, principal, found), address)


@router.get("/{sheet:uuid}.pdf", response_class=PdfResponse)
async def get_pdf(request: Request, session: SessionDep, principal: Reader, sheet: UUID) -> Response:
    """Print a year's 指标认定表."""
    return send(await credit_pdf(session, principal, sheet, public_url(request)))


@router.get("/{sheet:uuid}.xlsx", response_class=XlsxResponse)
async def get_xlsx(request: Request, session: SessionDep, principal: Reader, sheet: UUID) -> Response:
    """Download a year's 指标认定表 as a workbook."""
    return send(await credit_xlsx(session, principal, sheet, public_url(request)))
