"""The end of one protection: what its county answered, and the forms of the next step."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.policy import can_accept, can_transfer
from auth.principal import Principal
from auth.scopes import Scope
from services.console.first_talk_fields import PROTECTION_STEPS, Step
from services.console.frame import redirect, render
from services.console.pages.first_talk_steps import Shown, form_page, step_of, take
from services.console.pages.project_add import seen_version
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.errors import NotFound
from services.projects.dossier import Dossier, open_dossier
from services.projects.protection_words import ANSWERS, PROGRESS
from services.projects.standing import Standing, standing_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]
Speaker = Annotated[Principal, Depends(NeedsScope(Scope.projects_transfer))]


def _of_protection(dossier: Dossier, step: Step) -> Shown:
    return Shown(
        title=step.title,
        back=f"/first-talk/protections/{dossier.project.public_id}",
        back_text=dossier.project.name,
        consequence=step.consequence,
        tone=step.tone,
        version=dossier.project.version,
        fields=step.fields,
        hidden={},
    )


async def _protection(session: AsyncSession, principal: Principal, ref: str) -> tuple[Dossier, Standing]:
    """Open a lead whose answers one may read: the origin's own, all for the office."""
    dossier = await open_dossier(session, principal, ref[:40])
    if dossier.view.value not in {"owner", "office"}:
        raise NotFound
    return dossier, await standing_of(session, dossier.project)


@router.get("/first-talk/protections/{ref}")
async def protection_page(ref: str, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show what a county answered, and what can be done now."""
    dossier, standing = await _protection(session, principal, ref)
    return render(
        request,
        principal,
        "first_talk/protection.html",
        project=dossier.project,
        today_=dossier.today,
        standing=standing,
        steps=[(name, PROTECTION_STEPS[name].title) for name in _open_steps(dossier, standing, principal)],
        answers=ANSWERS,
        kinds=PROGRESS,
    )


def _open_steps(dossier: Dossier, standing: Standing, principal: Principal) -> list[str]:
    """Return the steps that a person may take on a lead under protection."""
    until = dossier.project.protected_until
    if dossier.protection is None or until is None:
        return []
    found = ["answer"] if can_transfer(principal, dossier.project.origin) else []
    if not can_accept(principal):
        return found
    if standing.request is not None:
        return [*found, "extension"]
    over = until < dossier.today
    return [*found, "release"] if over or standing.release_agreed else found


@router.get("/first-talk/protections/{ref}/{step}")
async def protection_step(
    ref: str, step: str, request: Request, principal: Speaker, session: SessionDep
) -> Response:
    """Show the form of a step."""
    found = step_of(PROTECTION_STEPS, step)
    dossier, _standing = await _protection(session, principal, ref)
    return form_page(request, principal, _of_protection(dossier, found), {}, {})


@router.post("/first-talk/protections/{ref}/{step}")
async def post_protection_step(
    ref: str, step: str, request: Request, principal: Speaker, session: SessionDep
) -> Response:
    """Take a step: 303 to the protection, 422 with the form otherwise."""
    found = step_of(PROTECTION_STEPS, step)
    dossier, _standing = await _protection(session, principal, ref)
    shown = _of_protection(dossier, found)
    form = await request.form()

    async def act(made: Any) -> None:
        await found.do(session, principal, dossier.project.public_id, made, version=seen_version(form))

    typed, errors = await take(request, session, shown.fields, found, {}, act)
    if errors:
        return form_page(request, principal, shown, typed, errors)
    return redirect(request, shown.back, found.done)
