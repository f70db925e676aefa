"""审批台: what waits for one's signature, each sheet with its acts on one page, and batches."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.approving import Verb
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.accounts.words import ROLE_WORDS
from services.approvals import people, service, sheets, views
from services.approvals.schemas import REF_PATTERN, ActForm
from services.approvals.words import STATES, STEP_KINDS, VERBS
from services.console.approval_words import (
    BAD,
    HINTS,
    WITH_PERSON,
    bad_fields,
    kind_words,
    person_options,
    tabs_of,
)
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError, Invalid
from services.kit.i18n import gettext, lazy, locale_of
from services.matching.unmatched import chosen_since
from services.regions.repo import unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.approvals_read))]
Signer = Annotated[Principal, Depends(NeedsScope(Scope.approvals_write))]
SheetRef = Annotated[str, Path(pattern=REF_PATTERN)]
Words = Annotated[str, Form(max_length=600)]


@router.get("/approvals")
async def inbox(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """List what waits for this person, the latest due first."""
    return await _list(request, principal, session, clock, mine=False)


@router.get("/approvals/mine")
async def mine(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """List the sheets that this person made, signed or was sent."""
    return await _list(request, principal, session, clock, mine=True)


async def _list(
    request: Request, principal: Principal, session: AsyncSession, clock: ClockDep, *, mine: bool
) -> Response:
    today = await clock.today(session, principal.city)
    locale = locale_of(request)
    read = sheets.part_in if mine else sheets.inbox
    return render(
        request,
        principal,
        "approvals/list.html",
        tabs=tabs_of(request.scope["path"], locale),
        rows=views.lines(await read(session, principal, today), today, locale),
        mine=mine,
        newer=0 if mine else len(await chosen_since(session, principal)),
        kinds=kind_words(),
        states=STATES,
        names=await unit_names(session, principal.city),
    )


@router.post("/approvals/batch")
async def batch(
    request: Request,
    principal: Signer,
    session: SessionDep,
    clock: ClockDep,
    item: Annotated[list[str] | None, Form(max_length=100)] = None,
    reason: Words = "",
) -> Response:
    """Agree to the chosen matters, and show of each what became of it."""
    today = await clock.today(session, principal.city)
    locale = locale_of(request)
    titles = {one.ref: one.subject.title for one in await sheets.inbox(session, principal, today)}
    refs = [ref for ref in item or [] if ref in titles]
    done = await service.agree_to_all(session, principal, refs, reason, today, locale)
    return render(
        request,
        principal,
        "approvals/batch.html",
        tabs=tabs_of("/approvals", locale),
        items=done,
        titles=titles,
        states=STATES,
    )


@router.get("/approvals/{approval}")
async def show(
    approval: SheetRef, request: Request, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show a sheet with its steps, its history and what this person may do."""
    return await _sheet(request, principal, session, clock, approval, {}, {})


async def _sheet(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    ref: str,
    errors: dict[str, str],
    form: dict[str, str],
) -> Response:
    today = await clock.today(session, principal.city)
    locale = locale_of(request)
    found = await sheets.locate(session, principal, ref, today)
    one = await views.whole(session, principal, found, today, locale)
    signs = has_scope(principal.role, Scope.approvals_write)
    near = await people.people(session, principal, one.office) if signs else []
    return render(
        request,
        principal,
        "approvals/sheet.html",
        status=422 if errors else 200,
        tabs=tabs_of("", locale),
        one=one,
        kinds=kind_words(),
        states=STATES,
        step_kinds=STEP_KINDS,
        verb_words=VERBS,
        hints=HINTS,
        with_person=WITH_PERSON,
        bad=BAD,
        verbs=one.verbs if signs else [],
        people=person_options(near, locale),
        back_to=[("", gettext("经办人", locale))]
        + [(str(step.key), step.title or step.person_name) for step in one.steps if step.signed_name],
        roles=ROLE_WORDS,
        names=await unit_names(session, principal.city),
        errors=errors,
        form=form,
    )


@router.post("/approvals/{approval}")
async def take(
    approval: SheetRef,
    request: Request,
    principal: Signer,
    session: SessionDep,
    clock: ClockDep,
    verb: Annotated[Verb, Form()],
    seen: Annotated[int, Form(ge=0)],
    reason: Words = "",
    person: Annotated[str, Form(max_length=40)] = "",
    to_step: Annotated[str, Form(max_length=4)] = "",
) -> Response:
    """Act on a sheet: 303 to it, 422 with the form otherwise."""
    today = await clock.today(session, principal.city)
    form = {"verb": verb.value, "reason": reason, "person": person, "to_step": to_step}
    try:
        wanted = ActForm(
            verb=verb, reason=reason, person=UUID(person) if person else None, to_step=_key(to_step)
        )
        async with session.begin_nested():
            await service.take(session, principal, approval, wanted, today, seen=seen)
    except ValidationError as error:
        return await _sheet(request, principal, session, clock, approval, bad_fields(request, error), form)
    except ValueError:
        errors = {"person": gettext("请从列表中选择", locale_of(request))}
        return await _sheet(request, principal, session, clock, approval, errors, form)
    except DomainError as error:
        return await _sheet(request, principal, session, clock, approval, field_errors(request, error), form)
    return redirect(request, f"/approvals/{approval}", lazy("已记入审批单"))


def _key(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise Invalid
    return int(text)
