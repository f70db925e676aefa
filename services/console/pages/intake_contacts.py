"""接触备案 and 市内迁移: who talks to which firm, and firms that move inside the city."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.intake_forms import CONTACT, RELOCATION, RESULTS
from services.console.once import Done, once
from services.console.plain_forms import Shown, made_of, read, revision_of, with_regions
from services.console.project_fields import Field
from services.console.session import NeedsScope
from services.intake import contacts
from services.intake.errors import FirmCrowded
from services.intake.relocations import file_relocation, relocations
from services.intake.schemas import ConfirmIn, ContactIn, RelocationIn, ResultIn
from services.intake.words import CONTACT_RESULTS, CONTACT_STATES, PERSON_ROLES, PURPOSES, RELOCATION_GROUNDS
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.regions.repo import load_regions, unit_names
from services.regions.settings import settings_on

router = APIRouter()

Teller = Annotated[Principal, Depends(NeedsScope(Scope.projects_write))]


@router.get("/contacts")
async def show_contacts(
    request: Request, principal: Teller, session: SessionDep, clock: ClockDep
) -> Response:
    """Show the contacts, with the form of a new one."""
    fields = await with_regions(session, principal, CONTACT, "county")
    return await _contacts(request, principal, session, clock, Shown(fields))


@router.post("/contacts")
async def post_contact(request: Request, principal: Teller, session: SessionDep, clock: ClockDep) -> Response:
    """File a contact: 303 to the list; 422 with the form, and whether it may wait, otherwise."""
    fields = await with_regions(session, principal, CONTACT, "county")
    queue = (await request.form()).get("queue") == "1"
    made, shown, _sent = await read(request, fields, ContactIn, queue=queue)
    crowded = False
    if made is not None:

        async def file() -> Done:
            today = await clock.today(session, principal.city)
            row = await contacts.file_contact(session, principal, made, today)
            filed = row.free_from is None
            return Done(to="/contacts", note=lazy("已备案") if filed else lazy("已排队，可接触时再确认"))

        try:
            return await once(request, principal, session, file)
        except FirmCrowded as error:
            crowded = True
            told = gettext(error.detail, locale_of(request), **error.facts)
            shown.errors = {"contact_on": told}
        except DomainError as error:
            shown.errors = field_errors(request, error)
    return await _contacts(request, principal, session, clock, shown, crowded=crowded)


@router.post("/contacts/{contact}/confirm")
async def post_confirm(
    contact: UUID, request: Request, principal: Teller, session: SessionDep, clock: ClockDep
) -> Response:
    """File a contact that waited, for its first open day or the day it was asked for."""
    sent = await request.form()
    day = made_of(ConfirmIn, contact_on=sent.get("contact_on"))
    today = await clock.today(session, principal.city)
    await contacts.confirm_contact(session, principal, contact, day.contact_on, today, revision_of(sent))
    return redirect(request, "/contacts", lazy("已备案"))


@router.post("/contacts/{contact}/withdraw")
async def post_withdraw(
    contact: UUID, request: Request, principal: Teller, session: SessionDep, clock: ClockDep
) -> Response:
    """Take a contact back."""
    today = await clock.today(session, principal.city)
    await contacts.withdraw_contact(session, principal, contact, today, revision_of(await request.form()))
    return redirect(request, "/contacts", lazy("已撤销备案"))


@router.post("/contacts/{contact}/result")
async def post_result(
    contact: UUID, request: Request, principal: Teller, session: SessionDep, clock: ClockDep
) -> Response:
    """Note what came of a contact."""
    sent = await request.form()
    said = made_of(ResultIn, result=sent.get("result"))
    today = await clock.today(session, principal.city)
    await contacts.note_result(session, principal, contact, said.result, today, revision_of(sent))
    return redirect(request, "/contacts", lazy("已记录接触结果"))


async def _contacts(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    form: Shown,
    *,
    crowded: bool = False,
) -> Response:
    today = await clock.today(session, principal.city)
    settings = await settings_on(session, principal.city, today)
    return render(
        request,
        principal,
        "intake/contacts.html",
        status=form.status,
        form=form,
        errors=form.errors,
        crowded=crowded,
        items=(await contacts.contacts(session, principal, today)).items,
        limit=settings.contact_counties,
        window=settings.contact_window_days,
        names=await unit_names(session, principal.city),
        words={"purpose": PURPOSES, "role": PERSON_ROLES, "state": CONTACT_STATES, "result": CONTACT_RESULTS},
        results=RESULTS,
    )


@router.get("/relocations")
async def show_relocations(request: Request, principal: Teller, session: SessionDep) -> Response:
    """Show the moves inside the city, with the form of a new one."""
    return await _relocations(request, principal, session, Shown(await _regions(session, principal)))


@router.post("/relocations")
async def post_relocation(
    request: Request, principal: Teller, session: SessionDep, clock: ClockDep
) -> Response:
    """File a move: 303 to the list, 422 with the form otherwise."""
    made, shown, _sent = await read(request, await _regions(session, principal), RelocationIn)
    if made is not None:

        async def file() -> Done:
            await file_relocation(session, principal, made, await clock.today(session, principal.city))
            return Done(to="/relocations", note=lazy("已登记市内迁移"))

        try:
            return await once(request, principal, session, file)
        except DomainError as error:
            shown.errors = field_errors(request, error)
    return await _relocations(request, principal, session, shown)


async def _regions(session: AsyncSession, principal: Principal) -> tuple[Field, ...]:
    rows = [(row.code, row.name) for row in await load_regions(session, principal.city)]
    ends = {"from_region", "to_region"}
    return tuple(item.with_options(rows) if item.name in ends else item for item in RELOCATION)


async def _relocations(
    request: Request, principal: Principal, session: AsyncSession, form: Shown
) -> Response:
    return render(
        request,
        principal,
        "intake/relocations.html",
        status=form.status,
        form=form,
        errors=form.errors,
        items=(await relocations(session, principal)).items,
        names=await unit_names(session, principal.city),
        grounds=RELOCATION_GROUNDS,
    )
