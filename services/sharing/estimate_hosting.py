"""Could the origin host the lead itself? The matcher's own hard rules, asked of the origin's own parks."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.matching.eligibility import blockers
from allocation.matching.result import UNITS, Blocker, Rule
from services.matching.snapshot import build_pool, lead_of
from services.projects.schemas import ProjectForm
from services.projects.tables import Project
from services.sharing.estimate_schemas import ObstacleAnswer, ParkAnswer


async def obstacles(
    session: AsyncSession, city: str, facts: Project | ProjectForm, today: date
) -> tuple[bool, list[ParkAnswer]]:
    """Ask every park of the origin what keeps the lead from it, all other leads of the pool apart.

    Returns:
        Whether a park could take it; where none could, each park with its reasons, the nearest to it first.
    """
    pool = await build_pool(session, city, today)
    lead = lead_of(facts)
    found = []
    for park in pool.parks:
        if park.owner != lead.origin:
            continue
        against = [item for item in blockers(pool, lead, park) if item.rule is not Rule.ORIGIN]
        if not against:
            return True, []
        found.append(ParkAnswer(park=park.code, obstacles=[_obstacle(item) for item in against]))
    return False, sorted(found, key=lambda park: (len(park.obstacles), park.park))


def _obstacle(item: Blocker) -> ObstacleAnswer:
    return ObstacleAnswer(rule=item.rule, measured=item.measured, limit=item.limit, unit=UNITS[item.rule])
