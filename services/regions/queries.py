"""What parks hold in use, added up by the database.

Holds belong to the projects, a slice above; a park's free capacity is their sum against the park's own
figures. Only these five columns are read, by name, so that a park can be shown without the projects.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the active holds draw from one park."""

    land_mu: int = 0
    hall_m2: int = 0
    energy_tce: int = 0
    water_td: int = 0
    cod_kg: int = 0


_DRAWN = text(
    "SELECT park, sum(land_mu)::bigint, sum(hall_m2)::bigint, sum(energy_tce)::bigint, "
    "sum(water_td)::bigint, sum(cod_kg)::bigint "
    "FROM hold WHERE city = :city AND released_at IS NULL GROUP BY park"
)


async def drawn_by_park(session: AsyncSession, city: str) -> dict[str, Drawn]:
    """Return what active holds draw, by park; a park without holds is missing."""
    rows = await session.execute(_DRAWN, {"city": city})
    return {row[0]: Drawn(*row[1:]) for row in rows}
