"""The small forms of one project's tracking: sponsors, visits, blocks, reviews, and their ends."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.tracking.words import BlockKind
from auth.principal import Principal
from auth.scopes import Scope
from auth.tracking import can_look_back
from services.console import tracking_forms as forms
from services.console.once import Done
from services.console.plain_forms import Shown
from services.console.project_fields import Field
from services.console.session import NeedsScope
from services.console.tracking_page import choices, kept, read_form, show
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import gettext, lazy, locale_of
from services.tracking import reviewing, support
from services.tracking.cases import Tracked, may_keep, open_tracked
from services.tracking.errors import NoSuchItem, NotYourTracking
from services.tracking.registers import blocks, sponsors
from services.tracking.schemas import (
    BlockEndForm,
    BlockForm,
    CoordinationForm,
    CultivationForm,
    LookBackForm,
    SponsorEndForm,
    SponsorForm,
)
from services.tracking.words import BLOCK_KINDS, SPONSOR_ROLES

router = APIRouter()

Keeper = Annotated[Principal, Depends(NeedsScope(Scope.projects_progress))]


class Entry(StrEnum):
    """What is entered of a project."""

    sponsor = "sponsor"
    coordination = "coordination"
    block = "block"
    look_back = "look-back"
    cultivation = "cultivation"


@dataclass(frozen=True, slots=True)
class _Form:
    title: str
    fields: Sequence[Field]
    model: type[BaseModel]
    act: Callable[[AsyncSession, Principal, UUID, Any], Awaitable[Tracked]]
    note: str


_FORMS: Final[Mapping[Entry, _Form]] = MappingProxyType(
    {
        Entry.sponsor: _Form(
            lazy("登记包抓责任人"), forms.SPONSOR, SponsorForm, support.name_sponsor, lazy("已登记包抓责任人")
        ),
        Entry.coordination: _Form(
            lazy("登记走访协调"),
            forms.COORDINATION,
            CoordinationForm,
            support.coordinate,
            lazy("已登记走访协调"),
        ),
        Entry.block: _Form(
            lazy("登记受阻因素"), forms.BLOCK, BlockForm, support.raise_block, lazy("已登记受阻因素")
        ),
        Entry.look_back: _Form(
            lazy("登记回看"), forms.LOOK_BACK, LookBackForm, reviewing.look_back, lazy("已登记回看")
        ),
        Entry.cultivation: _Form(
            lazy("登记企业培育"),
            forms.CULTIVATE,
            CultivationForm,
            reviewing.cultivate,
            lazy("已登记企业培育"),
        ),
    }
)


@router.get("/tracking/projects/{ref}/enter/{what}")
async def show_entry(
    ref: str, what: Entry, request: Request, principal: Keeper, session: SessionDep
) -> Response:
    """Show the form of one entry."""
    case = await _open(session, principal, ref, what)
    fields = await _fields(request, session, principal, case, _FORMS[what].fields)
    return _page(request, principal, case, what, Shown(fields))


@router.post("/tracking/projects/{ref}/enter/{what}")
async def post_entry(
    ref: str, what: Entry, request: Request, principal: Keeper, session: SessionDep
) -> Response:
    """Make an entry: 303 to the project's tracking, 422 with the form otherwise."""
    case = await _open(session, principal, ref, what)
    form = _FORMS[what]
    fields = await _fields(request, session, principal, case, form.fields)
    made, shown, _sent = await read_form(request, fields, form.model)
    if made is not None:

        async def act() -> Done:
            await form.act(session, principal, case.project.id, made)
            return Done(to=f"/tracking/projects/{case.project.public_id}", note=form.note)

        answer = await kept(request, principal, session, shown, act)
        if answer is not None:
            return answer
    return _page(request, principal, case, what, shown)


