"""库表布局: a city uploads a layout, sees what it would change, publishes it; another person confirms it."""

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Form, Path, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import JSONResponse, Response

from auth.libraries import can_publish_layout
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.once import Done, once
from services.console.pages.libraries import day_of
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError, FieldError, Invalid
from services.kit.i18n import gettext, lazy, locale_of
from services.libraries import publishing
from services.libraries.built_in import shelf
from services.libraries.errors import BadLayout, NoSuchLayout
from services.libraries.in_force import layout_on
from services.libraries.reading import layout_schema, read_layout
from services.libraries.sayings import Speaker
from services.libraries.schemas import LayoutForm, LayoutIn
from services.libraries.trying import preview
from services.libraries.words import OBJECTS, RENAMINGS
from services.regions.repo import unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.regions_read))]
Office = Annotated[Principal, Depends(NeedsScope(Scope.regions_write))]
Version = Annotated[int, Path(ge=1, le=1_000_000)]
Line = Annotated[str, Form(max_length=500)]
SCHEMA: Final = "schema"
IN_FORCE: Final = "in-force"


@router.get("/libraries/layouts")
async def layouts_page(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show all versions of the layout, and to the city's office the form of a new one."""
    return await _index(request, principal, session, clock, {})


async def _index(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    typed: dict[str, str],
    error: DomainError | None = None,
) -> Response:
    today = await clock.today(session, principal.city)
    locale = locale_of(request)
    summary: dict[str, str] = {}
    if error is not None:
        summary[""] = gettext(error.title, locale)
        if error.detail:
            summary["file"] = gettext(error.detail, locale, **error.facts)
    return render(
        request,
        principal,
        "libraries/layouts.html",
        status=422 if error else 200,
        found=await publishing.layouts(session, principal, today),
        may_publish=can_publish_layout(principal),
        examples=[(name, one.name) for name, one in shelf().items()],
        typed={"effective_from": today.isoformat(), "note": "", "example": ""} | typed,
        errors=summary,
        places=error.errors if error else (),
    )


@router.get("/libraries/layouts/{layout_name}.json")
async def layout_document(
    principal: Reader, session: SessionDep, clock: ClockDep, layout_name: Annotated[str, Path(max_length=40)]
) -> Response:
    """Give a document to begin with: the layout in force, one of the program's, or the JSON Schema."""
    found: dict[str, Any]
    if layout_name == SCHEMA:
        found = layout_schema()
    elif layout_name == IN_FORCE:
        today = await clock.today(session, principal.city)
        found = _document((await layout_on(session, principal.city, today)).layout)
    elif layout_name in shelf():
        found = _document(shelf()[layout_name])
    else:
        raise NoSuchLayout
    return JSONResponse(
        found,
        headers={
            "Content-Disposition": f'attachment; filename="layout-{layout_name}.json"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _document(layout: LayoutIn) -> dict[str, Any]:
    return layout.model_dump(mode="json", exclude_defaults=True)


@router.post("/libraries/layouts/preview")
async def try_layout(
    request: Request,
    principal: Office,
    session: SessionDep,
    clock: ClockDep,
    file: Annotated[UploadFile | None, File()] = None,
    example: Annotated[str, Form(max_length=40)] = "",
    effective_from: Annotated[str, Form(max_length=10)] = "",
    note: Line = "",
) -> Response:
    """Show what a layout would change: 422 with every fault and its place where it cannot be."""
    today = await clock.today(session, principal.city)
    typed = {"effective_from": effective_from, "note": note, "example": example}
    data = await file.read() if file is not None and file.filename else b""
    try:
        if not data and example not in shelf():
            told = lazy("请选择布局文件，或选一个示例")
            raise BadLayout(errors=[FieldError("/file", "missing", told)])
        layout = shelf()[example] if example in shelf() and not data else read_layout(data)
        form = _form(layout, effective_from, note)
        tried = await preview(session, principal, layout, today)
    except Invalid as error:
        return await _index(request, principal, session, clock, typed, error)
    found = await publishing.layouts(session, principal, today)
    return render(
        request,
        principal,
        "libraries/preview.html",
        form=form,
        document=json.dumps(_document(layout), ensure_ascii=False),
        tried=tried,
        revision=found.revision,
        **await _telling(request, principal, session, layout),
    )


def _form(layout: LayoutIn, effective_from: str, note: str) -> LayoutForm:
    """Make the version that is asked for.

    Raises:
        BadLayout: the day or the note is missing.
    """
    day = day_of(effective_from)
    wrong = []
    if day is None:
        wrong.append(FieldError("/effective_from", "missing", lazy("请填写生效日期")))
    if not note.strip():
        wrong.append(FieldError("/note", "missing", lazy("请写明修改说明")))
    if wrong or day is None:
        raise BadLayout(errors=wrong)
    return LayoutForm(effective_from=day, note=note, layout=layout)


async def _telling(
    request: Request, principal: Principal, session: AsyncSession, layout: LayoutIn
) -> dict[str, Any]:
    return {
        "layout": layout,
        "objects": OBJECTS,
        "renamings": RENAMINGS,
        "speaker": Speaker(locale_of(request), layout, await unit_names(session, principal.city)),
    }


@router.post("/libraries/layouts")
async def publish_layout(
    request: Request,
    principal: Office,
    session: SessionDep,
    clock: ClockDep,
    document: Annotated[str, Form(max_length=400_000)] = "",
    effective_from: Annotated[str, Form(max_length=10)] = "",
    note: Line = "",
    revision: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """Publish what was shown: 303 to the version, 422 with the form where it no longer fits."""

    async def keep() -> Done:
        today = await clock.today(session, principal.city)
        form = _form(read_layout(document.encode()), effective_from, note)
        made = await publishing.publish(session, principal, form, today, revision)
        return Done(to=f"/libraries/layouts/{made.version}", note=lazy("已发布，待另一人确认后生效"))

    try:
        return await once(request, principal, session, keep)
    except Invalid as error:
        typed = {"effective_from": effective_from, "note": note}
        return await _index(request, principal, session, clock, typed, error)


@router.get("/libraries/layouts/{layout_version:int}")
async def layout_page(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, layout_version: Version
) -> Response:
    """Show a version in words; to the city's office also what it would change, until it is confirmed."""
    today = await clock.today(session, principal.city)
    found = await publishing.layout(session, principal, layout_version, today)
    waiting = found.confirmed_on is None and can_publish_layout(principal)
    places: tuple[FieldError, ...] = ()
    tried = None
    if waiting:
        try:
            tried = await preview(session, principal, found.layout, today)
        except BadLayout as error:  # the city's chains have changed since it was published
            places = error.errors
    return render(
        request,
        principal,
        "libraries/layout.html",
        found=found,
        tried=tried,
        places=places,
        **await _telling(request, principal, session, found.layout),
    )


@router.post("/libraries/layouts/{layout_version:int}/confirm")
async def confirm_layout(
    request: Request,
    principal: Office,
    session: SessionDep,
    clock: ClockDep,
    layout_version: Version,
    revision: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """Confirm a version as another person than its maker: 303 to it."""

    async def keep() -> Done:
        today = await clock.today(session, principal.city)
        await publishing.confirm(session, principal, layout_version, today, revision)
        return Done(to=f"/libraries/layouts/{layout_version}", note=lazy("已确认，自生效日期起使用"))

    return await once(request, principal, session, keep)
