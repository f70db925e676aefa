"""项目码: a project's QR code to print; it leads to the project's page and tells nothing by itself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.libraries.codes import drawn, project_code

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]


@router.get("/libraries/codes/{ref}")
async def code_page(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, ref: str
) -> Response:
    """Show a project's code with what is written under it."""
    today = await clock.today(session, principal.city)
    public_url: str = request.app.state.settings.public_url
    found = await project_code(session, principal, ref[:40], public_url, today)
    return render(request, principal, "libraries/code.html", found=found, ref=ref[:40])


@router.get("/libraries/codes/{ref}/picture.svg")
async def code_picture(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, ref: str
) -> Response:
    """Draw the code."""
    today = await clock.today(session, principal.city)
    public_url: str = request.app.state.settings.public_url
    found = await project_code(session, principal, ref[:40], public_url, today)
    return Response(
        drawn(found.address),
        media_type="image/svg+xml",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
