"""A project's evidence files on a page: the list, upload, what each proves, download, the reason to read."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import field_errors, redirect, render
from services.console.once import Done, once
from services.console.project_words import title_of
from services.console.session import NeedsScope
from services.files import binding
from services.files import service as store
from services.files.errors import NoSuchFile
from services.files.routes import download
from services.files.schemas import BindIn
from services.files.words import EVIDENCE_KINDS, EvidenceKind
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.projects import files, service
from services.regions.repo import unit_names
from services.regions.settings import settings_on

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.files_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.files_write))]
Reason = Annotated[str, Form(max_length=500)]


@router.get("/projects/{ref}/files")
async def project_files(ref: str, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show a project's files, and the forms to add one or to say why one must read them."""
    return await _show(request, principal, session, ref[:40], {})


@router.post("/projects/{ref}/files")
async def post_file(
    ref: str,
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    purpose: Annotated[EvidenceKind, Form()],
    note: Annotated[str, Form(max_length=500)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Upload a file and bind it to the project: 303 to the files, 422 with the page otherwise."""
    name = (file.filename if file else None) or ""
    content = await file.read() if file else b""

    async def keep() -> Done:
        today = await clock.today(session, principal.city)
        kept = await store.upload(
            session, principal, name, content, purpose=purpose, note=note.strip(), today=today
        )
        form = BindIn(file=kept.id, proves=purpose)
        project = await files.attach(session, principal, ref[:40], form, today)
        return Done(to=f"/projects/{project.public_id}/files", note=lazy("已上传佐证文件"))

    told = json.dumps([purpose.value, note, name]).encode() + content
    try:
        return await once(request, principal, session, keep, content=told)
    except DomainError as error:
        return await _show(request, principal, session, ref[:40], field_errors(request, error))


@router.post("/projects/{ref}/files/unlock")
async def post_unlock(
    ref: str, request: Request, principal: Writer, session: SessionDep, clock: ClockDep, reason: Reason = ""
) -> Response:
    """State why the city's office must read the files: 303 to them, 422 with the page otherwise."""
    if not reason.strip():
        wrong = {"reason": gettext(lazy("请填写原因"), locale_of(request))}
        return await _show(request, principal, session, ref[:40], wrong)
    today = await clock.today(session, principal.city)
    project = await files.unlock_files(session, principal, ref[:40], reason.strip(), today)
    return redirect(request, f"/projects/{project.public_id}/files", lazy("已解封，解封原因已记录"))


@router.get("/projects/{ref}/files/{file:uuid}/bindings/{bound:uuid}/end")
async def end_form(
    ref: str, file: UUID, bound: UUID, request: Request, principal: Writer, session: SessionDep
) -> Response:
    """Ask why a binding is taken back."""
    return await _show_end(request, principal, session, ref[:40], file, bound, {})


@router.post("/projects/{ref}/files/{file:uuid}/bindings/{bound:uuid}/end")
async def post_end(
    ref: str,
    file: UUID,
    bound: UUID,
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    reason: Reason = "",
) -> Response:
    """Take a binding back: 303 to the files, 422 with the form otherwise."""
    dossier = await service.open_dossier(session, principal, ref[:40])
    if not reason.strip():
        wrong = {"reason": gettext(lazy("请填写原因"), locale_of(request))}
        return await _show_end(request, principal, session, ref[:40], file, bound, wrong)
    today = await clock.today(session, principal.city)
    await binding.end_binding(session, principal, file, bound, reason=reason.strip(), today=today)
    return redirect(request, f"/projects/{dossier.project.public_id}/files", lazy("已撤销"))


@router.get("/files/{file:uuid}/content")
async def file_download(file: UUID, principal: Reader, session: SessionDep) -> Response:
    """Download a file; the reading is an event."""
    stored, kind, content = await store.read(session, principal, file)
    return download(stored.name, kind, content)


async def _show_end(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    ref: str,
    file: UUID,
    bound: UUID,
    errors: dict[str, str],
) -> Response:
    dossier = await service.open_dossier(session, principal, ref)
    shown = await store.show(session, principal, file)
    binding_of = next((one for one in shown.bindings if one.id == bound and one.may_end), None)
    if binding_of is None:
        raise NoSuchFile
    return render(
        request,
        principal,
        "projects/file_end.html",
        status=422 if errors else 200,
        ref=dossier.project.public_id,
        file=shown,
        proves=EVIDENCE_KINDS[binding_of.proves],
        errors=errors,
    )


async def _show(
    request: Request, principal: Principal, session: AsyncSession, ref: str, errors: dict[str, str]
) -> Response:
    dossier = await service.open_dossier(session, principal, ref)
    locale = locale_of(request)
    settings = await settings_on(session, principal.city, dossier.today)
    return render(
        request,
        principal,
        "projects/files.html",
        status=422 if errors else 200,
        title=title_of(service.view_of(dossier)) or gettext(lazy("项目"), locale),
        ref=dossier.project.public_id,
        found=await files.project_files(session, dossier),
        may_attach=files.may_attach(dossier) and has_scope(principal.role, Scope.files_write),
        kinds=EVIDENCE_KINDS,
        names=await unit_names(session, principal.city),
        largest=settings.file_max_bytes // 1_000_000,
        days=settings.file_unlock_days,
        errors=errors,
    )
