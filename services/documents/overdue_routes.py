"""The address of the workbook of who is late and who hoards."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.documents.overdue_paper import overdue_xlsx
from services.documents.routes import XlsxResponse, send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of

router = APIRouter(prefix="/v1", tags=["documents"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]


@router.get("/reports/overdue.xlsx", response_class=XlsxResponse)
async def get_overdue_xlsx(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep
) -> Response:
    """Download who is late and who hoards, as far as one sees it."""
    today = await clock.today(session, principal.city)
    return send(await overdue_xlsx(session, principal, today, locale_of(request)))
