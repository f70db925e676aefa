"""The addresses of the adjustment sheet's paper."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.documents.adjustment_paper import adjustment_pdf, adjustment_xlsx
from services.documents.routes import PdfResponse, XlsxResponse, public_url, send
from services.kit.database import SessionDep

router = APIRouter(prefix="/v1/adjustments", tags=["documents"])

Reader = Annotated[Principal, Depends(Requires(Scope.ledger_read))]


@router.get("/{number:uuid}.pdf", response_class=PdfResponse)
async def get_adjustment_pdf(
    request: Request, session: SessionDep, principal: Reader, number: UUID
) -> Response:
    """Print an adjustment sheet (调整单)."""
    return send(await adjustment_pdf(session, principal, number, public_url(request)))


@router.get("/{number:uuid}.xlsx", response_class=XlsxResponse)
async def get_adjustment_xlsx(
    request: Request, session: SessionDep, principal: Reader, number: UUID
) -> Response:
    """Download an adjustment sheet as a workbook."""
    return send(await adjustment_xlsx(session, principal, number, public_url(request)))