@router.get("/tracking/sponsors/{sponsor:uuid}/end")
async def show_sponsor_end(
    sponsor: UUID, request: Request, principal: Keeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Show the form that ends a sponsor's time."""
    return await _end_sponsor(sponsor, request, principal, session, clock, Shown(forms.SPONSOR_END))


@router.post("/tracking/sponsors/{sponsor:uuid}/end")
async def post_sponsor_end(
    sponsor: UUID, request: Request, principal: Keeper, session: SessionDep, clock: ClockDep
) -> Response:
    """End a sponsor's time: 303 to the project's tracking, 422 with the form otherwise."""
    made, shown, _sent = await read_form(request, forms.SPONSOR_END, SponsorEndForm)
    if made is not None:

        async def act() -> Done:
            case = await support.end_sponsor(session, principal, sponsor, made)
            return Done(to=f"/tracking/projects/{case.project.public_id}", note=lazy("已登记包抓责任人结束"))

        answer = await kept(request, principal, session, shown, act)
        if answer is not None:
            return answer
    return await _end_sponsor(sponsor, request, principal, session, clock, shown)


@router.get("/tracking/blocks/{block:uuid}/clear")
async def show_block_clear(
    block: UUID, request: Request, principal: Keeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Show the form that resolves a block."""
    return await _clear(
        block, request, principal, session, clock, Shown(await _block_end(session, principal))
    )


@router.post("/tracking/blocks/{block:uuid}/clear")
async def post_block_clear(
    block: UUID, request: Request, principal: Keeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Resolve a block: 303 to the project's tracking, 422 with the form otherwise."""
    made, shown, _sent = await read_form(request, await _block_end(session, principal), BlockEndForm)
    if made is not None:

        async def act() -> Done:
            case = await support.clear_block(session, principal, block, made)
            return Done(to=f"/tracking/projects/{case.project.public_id}", note=lazy("受阻因素已解决"))

        answer = await kept(request, principal, session, shown, act)
        if answer is not None:
            return answer
    return await _clear(block, request, principal, session, clock, shown)


async def _open(session: AsyncSession, principal: Principal, ref: str, entry: Entry) -> Tracked:
    case = await open_tracked(session, principal, ref[:40])
    may = can_look_back(principal) if entry is Entry.look_back else may_keep(principal, case.project)
    if not may:
        raise NotYourTracking
    return case


def _page(request: Request, principal: Principal, case: Tracked, entry: Entry, shown: Shown) -> Response:
    back = (f"/tracking/projects/{case.project.public_id}", case.name)
    return show(request, principal, shown, title=_FORMS[entry].title, back=back)


async def _fields(
    request: Request, session: AsyncSession, principal: Principal, case: Tracked, fields: Sequence[Field]
) -> list[Field]:
    """Fill the lists that are the city's or the project's own."""
    locale = locale_of(request)
    found = await choices(session, principal)
    named = await sponsors(session, principal, case.today, project=case.project.id)
    found["sponsorship"] = [
        (str(row.id), f"{gettext(SPONSOR_ROLES[row.role], locale)} {row.post}") for row in named.items
    ]
    return [field.with_options(found.get(field.name, field.options)) for field in fields]


async def _block_end(session: AsyncSession, principal: Principal) -> list[Field]:
    found = await choices(session, principal)
    return [field.with_options(found.get(field.name, field.options)) for field in forms.BLOCK_END]


async def _end_sponsor(
    key: UUID, request: Request, principal: Principal, session: AsyncSession, clock: ClockDep, shown: Shown
) -> Response:
    today = await clock.today(session, principal.city)
    found = await sponsors(session, principal, today, standing=False)
    row = next((row for row in found.items if row.id == key), None)
    if row is None:
        raise NoSuchItem
    role = gettext(SPONSOR_ROLES[row.role], locale_of(request))
    return show(
        request,
        principal,
        shown,
        title=lazy("登记结束"),
        back=(f"/tracking/projects/{row.project}", row.project_name),
        about=[(lazy("五个一职责"), role), (lazy("责任单位"), row.unit_name), (lazy("责任人岗位"), row.post)],
    )


async def _clear(
    key: UUID, request: Request, principal: Principal, session: AsyncSession, clock: ClockDep, shown: Shown
) -> Response:
    today = await clock.today(session, principal.city)
    found = await blocks(session, principal, today, standing=False)
    row = next((row for row in found.items if row.id == key), None)
    if row is None:
        raise NoSuchItem
    kind = gettext(BLOCK_KINDS[BlockKind(row.kind)], locale_of(request))
    return show(
        request,
        principal,
        shown,
        title=lazy("登记解决"),
        back=(f"/tracking/projects/{row.project}", row.project_name),
        about=[(lazy("受阻类型"), kind), (lazy("受阻情况"), row.what), (lazy("责任单位"), row.unit_name)],
    )
