"""What rows may refer to, and what decides who sees them, read from the database."""

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.interchange.specs import Grounds, Sight, Table
from services.projects.imports import existing_projects
from services.regions import repo as regions

_REGIONS = frozenset({"region", "unit"})
_PARKS = frozenset({"park", "unit"})


async def load_grounds(session: AsyncSession, city: str, table: Table) -> Grounds:
    """Load what the columns of a table refer to."""
    counties: frozenset[str] = frozenset()
    parks: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    if table.references & _REGIONS:
        counties = frozenset(row.code for row in await regions.load_counties(session, city))
    if table.references & _PARKS:
        parks = frozenset(row.code for row in await regions.load_parks(session, city))
    if "project" in table.references:
        projects = frozenset(await existing_projects(session, city))
    return Grounds(city=city, counties=counties, parks=parks, projects=projects)


async def load_sight(session: AsyncSession, principal: Principal, table: Table) -> Sight:
    """Load what decides which rows of a table a person may see."""
    if "project" not in table.references:
        return Sight(principal=principal)
    stored = await existing_projects(session, principal.city)
    return Sight(principal=principal, origins={code: row.origin for code, row in stored.items()})
