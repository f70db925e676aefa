"""The addresses of a library's printed sheet and workbook."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.documents.libraries_paper import library_pdf, library_xlsx
from services.documents.routes import PdfResponse, XlsxResponse, send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of

router = APIRouter(prefix="/v1/libraries", tags=["documents"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
AsOf = Annotated[date | None, Query(description="the day asked about; today by default")]


@router.get("/{library}/sheet.pdf", response_class=PdfResponse)
async def get_library_pdf(
    request: Request,
    session: SessionDep,
    principal: Reader,
    clock: ClockDep,
    library: str,
    as_of: AsOf = None,
) -> Response:
    """Print what is in a library on a day, with its rules."""
    today = await clock.today(session, principal.city)
    return send(await library_pdf(session, principal, library, today, as_of, locale_of(request)))


@router.get("/{library}/sheet.xlsx", response_class=XlsxResponse)
async def get_library_xlsx(
    request: Request,
    session: SessionDep,
    principal: Reader,
    clock: ClockDep,
    library: str,
    as_of: AsOf = None,
) -> Response:
    """Download what is in a library on a day as a workbook."""
    today = await clock.today(session, principal.city)
    return send(await library_xlsx(session, principal, library, today, as_of, locale_of(request)))
