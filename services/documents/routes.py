"""The addresses of the papers: PDF and xlsx of what the person may see."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.documents import service
from services.documents.service import PDF, XLSX, File
from services.kit.database import SessionDep

router = APIRouter(prefix="/v1", tags=["documents"])

AgreementReader = Annotated[Principal, Depends(Requires(Scope.agreements_read))]
StatementReader = Annotated[Principal, Depends(Requires(Scope.statements_read))]
ProjectReader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Version = Annotated[int | None, Query(ge=1, description="without it, the version in force, else the last")]


class PdfResponse(Response):
    """A PDF, for the API's description."""

    media_type = PDF


class XlsxResponse(Response):
    """A workbook, for the API's description."""

    media_type = XLSX


def send(file: File) -> Response:
    """Answer with a file; papers are not kept by caches on the way."""
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "Content-Disposition": f'inline; filename="{file.name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def public_url(request: Request) -> str:
    """Return the address printed on papers."""
    found: str = request.app.state.settings.public_url
    return found


@router.get("/statements/{statement_id:uuid}.pdf", response_class=PdfResponse)
async def get_statement_pdf(
    request: Request, session: SessionDep, principal: StatementReader, statement_id: UUID
) -> Response:
    """Print a statement."""
    return send(await service.statement_pdf(session, principal, statement_id, public_url(request)))


@router.get("/statements/{statement_id:uuid}.xlsx", response_class=XlsxResponse)
async def get_statement_xlsx(
    request: Request, session: SessionDep, principal: StatementReader, statement_id: UUID
) -> Response:
    """Download a statement as a workbook with live formulas."""
    return send(await service.statement_xlsx(session, principal, statement_id, public_url(request)))


@router.get("/agreements/{agreement_id:uuid}.pdf", response_class=PdfResponse)
async def get_agreement_pdf(
    request: Request,
    session: SessionDep,
    principal: AgreementReader,
    agreement_id: UUID,
    version: Version = None,
) -> Response:
    """Print a version of an agreement."""
    return send(await service.agreement_pdf(session, principal, agreement_id, version, public_url(request)))


@router.get("/agreements/{agreement_id:uuid}.xlsx", response_class=XlsxResponse)
async def get_agreement_xlsx(
    request: Request,
    session: SessionDep,
    principal: AgreementReader,
    agreement_id: UUID,
    version: Version = None,
) -> Response:
    """Download a version of an agreement as a workbook."""
    return send(await service.agreement_xlsx(session, principal, agreement_id, version, public_url(request)))


@router.get("/confirmations/{confirmation_id:uuid}.pdf", response_class=PdfResponse)
async def get_confirmation_pdf(
    request: Request, session: SessionDep, principal: AgreementReader, confirmation_id: UUID
) -> Response:
    """Print a confirmation."""
    return send(await service.confirmation_pdf(session, principal, confirmation_id, public_url(request)))


@router.get("/projects/{project_id}.pdf", response_class=PdfResponse)
async def get_project_pdf(session: SessionDep, principal: ProjectReader, project_id: str) -> Response:
    """Print a project's card, as far as this person may see the project."""
    return send(await service.project_pdf(session, principal, project_id))
