"""A project's files and merges over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.files.schemas import BindIn, FilesView, ReasonIn
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match
from services.projects import files, merging, merging_views
from services.projects.dossier import open_dossier
from services.projects.merging_schemas import MergeDecision, MergeForm, MergesView

router = APIRouter(prefix="/v1/projects/{ref}", tags=["projects"])

Ref = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z-]+$")]
FileReader = Annotated[Principal, Depends(Requires(Scope.files_read))]
FileWriter = Annotated[Principal, Depends(Requires(Scope.files_write))]
Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Merger = Annotated[Principal, Depends(Requires(Scope.projects_accept))]


@router.get("/files")
async def get_project_files(ref: Ref, session: SessionDep, principal: FileReader) -> FilesView:
    """Show the project's files that this person may read, those of leads merged into it too."""
    return await files.project_files(session, await open_dossier(session, principal, ref))


@router.post("/files", status_code=201, response_model=FilesView)
async def post_project_file(
    ref: Ref, body: BindIn, session: SessionDep, principal: FileWriter, clock: ClockDep, once: IdempotencyDep
) -> Response:
    """Bind an uploaded file to the project, with what it proves."""

    async def effect() -> FilesView:
        today = await clock.today(session, principal.city)
        await files.attach(session, principal, ref, body, today)
        return await files.project_files(session, await open_dossier(session, principal, ref))

    return await once.run(principal, principal.city, effect, status=201)


@router.post("/files/unlock", response_model=FilesView)
async def post_unlock(
    ref: Ref,
    body: ReasonIn,
    session: SessionDep,
    principal: FileWriter,
    clock: ClockDep,
    once: IdempotencyDep,
) -> Response:
    """State why the city's office must read the files; recorded, and it opens them for a time."""

    async def effect() -> FilesView:
        today = await clock.today(session, principal.city)
        await files.unlock_files(session, principal, ref, body.reason, today)
        return await files.project_files(session, await open_dossier(session, principal, ref))

    return await once.run(principal, principal.city, effect)


@router.get("/merge")
async def get_merge(ref: Ref, session: SessionDep, principal: Reader) -> MergesView:
    """Show where a lead went, what went into it, and the consents of all, as far as this person may read."""
    return await merging_views.merges_view(session, await open_dossier(session, principal, ref))


@router.post("/merge", response_model=MergesView)
async def post_merge(
    ref: Ref, request: Request, body: MergeForm, session: SessionDep, principal: Merger, once: IdempotencyDep
) -> Response:
    """Merge this lead into another; where both were accepted, another person decides."""
    version = require_if_match(request)

    async def effect() -> MergesView:
        await merging.merge(session, principal, ref, body, version=version)
        return await merging_views.merges_view(session, await open_dossier(session, principal, ref))

    return await once.run(principal, principal.city, effect)


@router.post("/merge/decision", response_model=MergesView)
async def post_merge_decision(
    ref: Ref,
    request: Request,
    body: MergeDecision,
    session: SessionDep,
    principal: Merger,
    once: IdempotencyDep,
) -> Response:
    """Confirm or refuse a merge that another person asked for."""
    version = require_if_match(request)

    async def effect() -> MergesView:
        await merging.decide_merge(session, principal, ref, body, version=version)
        return await merging_views.merges_view(session, await open_dossier(session, principal, ref))

    return await once.run(principal, principal.city, effect)
