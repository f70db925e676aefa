"""报备与准入核对: what a filing said, and how the entry rules answered it at each step."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.entry_findings import told
from services.console.frame import render
from services.console.session import NeedsScope
from services.entry.words import ENVIRONMENT_CLASSES, PROJECT_KINDS, CheckStage
from services.kit.database import SessionDep
from services.kit.i18n import lazy, locale_of
from services.projects import service
from services.projects.channels import FILING_REASONS
from services.projects.filing_record import filing_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]

STAGES = {
    CheckStage.register: lazy("登记时"),
    CheckStage.correct: lazy("更正时"),
    CheckStage.accept: lazy("受理时"),
}


@router.get("/projects/{ref}/filing")
async def show_filing(ref: str, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show a filing to its origin and the city's office; to others there is none."""
    dossier = await service.open_dossier(session, principal, ref[:40])
    found = await filing_of(session, dossier)
    locale = locale_of(request)
    return render(
        request,
        principal,
        "entry/filing.html",
        project=dossier.project,
        filing=found,
        checks=[(check, told(check.findings, locale)) for check in found.checks],
        stages=STAGES,
        reasons=FILING_REASONS,
        kinds=PROJECT_KINDS,
        classes=ENVIRONMENT_CLASSES,
    )
