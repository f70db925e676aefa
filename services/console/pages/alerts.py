"""包装预警: projects that look like earlier ones under another name, for city and auditor."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from allocation.names.repackaged import Trait
from auth.principal import Principal
from auth.scopes import Scope
from services.audit.alerts import alerts
from services.console.frame import render
from services.console.session import NeedsScope
from services.firms.words import ALIKE_WORDS
from services.kit.database import SessionDep
from services.kit.i18n import lazy
from services.projects.words import STATE_LABELS
from services.regions.repo import unit_names

router = APIRouter()

TRAITS = {
    Trait.industry: lazy("行业相同"),
    Trait.investment: lazy("投资相近"),
    Trait.land: lazy("用地相近"),
    Trait.name: lazy("项目名称相同"),
}


@router.get("/alerts")
async def show_alerts(
    request: Request,
    principal: Annotated[Principal, Depends(NeedsScope(Scope.audit_check))],
    session: SessionDep,
) -> Response:
    """List the alarms."""
    return render(
        request,
        principal,
        "duplicates/alerts.html",
        found=await alerts(session, principal),
        names=await unit_names(session, principal.city),
        alike_words=ALIKE_WORDS,
        traits=TRAITS,
        states={state.value: word for state, word in STATE_LABELS.items()},
    )
