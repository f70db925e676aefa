"""The addresses of the workbooks of tracking: the three segment ledgers, the registers, the promises."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.documents.registers_paper import promises_xlsx, registers_xlsx
from services.documents.routes import XlsxResponse, send
from services.documents.tracking_paper import tracking_xlsx
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.tracking.promise_routes import County, Year
from services.tracking.schemas import SegmentFilter

router = APIRouter(prefix="/v1", tags=["documents"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Payer = Annotated[Principal, Depends(Requires(Scope.funds_read))]


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


@router.get("/tracking/registers.xlsx", response_class=XlsxResponse)
async def get_registers_xlsx(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep
) -> Response:
    """Download schedule, sponsors, blocks and reviews due of the projects that one tracks."""
    today = await clock.today(session, principal.city)
    return send(await registers_xlsx(session, principal, today, locale_of(request)))


@router.get("/promises.xlsx", response_class=XlsxResponse)
async def get_promises_xlsx(
    request: Request,
    session: SessionDep,
    principal: Payer,
    clock: ClockDep,
    county: County = None,
    year: Year = None,
) -> Response:
    """Download the register of promises, as far as one sees it."""
    today = await clock.today(session, principal.city)
    locale = locale_of(request)
    return send(await promises_xlsx(session, principal, today, locale, county=county or None, year=year))
