"""The figures behind the map: who passes projects on, who hosts them, who has land.

Flows tell where a lead comes from and goes, so the city's office sees all and a county its own; land is what
every park's page shows to everybody.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import SIGNED_STATES
from auth.principal import Principal, Role
from services.maps.schemas import CountyFigures, Flow, MapCredit, MapIndicators
from services.maps.service import map_in_force
from services.projects.queries import COUNTY_HANDS
from services.projects.tables import Project
from services.regions import service as regions
from services.regions.tables import RegionKind


async def indicators(session: AsyncSession, principal: Principal, today: date) -> MapIndicators:
    """Return the figures of all counties as this person sees them."""
    rows = [row for row in await _hosted(session, principal.city) if _sees(principal, row.origin, row.host)]
    loaded = await map_in_force(session, principal.city)
    land: dict[str, int] = {}
    for park in await regions.park_details(session, principal, today):
        land[park.owner] = land.get(park.owner, 0) + park.ready_land_mu
    units = await regions.regions(session, principal)
    return MapIndicators(
        as_of=today,
        counties=[
            _figures(principal, unit.code, unit.name, rows, land.get(unit.code, 0))
            for unit in sorted(units, key=lambda unit: (unit.kind is RegionKind.city, unit.code))
            if unit.kind is RegionKind.county or unit.code in land
        ],
        flows=[row for row in rows if row.origin != row.host],
        map=MapCredit(
            version=loaded.version, source=loaded.source, approval=loaded.approval, sketch=loaded.sketch
        )
        if loaded
        else None,
    )


async def _hosted(session: AsyncSession, city: str) -> list[Flow]:
    """All signed projects that have a host, by where they were first talked to and where they are."""
    found = await session.execute(
        select(
            col(Project.origin),
            col(Project.host_county),
            func.count(),
            func.sum(col(Project.investment_fen)),
        )
        .where(
            col(Project.city) == city,
            col(Project.state).in_(SIGNED_STATES),
            col(Project.host_county).is_not(None),
        )
        .group_by(col(Project.origin), col(Project.host_county))
        .order_by(col(Project.origin), col(Project.host_county))
    )
    return [Flow(origin=row[0], host=row[1], count=row[2], investment_fen=int(row[3])) for row in found]


def _sees(principal: Principal, *counties: str) -> bool:
    """Whether a person sees projects that these counties have to do with."""
    if principal.role is Role.city_office:
        return True
    return principal.role in COUNTY_HANDS and principal.county in counties


def _figures(principal: Principal, code: str, name: str, rows: Sequence[Flow], land: int) -> CountyFigures:
    if not _sees(principal, code):
        return CountyFigures(
            region=code,
            name=name,
            outflow=None,
            outflow_fen=None,
            inflow=None,
            inflow_fen=None,
            signed=None,
            land=land,
        )
    away = [row for row in rows if row.origin == code != row.host]
    here = [row for row in rows if row.host == code]
    taken = [row for row in here if row.origin != code]
    return CountyFigures(
        region=code,
        name=name,
        outflow=sum(row.count for row in away),
        outflow_fen=sum(row.investment_fen for row in away),
        inflow=sum(row.count for row in taken),
        inflow_fen=sum(row.investment_fen for row in taken),
        signed=sum(row.count for row in here),
        land=land,
    )
