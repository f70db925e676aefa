"""Files of figures over HTTP: a blank one out, a filled one in."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Request, UploadFile
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.interchange import exports
from services.interchange.figure_files import FIGURES, state_file
from services.interchange.sending import send
from services.interchange.service import clean_name
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.kit.idempotency import IdempotencyDep
from services.reconciliation.schemas import StatedView
from services.reconciliation.views import stated_view

router = APIRouter(prefix="/v1/reconciliation", tags=["reconciliation"])

Writer = Annotated[Principal, Depends(Requires(Scope.reconciliation_write))]


@router.get("/figures-template.{form}", response_class=Response)
async def get_figures_template(request: Request, form: exports.Format, principal: Writer) -> Response:  # noqa: ARG001 -- the right is asked for
    """Return a blank file for figures."""
    return send(exports.blank(FIGURES, form, locale_of(request)))


@router.post("/figures/files", status_code=201, response_model=StatedView)
async def post_figures_file(
    session: SessionDep,
    once: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
    file: Annotated[UploadFile, File(description="xlsx, or csv in UTF-8 or GB18030; up to 10 MiB")],
) -> Response:
    """State what was paid in by a file, for one's own side of agreements: all rows, or none."""
    data = await file.read()

    async def effect() -> StatedView:
        today = await clock.today(session, principal.city)
        return stated_view(await state_file(session, principal, clean_name(file.filename or ""), data, today))

    return await once.run(principal, principal.city, effect, status=201)
