"""The auditor's findings as xlsx over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.audit.routes import LimitsDep
from services.documents.audit_paper import audit_xlsx
from services.documents.routes import XlsxResponse, send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of

router = APIRouter(tags=["documents"])

Reader = Annotated[Principal, Depends(Requires(Scope.audit_check))]


@router.get("/v1/audit/checks.xlsx", response_class=XlsxResponse)
async def get_xlsx(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep, limits: LimitsDep
) -> Response:
    """Download every finding of the checklist as a workbook."""
    today = await clock.today(session, principal.city)
    return send(await audit_xlsx(session, principal, today, limits, locale_of(request)))
