"""Drafting, changing, sending and ending an agreement."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.agreements import listing, service, views
from services.agreements.errors import WrongState
from services.agreements.schemas import AgreementIn
from services.agreements.tables import Agreement
from services.console.agreement_words import (
    BLANK_FORM,
    CREDITS,
    METHODS,
    OUT_OF_RANGE,
    form_of,
    read_form,
)
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import Invalid
from services.kit.i18n import gettext, lazy, locale_of

router = APIRouter()

Writer = Annotated[Principal, Depends(NeedsScope(Scope.agreements_write))]
Seen = Annotated[int, Form(ge=1)]
Reason = Annotated[str, Form(max_length=500)]
ProjectRef = Annotated[str, Query(max_length=60)]


async def _form(request: Request) -> dict[str, str]:
    """Read the fields of the terms' form; what is missing is empty, as an unchecked box is."""
    sent = await request.form()
    return {name: str(sent.get(name, ""))[:2000] for name in BLANK_FORM}


TermsForm = Annotated[dict[str, str], Depends(_form)]


async def _new(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    project: str,
    form: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:
    waiting = await listing.held_without(session, principal, Agreement)
    chosen = next((row for row in waiting if str(row.id) == project), None)
    return render(
        request,
        principal,
        "agreements/form.html",
        status=422 if errors else 200,
        title=lazy("起草利益共享协议"),
        action="/agreements/new",
        back="/agreements",
        crumb=None,
        seen=None,
        first=True,
        projects=[(str(row.id), f"{row.code} {row.name}") for row in waiting],
        project=project,
        floor=await service.floor_of(session, chosen) if chosen else None,
        form=form,
        errors=errors,
        **_choices(request),
    )


def _choices(request: Request) -> dict[str, Any]:
    locale = locale_of(request)
    return {
        "methods": [(one.value, gettext(text, locale)) for one, text in METHODS.items()],
        "credits": [(one.value, gettext(text, locale)) for one, text in CREDITS.items()],
    }


@router.get("/agreements/new")
async def new_agreement(
    request: Request, principal: Writer, session: SessionDep, clock: ClockDep, project: ProjectRef = ""
) -> Response:
    """Show the form of a new agreement."""
    today = await clock.today(session, principal.city)
    form = {**BLANK_FORM, "effective_on": today.isoformat()}
    return await _new(request, principal, session, project, form, {})


@router.post("/agreements/new")
async def draft(
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    form: TermsForm,
    project: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Draft an agreement."""
    terms, errors = read_form(form, locale_of(request))
    if not project:
        errors["project"] = gettext(lazy("请选择项目"), locale_of(request))
    if terms is not None and not errors:
        proposed = AgreementIn.model_validate(terms.model_dump() | {"project": project})
        try:
            async with session.begin_nested():
                today = await clock.today(session, principal.city)
                made = await service.draft_agreement(session, principal, proposed, today)
        except Invalid as error:
            errors = field_errors(request, error)
        else:
            return redirect(request, f"/agreements/{made.id}", lazy("已起草协议 {code}"), code=made.code)
    return await _new(request, principal, session, project, form, errors)


async def _change(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    agreement_id: UUID,
    action: str,
    form: Mapping[str, str] | None,
    errors: Mapping[str, str],
) -> Response:
    one = await views.show_agreement(session, principal, agreement_id)
    if action not in one.actions and not errors:
        raise WrongState
    last = one.versions[-1]
    return render(
        request,
        principal,
        "agreements/form.html",
        status=422 if errors else 200,
        title=lazy("修改草稿") if action == "edit" else lazy("起草新版条款"),
        action=f"/agreements/{one.id}/{action}",
        back=f"/agreements/{one.id}",
        crumb=one.code,
        seen=one.revision,
        first=action == "edit" and one.live is None,
        projects=None,
        project="",
        floor=None,
        form=form or form_of(last, one.minutes_no, one.minutes_on, one.deduction_consent),
        errors=errors,
        **_choices(request),
    )


@router.get("/agreements/{agreement_id:uuid}/edit")
async def edit_form(agreement_id: UUID, request: Request, principal: Writer, session: SessionDep) -> Response:
    """Show the form of a draft."""
    return await _change(request, principal, session, agreement_id, "edit", None, {})


@router.post("/agreements/{agreement_id:uuid}/edit")
async def edit(
    agreement_id: UUID, request: Request, principal: Writer, session: SessionDep, form: TermsForm, seen: Seen
) -> Response:
    """Change a draft."""
    return await _save(request, principal, session, agreement_id, "edit", form, seen)


@router.get("/agreements/{agreement_id:uuid}/amend")
async def amend_form(
    agreement_id: UUID, request: Request, principal: Writer, session: SessionDep
) -> Response:
    """Show the form of a further version."""
    return await _change(request, principal, session, agreement_id, "amend", None, {})


@router.post("/agreements/{agreement_id:uuid}/amend")
async def amend(
    agreement_id: UUID, request: Request, principal: Writer, session: SessionDep, form: TermsForm, seen: Seen
) -> Response:
    """Draft a further version."""
    return await _save(request, principal, session, agreement_id, "amend", form, seen)


async def _save(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    agreement_id: UUID,
    action: str,
    form: Mapping[str, str],
    seen: int,
) -> Response:
    """Write the terms typed for a draft or a further version: 303 to the agreement, 422 with the form."""
    write, note = SAVES[action]
    terms, errors = read_form(form, locale_of(request))
    if terms is not None:
        try:
            async with session.begin_nested():
                await write(session, principal, agreement_id, seen, terms)
        except Invalid as error:
            errors = field_errors(request, error)
        else:
            return redirect(request, f"/agreements/{agreement_id}", note)
    return await _change(request, principal, session, agreement_id, action, form, errors)


SAVES = {
    "edit": (service.edit_agreement, lazy("已保存草稿")),
    "amend": (service.amend_agreement, lazy("已起草新版，原版在新版签署前继续有效")),
}


async def _ask(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    agreement_id: UUID,
    action: str,
    errors: Mapping[str, str],
    form: Mapping[str, str],
) -> Response:
    one = await views.show_agreement(session, principal, agreement_id)
    if action not in one.actions and not errors:
        raise WrongState
    return render(
        request,
        principal,
        f"agreements/{action}.html",
        status=422 if errors else 200,
        one=one,
        last=one.versions[-1],
        errors=errors,
        form=form,
    )


@router.get("/agreements/{agreement_id:uuid}/send")
async def ask_send(agreement_id: UUID, request: Request, principal: Writer, session: SessionDep) -> Response:
    """Show the 核对 page before signing."""
    return await _ask(request, principal, session, agreement_id, "send", {}, {})


@router.post("/agreements/{agreement_id:uuid}/send")
async def send_for_signing(
    agreement_id: UUID, request: Request, principal: Writer, session: SessionDep, seen: Seen
) -> Response:
    """Send a draft for signing."""
    try:
        async with session.begin_nested():
            await service.send_agreement(session, principal, agreement_id, seen)
    except Invalid as error:
        errors = field_errors(request, error)
        return await _ask(request, principal, session, agreement_id, "send", errors, {})
    return redirect(request, f"/agreements/{agreement_id}", lazy("已送签，各方可上传签署扫描件"))


@router.get("/agreements/{agreement_id:uuid}/end")
async def ask_end(
    agreement_id: UUID, request: Request, principal: Writer, session: SessionDep, clock: ClockDep
) -> Response:
    """Show the 核对 page before an agreement ends."""
    today = await clock.today(session, principal.city)
    form = {"ended_on": today.isoformat(), "reason": ""}
    return await _ask(request, principal, session, agreement_id, "end", {}, form)


@router.post("/agreements/{agreement_id:uuid}/end")
async def end(
    agreement_id: UUID,
    request: Request,
    principal: Writer,
    session: SessionDep,
    seen: Seen,
    ended_on: Annotated[str, Form(max_length=10)] = "",
    reason: Reason = "",
) -> Response:
    """End an agreement."""
    errors = {}
    try:
        day = date.fromisoformat(ended_on)
    except ValueError:
        errors["ended_on"] = gettext(OUT_OF_RANGE, locale_of(request))
    if not reason.strip():
        errors["reason"] = gettext(lazy("请填写原因"), locale_of(request))
    if errors:
        form = {"ended_on": ended_on, "reason": reason}
        return await _ask(request, principal, session, agreement_id, "end", errors, form)
    await service.end_agreement(session, principal, agreement_id, seen, day, reason)
    return redirect(request, f"/agreements/{agreement_id}", lazy("协议已终止"))
