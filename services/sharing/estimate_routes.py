"""The calculator over HTTP: `POST /v1/sharing/estimate`, and the same of a lead of the pool."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.projects import service as projects
from services.sharing import estimate
from services.sharing.estimate_schemas import Estimate, EstimateForm, EstimateQuery

router = APIRouter(prefix="/v1", tags=["sharing"])

Passer = Annotated[Principal, Depends(Requires(Scope.projects_transfer))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]


@router.post("/sharing/estimate")
async def post_estimate(
    body: EstimateForm, request: Request, session: SessionDep, principal: Passer
) -> Estimate:
    """Compare passing a lead on with keeping and losing it: credit first, then money. Stores nothing."""
    return await estimate.estimate(session, principal.city, body, locale_of(request))


@router.get("/projects/{ref}/estimate")
async def get_estimate(
    ref: Ref,
    request: Request,
    session: SessionDep,
    principal: Passer,
    asked: Annotated[EstimateQuery, Query()],
) -> Estimate:
    """Compare the same for a lead of the pool, under floor terms to try out."""
    dossier = await projects.open_dossier(session, principal, ref)
    projects.require_origin_or_city(dossier)
    deal = EstimateForm(origin=dossier.project.origin, ratio_bp=asked.ratio_bp, years=asked.years)
    return await estimate.estimate_lead(session, principal.city, dossier.project, deal, locale_of(request))
