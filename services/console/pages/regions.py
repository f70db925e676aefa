"""园区与用地: what each park takes, has and has left; and saying that stock is still true."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from auth.policy import can_keep_stock
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import redirect, render
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import lazy
from services.regions import service
from services.regions.settings import settings_on
from services.regions.tables import LandUse, PlotStatus

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.regions_read))]
Keeper = Annotated[Principal, Depends(NeedsScope(Scope.stock_write))]
Code = Annotated[str, Path(max_length=40, pattern="^[0-9A-Za-z-]+$")]
LAND_USES: Final = {LandUse.industrial: lazy("工业"), LandUse.storage: lazy("仓储")}
STATUSES: Final = {PlotStatus.ready: lazy("净地"), PlotStatus.replan: lazy("可调规")}
MEASURES: Final = {
    "land_mu": (lazy("工业用地"), lazy("亩")),
    "hall_m2": (lazy("标准厂房"), lazy("平方米")),
    "energy_tce": (lazy("能耗"), lazy("吨标准煤/年")),
    "water_td": (lazy("用水"), lazy("吨/日")),
    "cod_kg": (lazy("COD"), lazy("千克/年")),
}


@router.get("/parks")
async def parks(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    county: Annotated[str, Query(max_length=6)] = "",
) -> Response:
    """List the parks with what they have left."""
    today = await clock.today(session, principal.city)
    details = await service.park_details(session, principal, today)
    owners = {detail.owner: detail.owner_name for detail in details}
    return render(
        request,
        principal,
        "regions/list.html",
        parks=[detail for detail in details if county in {"", detail.owner}],
        owners=sorted(owners.items()),
        county=county,
        day=today,
        settings=await settings_on(session, principal.city, today),
        may_export=has_scope(principal.role, Scope.exports_read),
        fragment="list",
    )


@router.get("/parks/{code}")
async def park(
    request: Request, code: Code, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show a park with its plots and halls."""
    today = await clock.today(session, principal.city)
    detail = await service.park(session, principal, code, today)
    keeps = has_scope(principal.role, Scope.stock_write) and can_keep_stock(
        principal, detail.owner, detail.code
    )
    return render(
        request,
        principal,
        "regions/park.html",
        park=detail,
        day=today,
        settings=await settings_on(session, principal.city, today),
        measures=MEASURES,
        uses=LAND_USES,
        statuses=STATUSES,
        may_keep=keeps,
    )


@router.post("/parks/{code}/plots/{plot}/verifications")
async def verify_plot(
    request: Request, code: Code, plot: Code, principal: Keeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Say that a plot is still as stored."""
    today = await clock.today(session, principal.city)
    await service.verify_plot(session, principal, plot, today)
    return redirect(request, f"/parks/{code}", "已记录：{code} 今日核实", code=plot)


@router.post("/parks/{code}/halls/{hall}/verifications")
async def verify_hall(
    request: Request, code: Code, hall: Code, principal: Keeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Say that a hall is still as stored."""
    today = await clock.today(session, principal.city)
    await service.verify_hall(session, principal, hall, today)
    return redirect(request, f"/parks/{code}", "已记录：{code} 今日核实", code=hall)
