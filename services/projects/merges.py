"""Reads of merged leads: what went into a lead, where a lead went, what is asked for."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.projects.tables import MergeState, Project, ProjectMerge


async def live_merge(session: AsyncSession, city: str, merged: UUID) -> ProjectMerge | None:
    """Return the merge that took a lead away, or that is asked for; None where there is neither."""
    query = select(ProjectMerge).where(
        col(ProjectMerge.city) == city,
        col(ProjectMerge.merged) == merged,
        col(ProjectMerge.state) != MergeState.refused,
    )
    return (await session.scalars(query)).one_or_none()


async def merged_into(session: AsyncSession, project: Project) -> Sequence[Project]:
    """Return all leads that went into this one, those that had gone into them too, by code."""
    found: set[UUID] = set()
    ring = {project.id}
    while ring:
        rows = await session.scalars(
            select(col(ProjectMerge.merged)).where(
                col(ProjectMerge.city) == project.city,
                col(ProjectMerge.kept).in_(ring),
                col(ProjectMerge.state) == MergeState.merged,
            )
        )
        ring = set(rows) - found
        found |= ring
    if not found:
        return []
    query = select(Project).where(col(Project.city) == project.city, col(Project.id).in_(found))
    return (await session.scalars(query.order_by(col(Project.code)))).all()


async def kept_lead(session: AsyncSession, project: Project) -> Project | None:
    """Return the lead in which a merged lead lives on, after any number of merges; None if it stands."""
    at: UUID | None = None
    step = await live_merge(session, project.city, project.id)
    while step is not None and step.state is MergeState.merged:
        at = step.kept
        step = await live_merge(session, project.city, at)
    if at is None:
        return None
    query = select(Project).where(col(Project.city) == project.city, col(Project.id) == at)
    return (await session.scalars(query)).one()
