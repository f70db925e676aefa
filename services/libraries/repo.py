"""Reads of layouts and of what libraries hold. Projects start at `visible_to`, the rest at its own walls."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.intake import sees_every_contact
from auth.libraries import sees_every_planned, sees_planned
from auth.policy import COUNTY_EYES
from auth.principal import Principal
from services.intake.tables import TargetFirm
from services.libraries.tables import LibraryLayout, LibraryLayoutConfirmation
from services.projects.repo import visible_to
from services.projects.tables import PlannedProject, Project, ProjectMove

Version = tuple[LibraryLayout, LibraryLayoutConfirmation | None]


async def versions(session: AsyncSession, city: str) -> list[Version]:
    """Return all versions of a city's layout with their confirmations, oldest first."""
    rows = await session.execute(
        select(LibraryLayout, LibraryLayoutConfirmation)
        .outerjoin(
            LibraryLayoutConfirmation,
            tuple_(col(LibraryLayoutConfirmation.city), col(LibraryLayoutConfirmation.version))
            == tuple_(col(LibraryLayout.city), col(LibraryLayout.version)),
        )
        .where(col(LibraryLayout.city) == city)
        .order_by(col(LibraryLayout.version))
    )
    return [(layout, confirmed) for layout, confirmed in rows]


def in_force(found: Sequence[Version], on: date) -> LibraryLayout | None:
    """Return the version in force on a day: the newest whose day and whose confirmation have come."""
    for layout, confirmed in reversed(found):
        if confirmed is not None and max(layout.effective_from, confirmed.confirmed_on) <= on:
            return layout
    return None


async def projects(session: AsyncSession, principal: Principal) -> Sequence[Project]:
    """Return the projects that the asker may know of, in an order that tells nothing of them."""
    return (await session.scalars(visible_to(principal).order_by(col(Project.public_id)))).all()


async def moves(session: AsyncSession, principal: Principal) -> dict[UUID, list[tuple[date, str]]]:
    """Return the days and stages of the moves of those projects, in the order of their recording."""
    known = visible_to(principal).with_only_columns(col(Project.id))
    rows = await session.execute(
        select(col(ProjectMove.project), col(ProjectMove.on_date), col(ProjectMove.to_state))
        .where(col(ProjectMove.city) == principal.city, col(ProjectMove.project).in_(known))
        .order_by(col(ProjectMove.project), col(ProjectMove.seq))
    )
    found: dict[UUID, list[tuple[date, str]]] = {}
    for project, day, state in rows:
        found.setdefault(project, []).append((day, state.value))
    return found


async def planned(session: AsyncSession, principal: Principal) -> Sequence[PlannedProject]:
    """Return the planned projects that the asker may see: of its own county, or all."""
    query = select(PlannedProject).where(col(PlannedProject.city) == principal.city)
    if not sees_every_planned(principal):
        county = principal.county
        if county is None or not sees_planned(principal, county):
            return []
        query = query.where(col(PlannedProject.county) == county)
    return (await session.scalars(query.order_by(col(PlannedProject.code)))).all()


async def targets(session: AsyncSession, principal: Principal) -> Sequence[TargetFirm]:
    """Return the target firms of one's own list and the city's, closed ones too; the office's are all."""
    query = select(TargetFirm).where(col(TargetFirm.city) == principal.city)
    if not sees_every_contact(principal):
        if principal.role not in COUNTY_EYES:
            return []
        query = query.where(
            or_(col(TargetFirm.owner) == principal.county, col(TargetFirm.owner) == principal.city)
        )
    return (await session.scalars(query.order_by(col(TargetFirm.name_key), col(TargetFirm.id)))).all()


async def waiting(session: AsyncSession, city: str) -> tuple[int, UUID] | None:
    """Return the newest version and its maker while nobody has confirmed it."""
    newest = (
        select(col(LibraryLayout.version), col(LibraryLayout.made_by), col(LibraryLayoutConfirmation.version))
        .outerjoin(
            LibraryLayoutConfirmation,
            tuple_(col(LibraryLayoutConfirmation.city), col(LibraryLayoutConfirmation.version))
            == tuple_(col(LibraryLayout.city), col(LibraryLayout.version)),
        )
        .where(col(LibraryLayout.city) == city)
        .order_by(col(LibraryLayout.version).desc())
        .limit(1)
    )
    row = (await session.execute(newest)).first()
    return None if row is None or row[2] is not None else (row[0], row[1])
