"""Could the origin host the lead itself? The matcher's own hard rules, asked of the origin's own parks."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.matching.eligibility import blockers
from allocation.matching.pool import Industry, Lead, Needs
from allocation.matching.result import UNITS, Blocker, Rule
from allocation.units import Fen, Mu
from services.matching.snapshot import build_pool
from services.projects.schemas import ProjectForm
from services.projects.tables import Project
from services.sharing.estimate_schemas import ObstacleAnswer, ParkAnswer

_NAMELESS = UUID(int=0)


async def obstacles(
    session: AsyncSession, city: str, facts: Project | ProjectForm, today: date
) -> tuple[bool, list[ParkAnswer]]:
    """Ask every park of the origin what keeps the lead from it, all other leads of the pool apart.

    Returns:
        Whether a park could take it; where none could, each park with its reasons, the nearest to it first.
    """
    pool = await build_pool(session, city, today)
    lead = _lead(facts)
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


def _lead(facts: Project | ProjectForm) -> Lead:
    """Read a project, or what is typed of one, as a lead that nobody holds."""
    return Lead(
        id=str(facts.id if isinstance(facts, Project) else _NAMELESS),
        origin=facts.origin,
        industry=Industry(facts.edition, facts.industry),
        investment_fen=Fen(facts.investment_fen),
        fixed_investment_fen=Fen(facts.fixed_investment_fen),
        tax_fen=Fen(facts.tax_fen),
        needs=Needs(
            land_mu=Mu(facts.land_mu),
            hall_m2=facts.hall_m2,
            energy_tce=facts.energy_tce,
            water_td=facts.water_td,
            cod_kg=facts.cod_kg,
        ),
        deadline=facts.land_deadline,
        held_by=None,
        declined=(),
    )
