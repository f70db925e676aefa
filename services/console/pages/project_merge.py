"""Merging two leads of one firm, on a page: the form, the second person's decision, what went where."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.pages.project_add import seen_version
from services.console.project_fields import Field, Kind, fill, parse, typed_values
from services.console.project_words import title_of
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.errors import DomainError, NotFound
from services.kit.i18n import gettext, lazy, locale_of
from services.projects import service
from services.projects.dossier import Dossier
from services.projects.finding import find_ref
from services.projects.merging import decide_merge, merge
from services.projects.merging_schemas import MergeDecision, MergeForm
from services.projects.merging_views import OPEN, merges_view
from services.projects.tables import MergeState
from services.regions.repo import unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Merger = Annotated[Principal, Depends(NeedsScope(Scope.projects_accept))]

FIELDS = (
    Field(
        name="into",
        label=lazy("保留的线索"),
        hint=lazy("本线索并入哪一条：填项目编号，或粘贴那一条的页面地址"),
    ),
    Field(name="reason", label=lazy("合并原因"), kind=Kind.area, hint=lazy("两地首谈单位都会看到")),
    Field(
        name="told",
        label=lazy("告知双方的方式"),
        kind=Kind.area,
        hint=lazy("例如函号、会议或经办人和日期；只有市级统筹单位可见"),
    ),
)
KINDS = {
    "pool": lazy("同意流转"),
    "counties": lazy("同意与县区接洽"),
    "host": lazy("选定承接方"),
}
STATES = {"requested": lazy("待复核"), "merged": lazy("已合并"), "refused": lazy("不同意合并")}


@router.get("/projects/{ref}/merge")
async def show_merge(
    ref: str, request: Request, principal: Reader, session: SessionDep, into: str = ""
) -> Response:
    """Show what a lead has to do with merges, and to the city's office the form."""
    dossier = await service.open_dossier(session, principal, ref[:40])
    return await _show(request, session, dossier, {"into": into[:40]}, {})


@router.post("/projects/{ref}/merge")
async def post_merge(ref: str, request: Request, principal: Merger, session: SessionDep) -> Response:
    """Merge the lead into another, or ask for it: 303 to what came of it, 422 with the form otherwise."""
    dossier = await service.open_dossier(session, principal, ref[:40])
    form = await request.form()
    typed = typed_values(FIELDS, form)
    locale = locale_of(request)
    values, errors = parse(FIELDS, typed, locale)
    if values.get("into"):
        values["into"] = await find_ref(session, principal, values["into"])
    made, wrong = fill(MergeForm, values, locale) if not errors else (None, errors)
    if made is None:
        return await _show(request, session, dossier, typed, wrong)
    key = dossier.project.public_id
    try:
        async with session.begin_nested():
            done = await merge(session, principal, key, made, version=seen_version(form))
    except DomainError as error:
        fresh = await service.open_dossier(session, principal, key)
        return await _show(request, session, fresh, typed, field_errors(request, error))
    asked = done.state is MergeState.requested
    note = lazy("已提交合并，由另一人复核") if asked else lazy("已合并")
    return redirect(request, f"/projects/{key}/merge", note)


@router.post("/projects/{ref}/merge/decision")
async def post_decision(
    ref: str,
    request: Request,
    principal: Merger,
    session: SessionDep,
    decision: Annotated[str, Form(pattern="^(accept|refuse)$")],
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Confirm or refuse a merge that another person asked for: 303, or 422 with the page."""
    dossier = await service.open_dossier(session, principal, ref[:40])
    key = dossier.project.public_id
    form = MergeDecision(accept=decision == "accept", reason=reason)
    seen = seen_version(await request.form())
    try:
        async with session.begin_nested():
            await decide_merge(session, principal, key, form, version=seen)
    except DomainError as error:
        fresh = await service.open_dossier(session, principal, key)
        return await _show(request, session, fresh, {}, field_errors(request, error))
    note = lazy("已合并") if form.accept else lazy("不同意合并")
    return redirect(request, f"/projects/{key}/merge", note)


async def _show(
    request: Request,
    session: AsyncSession,
    dossier: Dossier,
    typed: dict[str, str],
    errors: dict[str, str],
) -> Response:
    if dossier.view not in OPEN:
        raise NotFound
    locale = locale_of(request)
    return render(
        request,
        dossier.principal,
        "projects/merge.html",
        status=422 if errors else 200,
        title=title_of(service.view_of(dossier)) or gettext(lazy("项目"), locale),
        ref=dossier.project.public_id,
        version=dossier.project.version,
        found=await merges_view(session, dossier),
        fields=FIELDS,
        typed=typed,
        errors=errors,
        kinds=KINDS,
        states=STATES,
        names=await unit_names(session, dossier.principal.city),
    )
