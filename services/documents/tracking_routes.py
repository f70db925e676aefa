"""The address of the workbook of the three segment ledgers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.documents.routes import XlsxResponse, send
from services.documents.tracking_paper import tracking_xlsx
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.tracking.schemas import SegmentFilter

router = APIRouter(prefix="/v1", tags=["documents"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]


@router.get("/tracking.xlsx", response_class=XlsxResponse)
async def get_tracking_xlsx(
    request: Request,
    session: SessionDep,
    principal: Reader,
    clock: ClockDep,
    asked: Annotated[SegmentFilter, Query()],
) -> Response:
    """Download the ledgers of a filter, as far as one sees them."""
    today = await clock.today(session, principal.city)
    return send(await tracking_xlsx(session, principal, today, asked, locale_of(request)))
