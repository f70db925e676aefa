"""Evidence files over HTTP: upload, look at, download, take a binding back."""

from datetime import date
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.files import binding, service
from services.files.schemas import FilesView, FileView, ReasonIn
from services.files.words import MEDIA_TYPES, EvidenceKind, FileKind
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep

router = APIRouter(prefix="/v1/files", tags=["files"])

Reader = Annotated[Principal, Depends(Requires(Scope.files_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.files_write))]


def download(name: str, kind: FileKind, content: bytes) -> Response:
    """Answer with a file to be saved, never shown inside a page of ours.

    Chinese names go by RFC 6266; `nosniff` stands on every answer of the program.
    """
    plain = f"file.{'jpg' if kind is FileKind.jpeg else kind.value}"
    names = f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(
        content,
        media_type=MEDIA_TYPES[kind],
        headers={
            "Content-Disposition": f"attachment; {names}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )


@router.post("", status_code=201, response_model=FileView)
async def post_file(
    session: SessionDep,
    principal: Writer,
    clock: ClockDep,
    once: IdempotencyDep,
    file: Annotated[UploadFile, File(description="PDF, PNG, JPEG, XLSX, DOCX or OFD, by its content")],
    purpose: Annotated[EvidenceKind, Form(description="what it proves")],
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Upload a file; it proves nothing until it is bound, and until then only its uploader reads it."""

    async def effect() -> FileView:
        today: date = await clock.today(session, principal.city)
        stored = await service.upload(
            session,
            principal,
            file.filename or "",
            await file.read(),
            purpose=purpose,
            note=note.strip(),
            today=today,
        )
        return await service.show(session, principal, stored.id)

    return await once.run(
        principal,
        principal.city,
        effect,
        status=201,
        headers=lambda view: {"Location": f"/v1/files/{view.id}"},
    )


@router.get("")
async def get_files(session: SessionDep, principal: Reader) -> FilesView:
    """Show one's own latest uploads that prove nothing yet."""
    return FilesView(items=await service.own_unbound(session, principal))


@router.get("/{file:uuid}")
async def get_file(file: UUID, session: SessionDep, principal: Reader) -> FileView:
    """Show a file without its content."""
    return await service.show(session, principal, file)


@router.get(
    "/{file:uuid}/content",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}, "description": "the file"}},
)
async def get_content(file: UUID, session: SessionDep, principal: Reader) -> Response:
    """Download a file as it was uploaded; the reading is an event."""
    stored, kind, content = await service.read(session, principal, file)
    return download(stored.name, kind, content)


@router.post("/{file:uuid}/bindings/{bound:uuid}/end", response_model=FileView)
async def post_end(
    file: UUID,
    bound: UUID,
    body: ReasonIn,
    session: SessionDep,
    principal: Writer,
    clock: ClockDep,
    once: IdempotencyDep,
) -> Response:
    """Take a binding back with a reason; the file stays with those who read it otherwise."""

    async def effect() -> FileView:
        today = await clock.today(session, principal.city)
        return await binding.end_binding(session, principal, file, bound, reason=body.reason, today=today)

    return await once.run(principal, principal.city, effect)
