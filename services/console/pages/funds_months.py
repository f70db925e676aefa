"""到位资金: the months' exchange rates, and their close."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from auth.funds import can_set_rates
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import field_errors, redirect, render
from services.console.funds_forms import RATE, read_rate, typed
from services.console.once import Done, once
from services.console.session import NeedsScope
from services.funds import months
from services.funds.schemas import CloseForm
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.funds_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.funds_write))]
Office = Annotated[Principal, Depends(NeedsScope(Scope.regions_write))]


@router.get("/funds/months")
async def months_page(request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show the months' exchange rates and which months are closed."""
    return await _months(request, principal, session, {}, {})


@router.post("/funds/months/rates")
async def post_rate(request: Request, principal: Writer, session: SessionDep, clock: ClockDep) -> Response:
    """Record a month's rate: 303 to the months, 422 with the form otherwise."""
    values = typed(RATE, await request.form())
    form, errors = read_rate(values, locale_of(request))
    if form is None:
        return await _months(request, principal, session, values, errors)
    asked_for = form

    async def keep() -> Done:
        today = await clock.today(session, principal.city)
        await months.set_rate(session, principal, asked_for, today)
        return Done(to="/funds/months", note=lazy("汇率已录入"))

    try:
        return await once(request, principal, session, keep)
    except DomainError as error:
        return await _months(request, principal, session, values, field_errors(request, error))


@router.post("/funds/months/close")
async def post_close(
    request: Request,
    principal: Office,
    session: SessionDep,
    clock: ClockDep,
    close: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Close a month: 303 to the months, 422 with the form otherwise."""
    try:
        async with session.begin_nested():
            month = CloseForm(month=close.strip()).month
            today = await clock.today(session, principal.city)
            await months.close_month(session, principal, month, today)
    except DomainError as error:
        told = {"close": " ".join(field_errors(request, error).values())}
        return await _months(request, principal, session, {"close": close}, told)
    except ValueError:
        told = {"close": gettext(lazy("月份请写成 2027-01 的样式"), locale_of(request))}
        return await _months(request, principal, session, {"close": close}, told)
    return redirect(request, "/funds/months", lazy("{month} 及以前的到位资金已关账"), month=month)


async def _months(
    request: Request,
    principal: Principal,
    session: SessionDep,
    values: dict[str, str],
    errors: dict[str, str],
) -> Response:
    return render(
        request,
        principal,
        "funds/months.html",
        status=422 if errors else 200,
        rates=(await months.rates_view(session, principal.city)).items,
        closes=await months.closes_view(session, principal.city),
        may_rate=can_set_rates(principal),
        may_close=has_scope(principal.role, Scope.regions_write),
        form=dict.fromkeys((*RATE, "close"), "") | values,
        errors=errors,
    )
