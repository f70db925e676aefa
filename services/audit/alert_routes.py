"""Alarms over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.audit.alerts import AlertKind, Alerts, alerts
from services.kit.database import SessionDep

router = APIRouter(prefix="/v1", tags=["audit"])


@router.get("/alerts")
async def get_alerts(
    session: SessionDep,
    principal: Annotated[Principal, Depends(Requires(Scope.audit_check))],
    kind: AlertKind = AlertKind.repackaged,
) -> Alerts:
    """List projects that look like earlier ones under another name, the likest first."""
    return await alerts(session, principal, kind)
