"""Regions, parks, plots, halls and chains over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT, Page
from services.regions import service
from services.regions.schemas import Chains, HallView, ParkDetail, ParkView, PlotView, Regions

router = APIRouter(prefix="/v1", tags=["regions"])

Reader = Annotated[Principal, Depends(Requires(Scope.regions_read))]
Keeper = Annotated[Principal, Depends(Requires(Scope.stock_write))]
Code = Annotated[str, Path(max_length=40, pattern="^[0-9A-Za-z-]+$")]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str | None, Query(max_length=400)]
Filter = Annotated[str | None, Query(max_length=40, pattern="^[0-9A-Za-z-]+$")]


def _secret(request: Request) -> str:
    return str(request.app.state.settings.secret.get_secret_value())


@router.get("/regions")
async def get_regions(principal: Reader, session: SessionDep) -> Regions:
    """Return the city's own row and its counties."""
    return Regions(items=await service.regions(session, principal))


@router.get("/chains")
async def get_chains(principal: Reader, session: SessionDep) -> Chains:
    """Return the city's chains and their industry classes."""
    return Chains(items=await service.chains(session, principal))


@router.get("/parks")
async def get_parks(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    county: Filter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ParkView]:
    """List parks with their capacities."""
    today = await clock.today(session, principal.city)
    return await service.parks_page(
        session, principal, today, secret=_secret(request), limit=limit, cursor=cursor, county=county
    )


@router.get("/parks/{code}")
async def get_park(code: Code, principal: Reader, session: SessionDep, clock: ClockDep) -> ParkDetail:
    """Return a park with its stock: what it has, what holds draw, what is free."""
    return await service.park(session, principal, code, await clock.today(session, principal.city))


@router.get("/plots")
async def get_plots(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    park: Filter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[PlotView]:
    """List plots."""
    today = await clock.today(session, principal.city)
    return await service.plots_page(
        session, principal, today, secret=_secret(request), limit=limit, cursor=cursor, park_code=park
    )


@router.post("/plots/{code}/verifications", response_model=PlotView)
async def verify_plot(
    code: Code, principal: Keeper, session: SessionDep, clock: ClockDep, once: IdempotencyDep
) -> Response:
    """Say that what is stored of a plot is still true today."""
    today = await clock.today(session, principal.city)
    return await once.run(
        principal, principal.city, lambda: service.verify_plot(session, principal, code, today)
    )


@router.post("/halls/{code}/verifications", response_model=HallView)
async def verify_hall(
    code: Code, principal: Keeper, session: SessionDep, clock: ClockDep, once: IdempotencyDep
) -> Response:
    """Say that what is stored of a hall is still true today."""
    today = await clock.today(session, principal.city)
    return await once.run(
        principal, principal.city, lambda: service.verify_hall(session, principal, code, today)
    )
