"""The addresses of the bulletin and of the leaders' sheet."""

from fastapi import APIRouter
from starlette.responses import Response

from services.documents.bulletin import bulletin_pdf, bulletin_xlsx, leaders_pdf
from services.documents.routes import PdfResponse, XlsxResponse, send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.reports.routes import PeriodCode, Reader

router = APIRouter(prefix="/v1/bulletins", tags=["documents"])


@router.get("/{period}/bulletin.pdf", response_class=PdfResponse)
async def get_bulletin_pdf(
    period: PeriodCode, session: SessionDep, principal: Reader, clock: ClockDep
) -> Response:
    """Print the bulletin of a month (2026-12), quarter (2026-Q4) or year (2026)."""
    return send(await bulletin_pdf(session, principal, period, clock))


@router.get("/{period}/bulletin.xlsx", response_class=XlsxResponse)
async def get_bulletin_xlsx(
    period: PeriodCode, session: SessionDep, principal: Reader, clock: ClockDep
) -> Response:
    """Download the same bulletin as a workbook."""
    return send(await bulletin_xlsx(session, principal, period, clock))


@router.get("/{period}/leaders.pdf", response_class=PdfResponse)
async def get_leaders_pdf(
    period: PeriodCode, session: SessionDep, principal: Reader, clock: ClockDep
) -> Response:
    """Print the leaders' sheet: one page of main figures, red items, and how things stand today."""
    return send(await leaders_pdf(session, principal, period, clock))
