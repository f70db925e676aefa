"""What parks hold in use, added up by the database.

Holds belong to the projects, a slice above; a park's free capacity is their sum against the park's own
figures. Only these five columns are read, by name, so that a park can be shown without the projects.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.regions.tables import Hall, Plot


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


_OUTSIDE = text(
    "SELECT p.code, o.plot, o.hall, o.land_mu, o.hall_m2, o.energy_tce, o.water_td, o.cod_kg "
    "FROM park p, LATERAL capacity_outside(p.city, p.code) o WHERE p.city = :city ORDER BY p.code, o.id"
)


@dataclass(frozen=True, slots=True)
class OutsideUse:
    """What somebody outside the program uses of one park today."""

    park: str
    plot: str | None
    hall: str | None
    drawn: Drawn


def is_true(row: Plot | Hall) -> bool:
    """Tell whether nobody has said since its last check that a plot or hall is not as stored (不属实)."""
    return row.untrue_on is None or row.verified_on > row.untrue_on


async def outside_uses(session: AsyncSession, city: str) -> list[OutsideUse]:
    """Return what is used outside the program (平台外占用) today, by park."""
    rows = await session.execute(_OUTSIDE, {"city": city})
    return [OutsideUse(row[0], row[1], row[2], Drawn(*row[3:])) for row in rows]


def added(uses: Iterable[OutsideUse]) -> Drawn:
    """Add up uses."""
    drawn = [use.drawn for use in uses]
    return Drawn(
        land_mu=sum(item.land_mu for item in drawn),
        hall_m2=sum(item.hall_m2 for item in drawn),
        energy_tce=sum(item.energy_tce for item in drawn),
        water_td=sum(item.water_td for item in drawn),
        cod_kg=sum(item.cod_kg for item in drawn),
    )


async def drawn_by_park(session: AsyncSession, city: str) -> dict[str, Drawn]:
    """Return what active holds draw, by park; a park without holds is missing."""
    rows = await session.execute(_DRAWN, {"city": city})
    return {row[0]: Drawn(*row[1:]) for row in rows}
