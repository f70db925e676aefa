"""Reads of what stands beside a project in the pool: visits, agreements of the origin, refusals, evidence."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.projects.tables import HoldProgress, InvestorRefusal, JointVisit, OriginAgreement, Project


async def refusals(session: AsyncSession, project: Project) -> Sequence[InvestorRefusal]:
    """Return the investor's refusals, earliest first."""
    query = (
        select(InvestorRefusal)
        .where(col(InvestorRefusal.city) == project.city, col(InvestorRefusal.project) == project.id)
        .order_by(col(InvestorRefusal.at), col(InvestorRefusal.id))
    )
    return (await session.scalars(query)).all()


async def agreed_counties(session: AsyncSession, project: Project) -> frozenset[str]:
    """Return the counties to which the origin agrees that the name be told."""
    query = select(col(OriginAgreement.county)).where(
        col(OriginAgreement.city) == project.city, col(OriginAgreement.project) == project.id
    )
    return frozenset(await session.scalars(query))


async def visited_counties(session: AsyncSession, project: Project) -> frozenset[str]:
    """Return the counties with a joint visit on record."""
    query = select(col(JointVisit.county)).where(
        col(JointVisit.city) == project.city, col(JointVisit.project) == project.id
    )
    return frozenset(await session.scalars(query))


async def visits(session: AsyncSession, project: Project) -> Sequence[JointVisit]:
    """Return the joint visits, earliest first."""
    query = (
        select(JointVisit)
        .where(col(JointVisit.city) == project.city, col(JointVisit.project) == project.id)
        .order_by(col(JointVisit.visited_on), col(JointVisit.id))
    )
    return (await session.scalars(query)).all()


async def progress(session: AsyncSession, city: str, hold: UUID) -> Sequence[HoldProgress]:
    """Return the evidence of a hold's progress, earliest first."""
    query = (
        select(HoldProgress)
        .where(col(HoldProgress.city) == city, col(HoldProgress.hold) == hold)
        .order_by(col(HoldProgress.happened_on), col(HoldProgress.id))
    )
    return (await session.scalars(query)).all()
