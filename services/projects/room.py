"""Nothing is offered twice: what a park, a plot and a hall may still promise beside one lead.

The figures are the database's own functions, which its guard on commitment letters and holds uses as well.
"""

from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.projects.errors import OverOffered

_LEFT: Final = text(
    "SELECT land_mu, hall_m2, energy_tce, water_td, cod_kg"
    " FROM capacity_left(:city, :park, CAST(:project AS uuid))"
)
_LEFT_OF_PLOT: Final = text("SELECT capacity_left_of_plot(:city, :park, :code, CAST(:project AS uuid))")
_LEFT_OF_HALL: Final = text("SELECT capacity_left_of_hall(:city, :park, :code, CAST(:project AS uuid))")
_LOCK: Final = text("SELECT code FROM park WHERE city = :city AND code = :park FOR NO KEY UPDATE")


class Offer(Protocol):
    """What a host offers: land in hundredths of a mu, halls in m², energy, water, COD."""

    @property
    def land_mu(self) -> int:
        """Land."""

    @property
    def hall_m2(self) -> int:
        """Halls."""

    @property
    def energy_tce(self) -> int:
        """Energy."""

    @property
    def water_td(self) -> int:
        """Water."""

    @property
    def cod_kg(self) -> int:
        """COD."""


async def require_room(
    session: AsyncSession,
    city: str,
    park: str,
    project: UUID,
    offer: Offer,
    *,
    plot: str | None = None,
    hall: str | None = None,
) -> None:
    """Refuse an offer of more than is left beside letters, holds and outside uses; the park's row stays held.

    Applications of several leads may overlap: they promise nothing, and are flagged.

    Args:
        session: the transaction of the offer.
        city: the city's code.
        park: the park's code.
        project: the lead, whose own letters and hold do not stand in its way.
        offer: what is offered.
        plot: the plot that is meant, where one is named.
        hall: the hall that is meant, where one is named.

    Raises:
        OverOffered: with every measure that is too little.
    """
    asked = {"city": city, "park": park, "project": project}
    await session.execute(_LOCK, {"city": city, "park": park})
    left = (await session.execute(_LEFT, asked)).mappings().one()
    errors = [
        FieldError(f"/{measure}", "over_offered", lazy("超过园区可承诺的余量"))
        for measure, rest in left.items()
        if getattr(offer, measure) > max(rest, 0)
    ]
    for code, amount, query, pointer in (
        (plot, offer.land_mu, _LEFT_OF_PLOT, "/plot"),
        (hall, offer.hall_m2, _LEFT_OF_HALL, "/hall"),
    ):
        if code is None:
            continue
        rest = (await session.execute(query, {**asked, "code": code})).scalar_one()
        if rest is None:
            errors.append(FieldError(pointer, "unknown", lazy("该园区没有这块可用的地或厂房")))
        elif amount > rest:
            errors.append(FieldError(pointer, "over_offered", lazy("超过该地块或厂房的余量")))
    if errors:
        raise OverOffered(errors=errors)
