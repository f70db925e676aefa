"""Reads what binds a park, what is offered at it and what others use; every query names the city."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.capacity.tables import OutsideUse
from services.projects.tables import Application, Commitment, Project
from services.projects.words import ApplicationState

_BOUND = text(
    "SELECT b.*, p.public_id, p.code_name FROM capacity_bound(:city, :park, NULL) AS b"
    " JOIN project AS p ON p.city = :city AND p.id = b.project ORDER BY b.source, b.due_on, p.public_id"
)
_COUNTING = text("SELECT id FROM capacity_outside(:city, :park)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one lead takes or is offered at a park."""

    source: str
    project: str
    name: str
    plot: str | None
    hall: str | None
    land_mu: int
    hall_m2: int
    energy_tce: int
    water_td: int
    cod_kg: int
    on: date


async def bound(session: AsyncSession, city: str, park: str) -> list[Taken]:
    """Return the holds, and the letters of leads that nobody holds."""
    rows = await session.execute(_BOUND, {"city": city, "park": park})
    return [_taken(row, row["public_id"], row["code_name"]) for row in rows.mappings()]


def _taken(row: Any, public_id: str, name: str) -> Taken:
    return Taken(
        source=row["source"],
        project=public_id,
        name=name,
        plot=row["plot"],
        hall=row["hall"],
        land_mu=row["land_mu"],
        hall_m2=row["hall_m2"],
        energy_tce=row["energy_tce"],
        water_td=row["water_td"],
        cod_kg=row["cod_kg"],
        on=row["due_on"],
    )


async def applied(session: AsyncSession, city: str, park: str) -> list[Taken]:
    """Return the open applications for which the park has given no letter."""
    given = select(col(Commitment.id)).where(
        col(Commitment.city) == col(Application.city),
        col(Commitment.project) == col(Application.project),
        col(Commitment.park) == col(Application.park),
        col(Commitment.ended_on).is_(None),
    )
    rows = await session.execute(
        select(Application, col(Project.public_id), col(Project.code_name))
        .join(
            Project,
            (col(Project.city) == col(Application.city)) & (col(Project.id) == col(Application.project)),
        )
        .where(
            col(Application.city) == city,
            col(Application.park) == park,
            col(Application.state) == ApplicationState.open,
            ~given.exists(),
        )
        .order_by(col(Application.ready_on), col(Project.public_id))
    )
    return [
        Taken(
            source="application",
            project=public_id,
            name=name,
            plot=row.plot,
            hall=row.hall,
            land_mu=row.land_mu,
            hall_m2=row.hall_m2,
            energy_tce=row.energy_tce,
            water_td=row.water_td,
            cod_kg=row.cod_kg,
            on=row.ready_on,
        )
        for row, public_id, name in rows
    ]


async def outside(session: AsyncSession, city: str, park: str) -> Sequence[OutsideUse]:
    """Return all uses outside the program, the latest first, ended ones last."""
    query = (
        select(OutsideUse)
        .where(col(OutsideUse.city) == city, col(OutsideUse.park) == park)
        .order_by(
            col(OutsideUse.ended_on).is_not(None), col(OutsideUse.since).desc(), col(OutsideUse.id).desc()
        )
    )
    return (await session.scalars(query, execution_options={"populate_existing": True})).all()


async def counting(session: AsyncSession, city: str, park: str) -> set[UUID]:
    """Return the ids of the uses that count today."""
    return set(await session.scalars(_COUNTING, {"city": city, "park": park}))


async def use(session: AsyncSession, city: str, park: str, key: UUID) -> OutsideUse | None:
    """Return one use of a park, locked until the transaction ends."""
    query = (
        select(OutsideUse)
        .where(col(OutsideUse.city) == city, col(OutsideUse.park) == park, col(OutsideUse.id) == key)
        .with_for_update()
    )
    return (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()
