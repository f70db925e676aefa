"""外出招商: the weekly board, one's own unit's trips, and the forms of both."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope, has_scope
from auth.tracking import can_log_outing
from services.console.frame import render
from services.console.once import Done
from services.console.plain_forms import Shown
from services.console.project_fields import Field, fill, parse, typed_values
from services.console.session import NeedsScope
from services.console.tracking_forms import OUTING, REASON
from services.console.tracking_page import beyond, choices, kept, read_form, show
from services.console.tracking_words import WORDS
from services.kit.database import SessionDep
from services.kit.i18n import gettext, lazy, locale_of
from services.tracking import outings
from services.tracking.errors import BadTracking, NoSuchOuting
from services.tracking.schemas import BecauseForm, OutingForm

router = APIRouter(prefix="/outings")

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Goer = Annotated[Principal, Depends(NeedsScope(Scope.projects_progress))]
_DAY: TypeAdapter[date] = TypeAdapter(date)


@router.get("")
async def board(
    request: Request, principal: Reader, session: SessionDep, day: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """Show the board of a week, and one's own unit's trips."""
    return await _board(request, principal, session, Shown(await _fields(session, principal)), day)


@router.post("")
async def post_outing(request: Request, principal: Goer, session: SessionDep) -> Response:
    """Enter a trip: 303 to the board, 422 with the form otherwise."""
    fields, locale = await _fields(session, principal), locale_of(request)
    shown = Shown(fields, typed_values(fields, await request.form()))
    values, shown.errors = parse(fields, shown.typed, locale)
    made = None
    if not shown.errors:
        given = _with_firms(values)
        made, shown.errors = fill(OutingForm, given, locale)
        shown.errors |= beyond(fields, OutingForm, given, locale)
        if shown.errors.pop("firms", None) is not None:
            shown.errors["met"] = gettext(lazy("拜访的企业最多 50 家，一行一家，每行最多 100 字"), locale)
    if made is not None:
        trip = made

        async def act() -> Done:
            await outings.log(session, principal, trip)
            return Done(to="/outings", note=lazy("已登记外出招商"))

        answer = await kept(request, principal, session, shown, act)
        if answer is not None:
            return answer
    return await _board(request, principal, session, shown, "")


@router.get("/{outing:uuid}/withdraw")
async def show_withdraw(outing: UUID, request: Request, principal: Goer, session: SessionDep) -> Response:
    """Show the form that withdraws a trip."""
    return await _withdraw(request, principal, session, outing, Shown((REASON,)))


@router.post("/{outing:uuid}/withdraw")
async def post_withdraw(outing: UUID, request: Request, principal: Goer, session: SessionDep) -> Response:
    """Withdraw a trip: 303 to the board, 422 with the form otherwise."""
    made, shown, _sent = await read_form(request, (REASON,), BecauseForm)
    if made is not None:

        async def act() -> Done:
            await outings.withdraw(session, principal, outing, made)
            return Done(to="/outings", note=lazy("已撤销，记录仍保留"))

        answer = await kept(request, principal, session, shown, act)
        if answer is not None:
            return answer
    return await _withdraw(request, principal, session, outing, shown)


def _with_firms(values: dict[str, Any]) -> dict[str, Any]:
    """Turn the lines of the firms met into what the service takes."""
    lines = str(values.pop("met", "")).splitlines()
    return values | {"firms": [{"name": line.strip()} for line in lines if line.strip()]}


async def _fields(session: AsyncSession, principal: Principal) -> list[Field]:
    own = [row for row in (await choices(session, principal))["unit"] if can_log_outing(principal, row[0])]
    return [field.with_options(own) if field.name == "unit" else field for field in OUTING]


async def _board(
    request: Request, principal: Principal, session: AsyncSession, shown: Shown, day: str
) -> Response:
    try:
        asked = _DAY.validate_python(day) if day else None
        found = await outings.board(session, principal, asked)
    except (ValidationError, BadTracking):  # a day that is none, or has no board, is as if not given
        found = await outings.board(session, principal)
    return render(
        request,
        principal,
        "tracking/outings.html",
        status=shown.status,
        board=found,
        trips=await outings.trips(session, principal),
        form=shown,
        errors=shown.errors,
        may_log=has_scope(principal.role, Scope.projects_progress),
        words=WORDS,
    )


async def _withdraw(
    request: Request, principal: Principal, session: AsyncSession, key: UUID, shown: Shown
) -> Response:
    found = (await outings.trips(session, principal, only=key)).items
    if not found:
        raise NoSuchOuting
    [trip] = found
    about = [
        (lazy("外出单位"), trip.unit_name),
        (lazy("带队人岗位"), trip.post),
        (lazy("外出地点"), trip.place),
    ]
    back = ("/outings", lazy("外出招商"))
    return show(request, principal, shown, title=lazy("撤销外出记录"), back=back, about=about)
