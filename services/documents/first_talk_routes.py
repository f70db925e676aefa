"""The ruling of a case as PDF."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.agreements.views import city_name
from services.documents.first_talk_paper import ruling_sheet
from services.documents.routes import PdfResponse, send
from services.documents.service import File
from services.documents.tables import table_pdf
from services.first_talk import service as cases
from services.first_talk.errors import NoSuchCase
from services.kit.clock import ClockDep
from services.kit.database import SessionDep

router = APIRouter(prefix="/v1/first-talk/cases", tags=["documents"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]


async def ruling_pdf(session: AsyncSession, principal: Principal, case: UUID, today: date) -> File:
    """Draw the ruling of a case; a county's copy names only its own side.

    Raises:
        NoSuchCase: none that this person may know of, or none with a ruling that they may read.
    """
    found = await cases.find_case(session, principal, case)
    view = await cases.view(session, principal, found, today)
    if view.ruling is None:
        raise NoSuchCase
    return await table_pdf(ruling_sheet(view, await city_name(session, principal.city), today))


@router.get("/{case:uuid}/ruling.pdf", response_class=PdfResponse)
async def get_pdf(session: SessionDep, principal: Reader, clock: ClockDep, case: UUID) -> Response:
    """Print the ruling of a case."""
    return send(await ruling_pdf(session, principal, case, await clock.today(session, principal.city)))
