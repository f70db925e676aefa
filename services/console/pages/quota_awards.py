"""用地指标奖励: what the first places of a frozen year are awarded, by two people."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.reports import can_award_quota
from auth.scopes import Scope
from services.console.frame import field_errors, render
from services.console.once import Done, once
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.reports import awards, service
from services.reports.errors import NoSuchAward
from services.reports.words import AWARDS, AwardState

router = APIRouter(prefix="/quota-awards")

Reader = Annotated[Principal, Depends(NeedsScope(Scope.reports_read))]
Office = Annotated[Principal, Depends(NeedsScope(Scope.reports_freeze))]
Year = Annotated[int, Path(ge=2000, le=2100)]
Seen = Annotated[int, Form(ge=0)]
TONES: Final = {AwardState.drawn_up: "warn", AwardState.confirmed: "ok", AwardState.withdrawn: ""}
DONE: Final = {
    awards.Step.confirm: lazy("已确认，各县区用地指标已增加"),
    awards.Step.withdraw: lazy("已撤回"),
}


@router.get("/{year}")
async def award_page(year: Year, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show a year's award, or how it comes about."""
    return await _page(request, principal, session, year, {})


async def _page(
    request: Request, principal: Principal, session: AsyncSession, year: int, errors: dict[str, str]
) -> Response:
    try:
        found = await awards.find(session, principal, year)
    except NoSuchAward:
        shown = None
    else:
        shown = await awards.view(session, principal, found)
    kept = {one.period for one in await service.reports(session, principal)}
    return render(
        request,
        principal,
        "reports/award.html",
        status=422 if errors else 200,
        year=year,
        award=shown,
        frozen=str(year) in kept,
        may_draw_up=shown is None and str(year) in kept and can_award_quota(principal),
        states=AWARDS,
        tones=TONES,
        errors=errors,
    )


@router.post("/{year}")
async def post_award(
    year: Year, request: Request, principal: Office, session: SessionDep, clock: ClockDep
) -> Response:
    """Draw up the award: 303 to it, 422 with the page otherwise."""

    async def draw_up() -> Done:
        await awards.draw_up(session, principal, year, await clock.today(session, principal.city))
        return Done(to=f"/quota-awards/{year}", note=lazy("已拟定，请另一人确认"))

    try:
        return await once(request, principal, session, draw_up)
    except DomainError as error:
        return await _page(request, principal, session, year, field_errors(request, error))


@router.post("/{year}/{step}")
async def post_step(
    year: Year,
    step: awards.Step,
    request: Request,
    principal: Office,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
) -> Response:
    """Confirm or withdraw it: 303 to it, 422 with the page otherwise."""

    async def settle() -> Done:
        today = await clock.today(session, principal.city)
        await awards.settle(session, principal, year, step, today, seen)
        return Done(to=f"/quota-awards/{year}", note=DONE[step])

    try:
        return await once(request, principal, session, settle)
    except DomainError as error:
        return await _page(request, principal, session, year, field_errors(request, error))
