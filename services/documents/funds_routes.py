"""The address of the workbook of funds paid in."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.documents.funds_paper import funds_xlsx
from services.documents.routes import XlsxResponse, send
from services.funds.routes import Filters, Reader
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of

router = APIRouter(prefix="/v1", tags=["documents"])


@router.get("/funds.xlsx", response_class=XlsxResponse)
async def get_funds_xlsx(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep, filters: Filters
) -> Response:
    """Download the funds under a filter, as far as one sees them."""
    today = await clock.today(session, principal.city)
    return send(await funds_xlsx(session, principal, filters, today, locale_of(request)))
