"""Settlements, the year's summary, what is open, and next year's estimate over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT, Page
from services.kit.routing import set_etag
from services.settlement import service
from services.settlement.answers import forecast_view, register_view, summary_view
from services.settlement.payment_routes import router as payment_router
from services.settlement.schemas import (
    ForecastView,
    Orders,
    RegisterView,
    SettlementSummary,
    SettlementView,
    SummaryView,
)
from services.settlement.step_routes import router as step_router

router = APIRouter(tags=["settlement"])

Reader = Annotated[Principal, Depends(Requires(Scope.statements_read))]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
CursorText = Annotated[str | None, Query(max_length=400)]
AnyYear = Annotated[int | None, Query(ge=2000, le=2100)]
Year = Annotated[int, Query(ge=2000, le=2100)]


@router.get("/v1/settlements")
async def get_settlements(
    request: Request,
    session: SessionDep,
    principal: Reader,
    clock: ClockDep,
    year: AnyYear = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> Page[SettlementSummary]:
    """List settlements: a county those in which it has a part, the city and the auditor all."""
    return await service.settlement_page(
        session,
        principal,
        request.app.state.settings.secret.get_secret_value(),
        await clock.today(session, principal.city),
        year=year,
        limit=limit,
        cursor=cursor,
    )


@router.get("/v1/settlements/summary")
async def get_summary(session: SessionDep, principal: Reader, year: Year) -> SummaryView:
    """Show 结算汇总表: each county's line up and line down, gross by budget subject, and the nets."""
    return summary_view(await service.read_summary(session, principal, year))


@router.get("/v1/settlements/unsettled")
async def get_unsettled(session: SessionDep, principal: Reader, clock: ClockDep) -> RegisterView:
    """Show 未结清册 and 账龄 on the business date; late interest where the city set a rate."""
    today = await clock.today(session, principal.city)
    return register_view(await service.register(session, principal, today), today)


@router.get("/v1/settlements/forecast")
async def get_forecast(
    session: SessionDep, principal: Reader, clock: ClockDep, year: AnyYear = None
) -> ForecastView:
    """Estimate a year's shares for the budget, next year's by default: low, middle and high."""
    today: date = await clock.today(session, principal.city)
    found = await service.read_forecast(session, principal, year or today.year + 1, today)
    return forecast_view(found)


@router.get("/v1/settlements/{settlement:uuid}")
async def get_settlement(
    settlement: UUID, response: Response, session: SessionDep, principal: Reader, clock: ClockDep
) -> SettlementView:
    """Show a settlement: a county its own part, the city and the auditor all."""
    found = await service.find_settlement(session, principal, settlement)
    set_etag(response, found.revision)
    today = await clock.today(session, principal.city)
    return await service.view(session, principal, found, today)


@router.get("/v1/settlements/{settlement:uuid}/orders")
async def get_orders(settlement: UUID, session: SessionDep, principal: Reader) -> Orders:
    """List a settlement's payment orders with their payments."""
    found = await service.find_settlement(session, principal, settlement)
    return Orders(items=await service.orders_of(session, principal, settlement=found.id))


router.include_router(step_router)
router.include_router(payment_router)
