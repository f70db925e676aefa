"""The report on overrides over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.matching.overrides import (
    OfficerAnswer,
    OverridesAnswer,
    OverridesQuery,
    by_officer,
    report,
)

router = APIRouter(prefix="/v1/reports/overrides", tags=["matches"])

Reader = Annotated[Principal, Depends(Requires(Scope.matches_read))]
Inspector = Annotated[Principal, Depends(Requires(Scope.matches_inspect))]
Asked = Annotated[OverridesQuery, Query()]


@router.get("")
async def get_overrides(session: SessionDep, principal: Reader, asked: Asked) -> OverridesAnswer:
    """Show how often the city decided for another than the first rank, by period, reason, body and county."""
    return await report(session, principal, asked)


@router.get("/officers")
async def get_overrides_by_officer(
    session: SessionDep, principal: Inspector, asked: Asked
) -> list[OfficerAnswer]:
    """Show who signed overrides, for inspection alone; the reading is recorded."""
    return await by_officer(session, principal, asked)
