"""Who reads a project's evidence files: origin, host, the office once it said why, an auditor by letter.

A county that only looks at the pool, is proposed to, or even knows the name reads none; what one's own office
brought along with a move, it reads.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import FINAL_STATES
from auth import policy
from auth.policy import Part, View
from auth.principal import Principal
from services.files import repo as files
from services.files.walls import Wall, keep_wall
from services.files.words import Subject
from services.kit.clock import Clock
from services.projects import merges, repo
from services.projects.lists import views_of
from services.projects.past import readable
from services.projects.tables import Project, ProjectMove

Letter = Callable[[AsyncSession, Principal, Project], Awaitable[bool]]
_LETTERS: list[Letter] = []


def open_by_letter(asks: Letter) -> None:
    """Let the slice of auditors say whose letter opens which project's files."""
    _LETTERS[:] = [asks]


async def shows_files(session: AsyncSession, principal: Principal, project: Project, view: View) -> bool:
    """Tell whether a view shows a project's files now."""
    if policy.may_see(view, Part.contact):
        return True
    if view is View.office:
        today = await Clock().today(session, project.city)
        return await files.is_unlocked(
            session, project.city, principal.account, Subject.project, project.id, today
        )
    if view is View.auditor:
        return any([await asks(session, principal, project) for asks in _LETTERS])
    return False


async def view_for(session: AsyncSession, principal: Principal, project: UUID) -> tuple[Project, View] | None:
    """Return a project with how much of it somebody sees; None where they may not know of it."""
    found = await repo.find(session, principal, project)
    if found is None:
        return None
    [(row, view)] = await views_of(session, principal, [found])
    return row, view


async def may_read_project(session: AsyncSession, principal: Principal, subject: UUID) -> bool:
    """Tell whether somebody reads what is bound to the project itself."""
    seen = await view_for(session, principal, subject)
    return seen is not None and await shows_files(session, principal, *seen)


async def may_read_move(session: AsyncSession, principal: Principal, subject: UUID) -> bool:
    """Tell whether somebody reads what came along with a move: a host only of moves that it reads itself."""
    move = await _move(session, principal.city, subject)
    seen = await view_for(session, principal, move.project) if move is not None else None
    if move is None or seen is None or seen[1] in {View.none, View.finance}:
        return False
    if principal.role in policy.COUNTY_EYES and move.actor_office == principal.office:
        return True
    if not await shows_files(session, principal, *seen):
        return False
    if seen[1] is not View.matched:
        return True
    shown = readable(await repo.moves(session, seen[0]), seen[1], principal.county)
    return any(row.id == move.id for row in shown)


async def _move(session: AsyncSession, city: str, move: UUID) -> ProjectMove | None:
    query = select(ProjectMove).where(col(ProjectMove.city) == city, col(ProjectMove.id) == move)
    return (await session.scalars(query)).one_or_none()


async def project_ended_on(session: AsyncSession, city: str, subject: UUID) -> date | None:
    """Return the day of a project's last move once it is over; a merged lead is over with the other."""
    query = select(Project).where(col(Project.city) == city, col(Project.id) == subject)
    project = (await session.scalars(query)).one_or_none()
    if project is None:
        return None
    standing = await merges.kept_lead(session, project) or project
    if standing.state not in FINAL_STATES:
        return None
    return (await repo.last_move(session, standing)).on_date


async def move_ended_on(session: AsyncSession, city: str, subject: UUID) -> date | None:
    """Return when the project of a move was over."""
    move = await _move(session, city, subject)
    return None if move is None else await project_ended_on(session, city, move.project)


keep_wall(Subject.project, Wall(may_read_project, project_ended_on))
keep_wall(Subject.move, Wall(may_read_move, move_ended_on))
