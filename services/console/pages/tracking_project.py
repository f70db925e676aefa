"""One project's tracking: its stages and schedule list, and the forms of both."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.evidence_kinds import ACCEPTED, EvidenceKind
from allocation.lifecycle import STAGES
from allocation.tracking.words import ItemStep
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.once import Done, once
from services.console.plain_forms import Shown, revision_of
from services.console.project_fields import Field
from services.console.session import NeedsScope
from services.console.tracking_forms import ITEM, STEPS
from services.console.tracking_page import read_form
from services.console.tracking_words import ITEM_TONES, WORDS
from services.files.service import own_unbound
from services.files.words import EVIDENCE_KINDS
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.projects.steps.building import STAGE_DATES
from services.regions.repo import load_regions
from services.tracking import schedule
from services.tracking.cases import Tracked, may_keep, open_tracked
from services.tracking.project import tracking_of
from services.tracking.repeats import Sent, own_step
from services.tracking.schemas import ItemForm, StepForm

router = APIRouter()

PROOFS: Final = {
    STAGES[place]: [EVIDENCE_KINDS[kind] for kind in EvidenceKind if kind in ACCEPTED[step.value]]
    for place, step in enumerate(STAGE_DATES)
}
"""What proves each stage, in words."""

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Keeper = Annotated[Principal, Depends(NeedsScope(Scope.projects_progress))]


@router.get("/tracking/projects/{ref}")
async def show(ref: str, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show what is tracked of a project."""
    case = await open_tracked(session, principal, ref[:40])
    return await _show(request, session, principal, case, Shown(await _item_fields(session, case)))


@router.post("/tracking/projects/{ref}/items")
async def post_item(ref: str, request: Request, principal: Keeper, session: SessionDep) -> Response:
    """Put an item on the list: 303 to the page, 422 with the form otherwise."""
    case = await open_tracked(session, principal, ref[:40])
    made, shown, _ = await read_form(request, await _item_fields(session, case), ItemForm)
    if made is not None:

        async def add() -> Done:
            await schedule.open_item(session, principal, case.project.id, made)
            return Done(to=f"/tracking/projects/{case.project.public_id}", note=lazy("已列入清单"))

        try:
            return await once(request, principal, session, add)
        except DomainError as error:
            shown.errors = field_errors(request, error)
    return await _show(request, session, principal, case, shown)


@router.get("/tracking/items/{item:uuid}/{step}")
async def show_step(
    item: UUID, step: ItemStep, request: Request, principal: Keeper, session: SessionDep
) -> Response:
    """Show the form of one step of an item."""
    return await _step(request, session, principal, item, step, await _step_form(session, principal, step))


@router.post("/tracking/items/{item:uuid}/{step}")
async def post_step(
    item: UUID, step: ItemStep, request: Request, principal: Keeper, session: SessionDep
) -> Response:
    """Take a step: 303 to the project's list, 422 with the form otherwise."""
    fields = (await _step_form(session, principal, step)).fields
    made, shown, sent = await read_form(request, fields, StepForm, step=step)
    if made is not None:
        try:
            await schedule.take_step(session, principal, item, made, revision_of(sent))
        except DomainError as error:
            shown.errors = field_errors(request, error)
    if shown.errors:
        # A second press finds the item changed and its files taken: by oneself, which is no error of others.
        before = await own_step(session, principal, _sent(item, step, revision_of(sent), shown))
        if before is False:
            locale = locale_of(request)
            shown.errors = {"": gettext(lazy("这一步您已经办理，这次填写的内容没有保存"), locale)}
        if not before:
            return await _step(request, session, principal, item, step, shown)
    view = await schedule.item_view(session, principal, item)
    return redirect(request, f"/tracking/projects/{view.project}", lazy("已记录办理情况"))


def _sent(item: UUID, step: ItemStep, revision: int, shown: Shown) -> Sent:
    typed = shown.typed
    words = {name: str(typed.get(name, "")) for name in ("evidence", "reason")}
    return Sent(item, step, revision, files=typed.get("files", ()), **words)


async def _item_fields(session: AsyncSession, case: Tracked) -> tuple[Field, ...]:
    rows = [
        (row.code, row.name)
        for row in await load_regions(session, case.project.city)
        if row.code in case.units
    ]
    return tuple(field.with_options(rows) if field.name == "unit" else field for field in ITEM)


async def _step_form(session: AsyncSession, principal: Principal, step: ItemStep) -> Shown:
    files = [(str(file.id), file.name) for file in await own_unbound(session, principal)]
    return Shown([field.with_options(files) if field.name == "files" else field for field in STEPS[step]])


async def _step(
    request: Request, session: AsyncSession, principal: Principal, item: UUID, step: ItemStep, shown: Shown
) -> Response:
    return render(
        request,
        principal,
        "tracking/step.html",
        status=shown.status,
        item=await schedule.item_view(session, principal, item),
        step=step,
        form=shown,
        errors=shown.errors,
        words=WORDS,
    )


async def _show(
    request: Request, session: AsyncSession, principal: Principal, case: Tracked, shown: Shown
) -> Response:
    found = await schedule.items(session, principal, case.today, project=case.project.id)
    return render(
        request,
        principal,
        "tracking/project.html",
        status=shown.status,
        case=case,
        told=await tracking_of(session, principal, case),
        proofs=PROOFS,
        found=found,
        form=shown,
        errors=shown.errors,
        may_keep=may_keep(principal, case.project),
        words=WORDS,
        tones=ITEM_TONES,
    )
