"""The forms of cases: what is asked, what follows, and 303 or the form again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.first_talk_fields import Step
from services.console.first_talk_forms import CASE_STEPS, fields_of
from services.console.frame import field_errors, redirect, render
from services.console.once import Done, once
from services.console.pages.first_talk import list_page
from services.console.pages.project_add import seen_version
from services.console.project_fields import Field, Kind, fill, parse, typed_values
from services.console.session import NeedsScope
from services.first_talk import service
from services.first_talk.schemas import CaseView, OpenCase
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError, NotFound
from services.kit.i18n import gettext, lazy, locale_of
from services.kit.tables import uuid7
from services.projects.finding import find_ref
from services.projects.protection_schemas import ReleaseForm
from services.projects.steps.protecting import confirm_releases

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Speaker = Annotated[Principal, Depends(NeedsScope(Scope.projects_transfer))]
Office = Annotated[Principal, Depends(NeedsScope(Scope.projects_accept))]

NEW = (
    Field(
        name="projects",
        label=lazy("线索编号"),
        kind=Kind.area,
        hint=lazy("县区只填本县区的一条；市级填各方的线索，每行一条：项目编号或页面地址"),
    ),
    Field(name="claim", label=lazy("争议事由"), kind=Kind.area),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a form's page shows around its fields."""

    title: str
    back: str
    back_text: str
    consequence: str
    tone: str
    version: int
    fields: tuple[Field, ...]
    hidden: Mapping[str, Any]


def form_page(
    request: Request,
    principal: Principal,
    shown: Shown,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    **more: Any,
) -> Response:
    """Render a form: 422 with the errors, those that belong to no field above it."""
    names = {field.name for field in shown.fields}
    told = {place: text for place, text in errors.items() if place in names}
    rest = [text for place, text in errors.items() if place not in names]
    return render(
        request,
        principal,
        "first_talk/step.html",
        status=422 if errors else 200,
        shown=shown,
        typed=typed,
        errors=({"": "；".join(rest)} if rest else {}) | told,
        **more,
    )


@router.get("/first-talk/new")
async def new_page(request: Request, principal: Speaker, project: str = "") -> Response:
    """Show the form that asks for a case, or opens one."""
    return form_page(request, principal, _new(), {"projects": project[:400]}, {})


def _new() -> Shown:
    return Shown(
        title=lazy("提出首谈争议"),
        back="/first-talk",
        back_text=lazy("首谈保护与争议"),
        consequence=lazy(
            "县区提出的由市级决定是否立案，其他登记方由系统查找，不告知是哪个县区；市级提出的即时立案。"
        ),
        tone="primary",
        version=0,
        fields=NEW,
        hidden={"once": uuid7()},
    )


@router.post("/first-talk/new")
async def post_new(request: Request, principal: Speaker, session: SessionDep, clock: ClockDep) -> Response:
    """Ask for a case: 303 to it, 422 with the form otherwise."""
    typed = typed_values(NEW, await request.form())
    locale = locale_of(request)
    values, errors = parse(NEW, typed, locale)
    if not errors:
        meant = [await find_ref(session, principal, one) for one in values["projects"].split()]
        values["projects"] = list(dict.fromkeys(meant))
        form, errors = fill(OpenCase, values, locale)
        if form is not None:

            async def ask() -> Done:
                today = await clock.today(session, principal.city)
                made = await service.open_case(session, principal, form, today)
                return Done(to=f"/first-talk/{made.id}", note=lazy("已提出首谈争议"))

            try:
                return await once(request, principal, session, ask)
            except DomainError as error:
                errors = field_errors(request, error)
    return form_page(request, principal, _new(), typed, errors)


@router.post("/first-talk/releases")
async def post_releases(
    request: Request,
    principal: Office,
    session: SessionDep,
    clock: ClockDep,
    refs: Annotated[list[str], Form(max_length=100)] = [],  # noqa: B006 - FastAPI copies it
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Confirm several releases at once: 303 to the list, 422 with it otherwise."""
    today = await clock.today(session, principal.city)
    try:
        form = ReleaseForm(reason=reason)
    except ValidationError:
        wrong = gettext(lazy("请写明理由"), locale_of(request))
        return await list_page(request, principal, session, today, {"reason": wrong})
    try:
        async with session.begin_nested():
            moved = await confirm_releases(session, principal, refs, form)
    except DomainError as error:
        return await list_page(request, principal, session, today, field_errors(request, error))
    return redirect(request, "/first-talk", lazy("已确认释放 {n} 条线索"), n=len(moved))


def step_of(steps: Mapping[str, Step], name: str) -> Step:
    """Return the step of an address.

    Raises:
        NotFound: there is none.
    """
    if name not in steps:
        raise NotFound
    return steps[name]


async def _case(session: AsyncSession, principal: Principal, key: UUID, clock: ClockDep) -> CaseView:
    today = await clock.today(session, principal.city)
    return await service.view(session, principal, await service.find_case(session, principal, key), today)


def _of_case(request: Request, step: Step, view: CaseView) -> Shown:
    locale = locale_of(request)
    own, other = gettext(lazy("本县区"), locale), gettext(lazy("另一登记方"), locale)
    return Shown(
        title=step.title,
        back=f"/first-talk/{view.id}",
        back_text=view.number,
        consequence=step.consequence,
        tone=step.tone,
        version=view.revision,
        fields=fields_of(step, view, own, other),
        hidden={"offer": view.offer.seq} if view.offer else {},
    )


@router.get("/first-talk/{case:uuid}/{step}")
async def case_step(
    case: UUID, step: str, request: Request, principal: Speaker, session: SessionDep, clock: ClockDep
) -> Response:
    """Show the form of a step."""
    found = step_of(CASE_STEPS, step)
    view = await _case(session, principal, case, clock)
    return form_page(request, principal, _of_case(request, found, view), {}, {}, one=view)


@router.post("/first-talk/{case:uuid}/{step}")
async def post_case_step(
    case: UUID, step: str, request: Request, principal: Speaker, session: SessionDep, clock: ClockDep
) -> Response:
    """Take a step: 303 to the case, 422 with the form otherwise."""
    found = step_of(CASE_STEPS, step)
    view = await _case(session, principal, case, clock)
    shown = _of_case(request, found, view)
    form = await request.form()
    more = {"offer": str(form.get("offer", "0"))[:6]} if "offer" in found.form.model_fields else {}
    today = await clock.today(session, principal.city)

    async def act(made: Any) -> None:
        await found.do(session, principal, case, made, today, seen=seen_version(form))

    typed, errors = await take(request, session, shown.fields, found, more, act)
    if errors:
        return form_page(request, principal, shown, typed, errors, one=view)
    return redirect(request, shown.back, found.done)


async def take(
    request: Request,
    session: AsyncSession,
    fields: tuple[Field, ...],
    step: Step,
    more: Mapping[str, Any],
    act: Callable[[Any], Awaitable[None]],
) -> tuple[Mapping[str, Any], dict[str, str]]:
    """Read a form and do what it asks; returns what was typed, and what is wrong with it."""
    locale = locale_of(request)
    typed = typed_values(fields, await request.form())
    values, errors = parse(fields, typed, locale)
    if errors:
        return typed, errors
    try:
        shaped = step.shape({**step.given, **more, **values})
    except ValueError:
        return typed, {"": gettext(lazy("填写内容不符合要求"), locale)}
    made, errors = fill(step.form, shaped, locale)
    if made is None:
        return typed, errors
    try:
        async with session.begin_nested():
            await act(made)
    except DomainError as error:
        return typed, field_errors(request, error)
    return typed, {}
