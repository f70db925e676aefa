"""Reports over HTTP: the report of a period, the rows of each figure, and its freeze by two people."""

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.kit.idempotency import IdempotencyDep
from services.kit.inputs import Sha256, Strict
from services.kit.routing import require_if_match, versioned
from services.reports import awards, service
from services.reports.schemas import AwardView, FigureRows, Report
from services.reports.sheets import workbook

router = APIRouter(prefix="/v1", tags=["reports"])

Reader = Annotated[Principal, Depends(Requires(Scope.reports_read))]
Freezer = Annotated[Principal, Depends(Requires(Scope.reports_freeze))]
PeriodCode = Annotated[str, Path(pattern=r"^20[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?$")]
FigureCode = Annotated[str, Path(pattern=r"^[a-z0-9_.-]{1,100}$")]
RegionCode = Annotated[str | None, Query(pattern=r"^[0-9]{6}$")]
Year = Annotated[int, Path(ge=2000, le=2100)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FreezeRequest(BaseModel):
    """A request to freeze a report with the content that the hash names."""

    period: str
    sha256: str
    by_name: str
    on_date: date


class Freeze(Strict):
    """The content to freeze, by the hash under which it was asked for."""

    sha256: Sha256


class FrozenItem(BaseModel):
    """A frozen report in the list."""

    period: str
    sha256: str
    by_name: str
    on_date: date


class FrozenItems(BaseModel):
    """The frozen reports, the latest first."""

    items: list[FrozenItem]


class Recomputed(BaseModel):
    """Whether a frozen report is what its own rows add up to."""

    period: str
    sha256: str
    equal: bool


@router.get("/reports")
async def get_reports(session: SessionDep, principal: Reader) -> FrozenItems:
    """List the frozen reports, the latest first."""
    found = await service.reports(session, principal)
    return FrozenItems(
        items=[
            FrozenItem(period=one.period, sha256=one.sha256, by_name=one.by_name, on_date=one.on_date)
            for one in found
        ]
    )


@router.get("/reports/{period}")
async def get_report(
    period: PeriodCode, request: Request, session: SessionDep, principal: Reader, clock: ClockDep
) -> Report:
    """Show a month's (2026-12), quarter's (2026-Q4) or year's (2026) report; preliminary until frozen."""
    return await service.month_report(session, principal, period, locale=locale_of(request), clock=clock)


@router.get("/reports/{period}/report.xlsx", response_class=Response)
async def get_workbook(
    period: PeriodCode, request: Request, session: SessionDep, principal: Reader, clock: ClockDep
) -> Response:
    """Give the same report as a workbook."""
    locale = locale_of(request)
    report = await service.month_report(session, principal, period, locale=locale, clock=clock)
    data = await asyncio.to_thread(workbook, report, locale)
    disposition = f'attachment; filename="report-{report.period}.xlsx"'
    return Response(data, media_type=XLSX, headers={"Content-Disposition": disposition})


@router.get("/reports/{period}/figures/{figure}/rows")
async def get_rows(
    period: PeriodCode,
    figure: FigureCode,
    request: Request,
    session: SessionDep,
    principal: Reader,
    clock: ClockDep,
    region: RegionCode = None,
) -> FigureRows:
    """Show what a figure adds up, row by row; rows that one may not see are only counted."""
    return await service.figure_rows(
        session, principal, period, figure, region, locale=locale_of(request), clock=clock
    )


@router.get("/reports/{period}/recomputation")
async def get_recomputation(period: PeriodCode, session: SessionDep, principal: Reader) -> Recomputed:
    """Add up a frozen report's own rows again and compare."""
    kept = await service.frozen_report(session, principal, period)
    equal = await service.recomputed(session, principal.city, kept)
    return Recomputed(period=kept.period, sha256=kept.sha256, equal=equal)


@router.post("/reports/{period}/freeze-request", status_code=201, response_model=FreezeRequest)
async def post_freeze_request(
    period: PeriodCode, session: SessionDep, idempotent: IdempotencyDep, principal: Freezer, clock: ClockDep
) -> Response:
    """Ask that a period that is over be frozen as it stands. Another person freezes it."""

    async def effect() -> FreezeRequest:
        asked = await service.ask_freeze(session, principal, period, clock)
        return FreezeRequest(
            period=asked.period, sha256=asked.sha256, by_name=asked.by_name, on_date=asked.on_date
        )

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.post("/reports/{period}/freeze", response_model=FrozenItem)
async def post_freeze(
    period: PeriodCode,
    body: Freeze,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Freezer,
    clock: ClockDep,
) -> Response:
    """Freeze (封存) what another asked for. It cannot be undone; later changes are corrections."""

    async def effect() -> FrozenItem:
        made = await service.freeze(session, principal, period, body.sha256, clock)
        return FrozenItem(period=made.period, sha256=made.sha256, by_name=made.by_name, on_date=made.on_date)

    return await idempotent.run(principal, principal.city, effect)


@router.get("/quota-awards/{year}")
async def get_award(year: Year, session: SessionDep, principal: Reader) -> AwardView:
    """Show the land quota awarded by a year's places."""
    return await awards.view(session, principal, await awards.find(session, principal, year))


@router.post("/quota-awards/{year}", status_code=201, response_model=AwardView)
async def post_award(
    year: Year, session: SessionDep, idempotent: IdempotencyDep, principal: Freezer, clock: ClockDep
) -> Response:
    """Draw up the award of a year whose assessment is frozen. Another person confirms it."""

    async def effect() -> AwardView:
        today = await clock.today(session, principal.city)
        return await awards.view(session, principal, await awards.draw_up(session, principal, year, today))

    return await idempotent.run(principal, principal.city, effect, status=201, headers=versioned)


@router.post("/quota-awards/{year}/{step}", response_model=AwardView)
async def post_award_step(
    year: Year,
    step: awards.Step,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Freezer,
    clock: ClockDep,
) -> Response:
    """Confirm an award, which raises the counties' quotas, or withdraw it before that."""

    async def effect() -> AwardView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await awards.settle(session, principal, year, step, today, seen)
        return await awards.view(session, principal, moved)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)
