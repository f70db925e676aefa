"""考核目标: each unit's target with its progress, and the form by which the city's office sets one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from allocation.statistics.goals import INDICATORS
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import field_errors, render
from services.console.funds_forms import GOAL, read_goal, typed
from services.console.once import Done, once
from services.console.pages.funds import year_of
from services.console.session import NeedsScope
from services.funds import goals
from services.funds.words import ACTORS, INDICATOR_WORDS, UNIT_WORDS
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of

router = APIRouter(prefix="/goals")

Reader = Annotated[Principal, Depends(NeedsScope(Scope.funds_read))]
Office = Annotated[Principal, Depends(NeedsScope(Scope.regions_write))]


@router.get("")
async def goals_page(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    year: Annotated[str, Query(max_length=4)] = "",
) -> Response:
    """Show a year's targets, each with its progress."""
    today = await clock.today(session, principal.city)
    return await _page(request, principal, session, clock, year_of(year, today), {}, {})


@router.post("")
async def post_goal(request: Request, principal: Office, session: SessionDep, clock: ClockDep) -> Response:
    """Set a target, or change it from a day on: 303 to the year, 422 with the form otherwise."""
    today = await clock.today(session, principal.city)
    values = typed(GOAL, await request.form())
    form, errors = read_goal(values, locale_of(request))
    if form is None:
        return await _page(request, principal, session, clock, today.year, values, errors)
    asked_for = form

    async def keep() -> Done:
        await goals.set_goal(session, principal, asked_for, today)
        return Done(to=f"/goals?year={asked_for.year}", note=lazy("目标已保存为新的版本，以前的版本保留"))

    try:
        return await once(request, principal, session, keep)
    except DomainError as error:
        named = field_errors(request, error)
        return await _page(request, principal, session, clock, asked_for.year, values, named)


async def _page(
    request: Request,
    principal: Principal,
    session: SessionDep,
    clock: ClockDep,
    year: int,
    values: dict[str, str],
    errors: dict[str, str],
) -> Response:
    today, locale = await clock.today(session, principal.city), locale_of(request)
    units = list(dict.fromkeys(unit for one in INDICATORS.values() for unit in one.units))
    return render(
        request,
        principal,
        "funds/goals.html",
        status=422 if errors else 200,
        found=await goals.listed(session, principal, year, today),
        actors=ACTORS,
        actor_choices=[(actor.value, gettext(words, locale)) for actor, words in ACTORS.items()],
        indicators=[(name, gettext(INDICATOR_WORDS[name], locale)) for name in INDICATORS],
        units=[(unit, gettext(UNIT_WORDS[unit], locale)) for unit in units],
        indicator_words=INDICATOR_WORDS,
        unit_words=UNIT_WORDS,
        may_set=has_scope(principal.role, Scope.regions_write),
        form=dict.fromkeys(GOAL, "") | {"year": str(year), "effective_from": today.isoformat()} | values,
        errors=errors,
    )
