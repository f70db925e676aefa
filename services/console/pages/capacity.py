"""资源台账: a park's arithmetic with its rows, its stock and plan, and what others use of it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.capacity import service, stock
from services.capacity.schemas import AvailabilityForm, EndForm, OutsideForm, Source, VerifyForm
from services.console.frame import field_errors, redirect, render
from services.console.once import Done, once
from services.console.pages.regions import MEASURES
from services.console.project_fields import Field, Kind, Typed, fill, parse, typed_values
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import Conflict, Invalid
from services.kit.i18n import gettext, lazy, locale_of
from services.regions.settings import settings_on

router = APIRouter(prefix="/parks/{code}/capacity")

Reader = Annotated[Principal, Depends(NeedsScope(Scope.regions_read))]
Keeper = Annotated[Principal, Depends(NeedsScope(Scope.stock_write))]
Code = Annotated[str, Path(max_length=40, pattern="^[0-9A-Za-z-]+$")]
Shelf = Annotated[Literal["plots", "halls"], Path()]
Text = Annotated[str, Form(max_length=500)]

SOURCES: Final[Mapping[Source, str]] = {
    Source.application: lazy("申领"),
    Source.commitment: lazy("承诺函"),
    Source.hold: lazy("持有"),
    Source.outside: lazy("平台外占用"),
}
SHELVES: Final = {"plots": stock.PLOT, "halls": stock.HALL}
KINDS: Final = {stock.PLOT: lazy("地块"), stock.HALL: lazy("厂房")}
OUTSIDE: Final = (
    Field(name="used_by", label=lazy("使用单位")),
    Field(name="plot", label=lazy("占用地块编号"), required=False),
    Field(name="land_mu", label=lazy("占用土地"), kind=Kind.mu, required=False),
    Field(name="hall", label=lazy("占用厂房编号"), required=False),
    Field(name="hall_m2", label=lazy("占用厂房"), kind=Kind.whole, required=False, unit=lazy("平方米")),
    Field(
        name="energy_tce", label=lazy("占用能耗"), kind=Kind.whole, required=False, unit=lazy("吨标准煤/年")
    ),
    Field(name="water_td", label=lazy("占用用水"), kind=Kind.whole, required=False, unit=lazy("吨/日")),
    Field(name="cod_kg", label=lazy("占用 COD"), kind=Kind.whole, required=False, unit=lazy("千克/年")),
    Field(name="since", label=lazy("开始日期"), kind=Kind.date),
    Field(name="until", label=lazy("结束日期"), kind=Kind.date, required=False),
    Field(name="evidence", label=lazy("占用依据")),
)


async def _page(
    request: Request,
    principal: Principal,
    session: SessionDep,
    clock: ClockDep,
    code: str,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    today = await clock.today(session, principal.city)
    found = await service.capacity(session, principal, code, today)
    return render(
        request,
        principal,
        "capacity/show.html",
        status=422 if errors else 200,
        park=found,
        keeps=found.may_keep and has_scope(principal.role, Scope.stock_write),
        settings=await settings_on(session, principal.city, today),
        measures=MEASURES,
        sources=SOURCES,
        kinds=KINDS,
        bars=[
            (
                gettext(lazy("{year} 年第 {n} 季度"), locale_of(request), year=row.year, n=row.number),
                row.land_mu,
                f"{row.land_mu / 100:g}",
            )
            for row in found.quarters
        ],
        fields=OUTSIDE,
        typed=typed or {},
        errors=errors or {},
    )


@router.get("")
async def show(
    request: Request, code: Code, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show a park's capacity: what there is, where it goes, and what becomes ready when."""
    return await _page(request, principal, session, clock, code)


@router.post("/{shelf}/{item}/verify")
async def verify(
    request: Request,
    code: Code,
    shelf: Shelf,
    item: Code,
    principal: Keeper,
    session: SessionDep,
    clock: ClockDep,
    reason: Text = "",
    still_true: Text = "",
) -> Response:
    """Say that a plot or hall is as stored, by one click; or that it is not, with the reason."""
    today = await clock.today(session, principal.city)
    form = VerifyForm(still_true=bool(still_true), reason=reason)

    async def check() -> Done:
        await stock.check_stock(session, principal, code, SHELVES[shelf], item, form, today)
        note = (
            lazy("已记录：{code} 今日核实") if form.still_true else lazy("已记录：{code} 不属实，已退出匹配")
        )
        return Done(to=f"/parks/{code}/capacity", note=note, facts={"code": item})

    try:
        return await once(request, principal, session, check)
    except Invalid as error:
        return await _again(request, principal, session, clock, code, f"reason-{item}", error)


@router.post("/{shelf}/{item}/availability")
async def availability(
    request: Request,
    code: Code,
    shelf: Shelf,
    item: Code,
    principal: Keeper,
    session: SessionDep,
    clock: ClockDep,
    ready_on: Text = "",
    reason: Text = "",
) -> Response:
    """Set from when a plot or hall can be handed over."""
    form, wrong = fill(AvailabilityForm, {"ready_on": ready_on, "reason": reason}, locale_of(request))
    if form is None:
        errors = {f"{name}-{item}": words for name, words in wrong.items()}
        return await _page(request, principal, session, clock, code, errors=errors)
    await stock.plan_stock(session, principal, code, SHELVES[shelf], item, form)
    return redirect(request, f"/parks/{code}/capacity", lazy("已调整 {code} 的可交付日期"), code=item)


@router.post("/outside-uses")
async def record(
    request: Request, code: Code, principal: Keeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Record a use outside the program."""
    locale = locale_of(request)
    typed = typed_values(OUTSIDE, await request.form())
    values, errors = parse(OUTSIDE, typed, locale)
    form = None
    if not errors:
        form, errors = fill(OutsideForm, values, locale)
    if form is None:
        return await _page(request, principal, session, clock, code, typed, errors)
    today = await clock.today(session, principal.city)

    async def keep() -> Done:
        await stock.record_use(session, principal, code, form, today)
        return Done(to=f"/parks/{code}/capacity", note=lazy("已登记平台外占用"))

    try:
        return await once(request, principal, session, keep)
    except (Invalid, Conflict) as error:
        return await _page(request, principal, session, clock, code, typed, field_errors(request, error))


@router.post("/outside-uses/{use:uuid}/end")
async def end(
    request: Request,
    code: Code,
    use: UUID,
    principal: Keeper,
    session: SessionDep,
    clock: ClockDep,
    reason: Text = "",
    revision: Annotated[int, Form()] = 0,
) -> Response:
    """End a use outside the program: what it took is free again."""
    form, wrong = fill(EndForm, {"reason": reason}, locale_of(request))
    if form is None:
        errors = {f"{name}-{use}": words for name, words in wrong.items()}
        return await _page(request, principal, session, clock, code, errors=errors)
    today = await clock.today(session, principal.city)
    await stock.end_use(session, principal, code, use, form, today, revision)
    return redirect(request, f"/parks/{code}/capacity", lazy("已结束平台外占用"))


async def _again(
    request: Request,
    principal: Principal,
    session: SessionDep,
    clock: ClockDep,
    code: str,
    name: str,
    error: Invalid,
) -> Response:
    errors: dict[str, Any] = {name: next(iter(field_errors(request, error).values()))}
    return await _page(request, principal, session, clock, code, errors=errors)
