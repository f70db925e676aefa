"""Closing a year over HTTP: the conditions, the asking, and the closing by another person."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import Locale, gettext, locale_of
from services.kit.idempotency import IdempotencyDep
from services.ledger import service
from services.ledger.schemas import AskClose, CheckView, CloseView

router = APIRouter()

Closer = Annotated[Principal, Depends(Requires(Scope.statements_close))]
Year = Annotated[int, Path(ge=2000, le=2100)]


async def _close_view(
    session: AsyncSession, principal: Principal, year: int, today: date, locale: Locale
) -> CloseView:
    found = await service.close_of(session, principal.city, year)
    listed = bool(found and found.facts.get("listed"))
    checked = await service.checks(session, principal, year, today, list_unmatched=listed)
    return CloseView(
        year=year,
        state=found.state if found else "open",
        requested_by=found.requested_name if found else None,
        closed_by=found.checked_name if found else None,
        checks=[
            CheckView(code=one.code, text=gettext(one.text, locale, **one.facts), ok=one.ok)
            for one in checked
        ],
    )


@router.get("/v1/years/{year}/close")
async def get_close(
    year: Year, request: Request, session: SessionDep, principal: Closer, clock: ClockDep
) -> CloseView:
    """Show how far a year's close has come, condition by condition."""
    today = await clock.today(session, principal.city)
    return await _close_view(session, principal, year, today, locale_of(request))


@router.post("/v1/years/{year}/close-request", status_code=201, response_model=CloseView)
async def post_close_request(
    year: Year,
    body: AskClose,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Closer,
    clock: ClockDep,
) -> Response:
    """Ask for a year's close; every condition must hold. Another person closes it."""

    async def effect() -> CloseView:
        today = await clock.today(session, principal.city)
        await service.request_close(session, principal, year, today, list_unmatched=body.list_unmatched)
        return await _close_view(session, principal, year, today, locale_of(request))

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.post("/v1/years/{year}/close", response_model=CloseView)
async def post_close(
    year: Year,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Closer,
    clock: ClockDep,
) -> Response:
    """Close a year that another person asked to close. It cannot be undone."""

    async def effect() -> CloseView:
        today = await clock.today(session, principal.city)
        await service.close_year(session, principal, year, today)
        return await _close_view(session, principal, year, today, locale_of(request))

    return await idempotent.run(principal, principal.city, effect)
