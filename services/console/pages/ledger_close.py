"""关账: the task list of a year's close, the asking, and the closing by another person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.money import can_check
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.ledger_words import tasks_of
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy, locale_of
from services.ledger import service
from services.ledger.reopening import live_reopening
from services.ledger.reopening_words import REOPENED
from services.ledger.states import CloseState

router = APIRouter()

Closer = Annotated[Principal, Depends(NeedsScope(Scope.statements_close))]
Year = Annotated[int, Path(ge=2000, le=2100)]
Field = Annotated[str, Form(max_length=600)]

WAYS = {
    "receipts_loaded": "/imports",
    "unmatched": "/receipts?tab=apart",
    "computed": "/statements/compute",
    "statements_current": "/statements/compute",
    "statements_confirmed": "/statements?kind=year&period={year}",
    "books_balanced": "/statements/books",
    "adjustments_decided": "/statements/adjustments",
    "reopenings_decided": "/statements/reopenings/{year}",
    "quarters_prepared": "/statements/compute",
}
"""Where each condition is seen to."""


@router.get("/statements/close/{year}")
async def close(
    year: Year, request: Request, principal: Closer, session: SessionDep, clock: ClockDep
) -> Response:
    """Show how far a year's close has come."""
    return await _page(request, principal, session, clock, year, {})


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    year: int,
    errors: dict[str, str],
    form: dict[str, str] | None = None,
) -> Response:
    today = await clock.today(session, principal.city)
    found = await service.close_of(session, principal.city, year)
    again = await live_reopening(session, principal.city, year)
    again = again if again is not None and again.state in REOPENED else None
    stands = again or found
    listed = bool(stands and stands.facts.get("listed")) or bool(form and form.get("list_unmatched"))
    checks = await service.checks(session, principal, year, today, list_unmatched=listed)
    asked = found is not None and found.state is CloseState.requested
    asker = found.requested_by if found else None
    if again is not None:
        asked, asker = again.close_asked_by is not None, again.close_asked_by
    return render(
        request,
        principal,
        "ledger/close.html",
        status=422 if errors else 200,
        year=year,
        found=found,
        again=again,
        asked=asked,
        closed=found is not None and found.state is CloseState.closed,
        tasks=tasks_of(
            checks, {code: way.format(year=year) for code, way in WAYS.items()}, locale_of(request)
        ),
        unmatched=next(one.facts["count"] for one in checks if one.code == "unmatched"),
        listed=listed,
        ready=all(one.ok for one in checks if one.code != "unmatched"),
        may_close=asked and can_check(principal, asker),
        form={"month": "", "reason": "", **(form or {})},
        errors=errors,
    )


@router.post("/statements/close/{year}/request")
async def post_request(
    year: Year,
    request: Request,
    principal: Closer,
    session: SessionDep,
    clock: ClockDep,
    list_unmatched: Field = "",
) -> Response:
    """Ask for the close: 303 to the task list, 422 with it otherwise."""
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            await service.request_close(session, principal, year, today, list_unmatched=bool(list_unmatched))
    except DomainError as error:
        return await _page(request, principal, session, clock, year, _whole(request, error))
    return redirect(request, f"/statements/close/{year}", lazy("已申请关账，请另一人复核后关账"))


@router.post("/statements/close/{year}")
async def post_close(
    year: Year, request: Request, principal: Closer, session: SessionDep, clock: ClockDep
) -> Response:
    """Close the year: 303 to the task list, 422 with it otherwise."""
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            await service.close_year(session, principal, year, today)
    except DomainError as error:
        return await _page(request, principal, session, clock, year, _whole(request, error))
    return redirect(request, f"/statements/close/{year}", lazy("{year} 年已关账"), year=year)


@router.post("/statements/close/{year}/nil")
async def post_nil(
    year: Year,
    request: Request,
    principal: Closer,
    session: SessionDep,
    clock: ClockDep,
    month: Field = "",
    reason: Field = "",
) -> Response:
    """Declare a month to have no receipts: 303 to the task list, 422 with it otherwise."""
    try:
        async with session.begin_nested():
            await service.declare_nil(session, principal, month.strip(), reason)
    except DomainError as error:
        errors = {"month": field_errors(request, error).get("", "")}
        form = {"month": month, "reason": reason}
        return await _page(request, principal, session, clock, year, errors, form)
    return redirect(request, f"/statements/close/{year}", lazy("已申报 {month} 无入库"), month=month.strip())


def _whole(request: Request, error: DomainError) -> dict[str, str]:
    """The error as one sentence: what is missing stands in the task list itself."""
    bare = type(error)(**error.facts)
    return {"": field_errors(request, bare).get("", "")}
