"""Projects with what the two lines of an approval need: one by the walls of the pool, or many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.policy import Part, may_see
from auth.principal import Principal, Role
from services.matching import repo as matches
from services.matching.tables import MatchCandidate
from services.projects.dossier import open_dossier
from services.projects.errors import NoSuchProject
from services.projects.repo import visible_to
from services.projects.tables import Project, ProjectMove, Transfer
from services.regions.repo import unit_names
from services.regions.settings import CitySettings, settings_on

MOST = 200
"""Matters of one kind that are read at once; the rest waits in the lists of projects."""

_SIGNERS = frozenset({Role.county_officer, Role.county_leader, Role.city_office})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A project with what its two lines need; read one by one or many at once."""

    project: Project
    settings: CitySettings
    since: date
    """The day of its last move."""
    named: bool = True
    transfer: Transfer | None = None
    park: str | None = None
    """The park that the investor chose."""
    rank: int | None = None
    score: int = 0
    park_name: str = ""
    major: bool = False
    run: bool = False


async def one(session: AsyncSession, principal: Principal, project: UUID) -> Row:
    """Read one project for somebody, by the walls of the pool.

    Raises:
        NoSuchProject: none, or none whose needs the asker may read.
    """
    dossier = await open_dossier(session, principal, project)
    if not may_see(dossier.view, Part.exact):
        raise NoSuchProject
    row = dossier.project
    since = await session.scalar(
        select(func.max(col(ProjectMove.on_date))).where(
            col(ProjectMove.city) == row.city, col(ProjectMove.project) == row.id
        )
    )
    found = Row(
        project=row,
        settings=dossier.settings,
        since=since or row.registered_on,
        named=may_see(dossier.view, Part.name),
        transfer=dossier.transfer,
        park=dossier.chosen[1] if dossier.chosen else None,
        major=dossier.is_major,
    )
    [whole] = await placed(session, row.city, [found])
    return whole


async def many(
    session: AsyncSession, principal: Principal, where: ColumnElement[bool], today: date, *, own: bool = False
) -> list[Row]:
    """Read what waits for who signs: of their own county, or anywhere for the city's office."""
    if principal.role not in _SIGNERS:
        return []
    last = (
        select(func.max(col(ProjectMove.on_date)))
        .where(col(ProjectMove.city) == col(Project.city), col(ProjectMove.project) == col(Project.id))
        .scalar_subquery()
    )
    query = visible_to(principal).add_columns(last).where(where)
    if own or principal.role is not Role.city_office:
        query = query.where(col(Project.origin) == principal.county)
    rows = await session.execute(query.order_by(col(Project.id)).limit(MOST))
    settings = await settings_on(session, principal.city, today)
    return [
        Row(project=row, settings=settings, since=since or row.registered_on) for row, since in rows.all()
    ]


async def placed(session: AsyncSession, city: str, rows: Sequence[Row]) -> list[Row]:
    """Add where the latest run places the chosen park."""
    run = await matches.latest_done(session, city)
    if run is None:
        return list(rows)
    ids = [row.project.id for row in rows]
    ranked = await session.scalars(
        select(MatchCandidate).where(
            col(MatchCandidate.city) == city,
            col(MatchCandidate.run) == run.id,
            col(MatchCandidate.project).in_(ids),
        )
    )
    places = {(one.project, one.park): one for one in ranked}
    names = await unit_names(session, city)
    found = []
    for row in rows:
        place = places.get((row.project.id, row.park or ""))
        found.append(
            replace(
                row,
                run=True,
                rank=place.rank if place else None,
                score=place.total if place else 0,
                park_name=names.get(row.park or "", row.park or ""),
            )
        )
    return found
