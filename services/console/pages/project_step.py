"""The forms of a project's moves: what is asked, what follows, and 303 or the form again."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from allocation.lifecycle import Action
from auth.errors import AuthError
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.pages.project_add import seen_version
from services.console.pool_acts import POOL_ACTS
from services.console.project_acts import ACTS, Act, fields_for, plain_act, starting_values
from services.console.project_estimate import Panel, panel_of_lead
from services.console.project_fields import Field, fill, parse, typed_values
from services.console.project_words import title_of
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.errors import DomainError, NotFound
from services.kit.i18n import gettext, lazy, locale_of
from services.projects import service
from services.projects.dossier import Dossier
from services.projects.schemas import TransferForm

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]


def _act(name: str) -> Act:
    act = ACTS.get(name) or POOL_ACTS.get(name)
    if act is None:
        raise NotFound
    return act


def _plain(action: str) -> Act:
    act = plain_act(Action(action)) if action in {item.value for item in Action} else None
    if act is None:
        raise NotFound
    return act


@router.get("/projects/{ref}/{act}")
async def show_act(ref: str, act: str, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show the form of an act."""
    return await _show(request, session, principal, ref, _act(act))


@router.post("/projects/{ref}/{act}")
async def post_act(ref: str, act: str, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Do an act."""
    return await _do(request, session, principal, ref, _act(act), {})


@router.get("/projects/{ref}/moves/{action}")
async def show_move(
    ref: str, action: str, request: Request, principal: Reader, session: SessionDep
) -> Response:
    """Show the form of a plain move."""
    return await _show(request, session, principal, ref, _plain(action))


@router.post("/projects/{ref}/moves/{action}")
async def post_move(
    ref: str, action: str, request: Request, principal: Reader, session: SessionDep
) -> Response:
    """Make a plain move."""
    return await _do(request, session, principal, ref, _plain(action), {"action": action})


async def _show(
    request: Request, session: AsyncSession, principal: Principal, ref: str, act: Act
) -> Response:
    dossier = await service.open_dossier(session, principal, ref[:40])
    fields = await fields_for(session, dossier, act)
    typed = starting_values(dossier, act) | _in_address(request, fields)
    return await _page(request, session, dossier, act, fields, typed, {})


def _in_address(request: Request, fields: tuple[Field, ...]) -> dict[str, str]:
    """Return what a link fills in beforehand; nothing is done before somebody confirms it."""
    typed = typed_values(fields, FormData(dict(request.query_params)))
    return {name: value for name, value in typed.items() if value}


async def _do(
    request: Request,
    session: AsyncSession,
    principal: Principal,
    ref: str,
    act: Act,
    given: Mapping[str, Any],
) -> Response:
    dossier = await service.open_dossier(session, principal, ref[:40])
    form = await request.form()
    locale = locale_of(request)
    fields = await fields_for(session, dossier, act)
    typed = typed_values(fields, form)
    values, errors = parse(fields, typed, locale)
    if errors or form.get("step") == "estimate":
        return await _page(request, session, dossier, act, fields, typed, errors)
    made, errors = fill(act.form, {**given, **values}, locale)
    if made is None:
        return await _page(request, session, dossier, act, fields, typed, errors)
    version = seen_version(form)
    try:
        async with session.begin_nested():
            await act.do(session, principal, dossier.project.public_id, made, version=version)
    except DomainError as error:
        fresh = await service.open_dossier(session, principal, ref[:40])
        return await _page(request, session, fresh, act, fields, typed, field_errors(request, error))
    except AuthError as error:
        wrong = {"": gettext(error.title, locale)}
        return await _page(request, session, dossier, act, fields, typed, wrong)
    return redirect(request, f"/projects/{dossier.project.public_id}", act.done)


async def _page(
    request: Request,
    session: AsyncSession,
    dossier: Dossier,
    act: Act,
    fields: tuple[Field, ...],
    typed: Mapping[str, Any],
    errors: dict[str, str],
) -> Response:
    view = service.view_of(dossier)
    locale = locale_of(request)
    sentences = {}
    names = {field.name for field in fields}
    for place, sentence in errors.items():
        sentences[place if place in names else ""] = sentence
    if set(errors) - names:
        sentences[""] = "；".join(text for place, text in errors.items() if place not in names)
    posted = request.method == "POST"
    return render(
        request,
        dossier.principal,
        "projects/act.html",
        status=422 if errors else 200,
        act=act,
        fields=fields,
        typed=typed,
        errors=sentences,
        project_title=title_of(view) or gettext(lazy("项目"), locale),
        ref=dossier.project.public_id,
        version=dossier.project.version,
        terms=getattr(view, "floor_terms", None),
        panel=await _panel(request, session, dossier, act, fields, typed) if posted or typed else None,
        estimates=act.form is TransferForm,
    )


async def _panel(
    request: Request,
    session: AsyncSession,
    dossier: Dossier,
    act: Act,
    fields: tuple[Field, ...],
    typed: Mapping[str, Any],
) -> Panel | None:
    """Say what passing the lead on would bring, once the floor terms can be read."""
    if act.form is not TransferForm:
        return None
    values, _ = parse(fields, typed, "zh")
    if "floor_ratio_bp" not in values or "floor_years" not in values:
        return None
    return await panel_of_lead(
        request,
        session,
        dossier.project,
        ratio_bp=min(values["floor_ratio_bp"], 10_000),
        years=min(values["floor_years"], 30),
    )
