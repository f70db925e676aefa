"""Leads of the pool of which the latest run says nothing, because they came to it later."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import POOL_STATES, State
from auth.policy import View
from auth.principal import Principal
from services.matching import repo
from services.matching.errors import NoSuchMatch
from services.matching.sight import CITY_EYES
from services.matching.tables import MatchPlacement
from services.projects import repo as projects
from services.projects.dossier import Dossier, open_dossier
from services.projects.tables import Project


async def newer_lead(session: AsyncSession, principal: Principal, ref: str | UUID) -> Dossier:
    """Open a lead of the pool that the city's eyes look for in the latest run and do not find there.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        NoSuchMatch: the lead is not in the pool, the run knows it, or the asker is not of the city's eyes.
    """
    dossier = await open_dossier(session, principal, ref)
    if dossier.view not in {View.office, View.auditor} or dossier.project.state not in POOL_STATES:
        raise NoSuchMatch
    run = await repo.latest_done(session, principal.city)
    if run is not None and await repo.placement(session, principal.city, run.id, dossier.project.id):
        raise NoSuchMatch
    return dossier


async def chosen_since(session: AsyncSession, principal: Principal) -> Sequence[Project]:
    """Return the leads whose host is chosen and which the latest run does not know, by their deadline.

    To all but the city's eyes there is none: what others chose is not theirs to count.
    """
    if principal.role not in CITY_EYES:
        return []
    run = await repo.latest_done(session, principal.city)
    query = projects.visible_to(principal).where(col(Project.state) == State.chosen)
    if run is not None:
        known = select(col(MatchPlacement.project)).where(
            col(MatchPlacement.city) == principal.city, col(MatchPlacement.run) == run.id
        )
        query = query.where(col(Project.id).not_in(known))
    query = query.order_by(col(Project.land_deadline), col(Project.public_id))
    return (await session.scalars(query)).all()
