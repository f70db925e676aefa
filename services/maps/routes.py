"""The map over HTTP: figures by county, and the outlines in the sheet's units."""

from typing import Annotated

from fastapi import APIRouter, Depends

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.maps import indicators
from services.maps.schemas import MapIndicators

router = APIRouter(prefix="/v1", tags=["maps"])

Reader = Annotated[Principal, Depends(Requires(Scope.regions_read))]


@router.get("/maps/indicators")
async def get_map_indicators(principal: Reader, session: SessionDep, clock: ClockDep) -> MapIndicators:
    """Return figures by county and flows between counties; what one does not see is null or left out."""
    return await indicators.indicators(session, principal, await clock.today(session, principal.city))
