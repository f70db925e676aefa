"""Who reads what proves an entry: its host and origin, the city's finance; others as the project's own."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.files.walls import Wall, keep_wall
from services.files.words import Subject
from services.funds import repo
from services.funds.entries import find
from services.funds.errors import NoSuchFunds
from services.projects.file_walls import may_read_project, project_ended_on


async def may_read_funds(session: AsyncSession, principal: Principal, subject: UUID) -> bool:
    """Tell whether somebody reads the files of an entry.

    Those who enter, check or share in the funds do; the city's office of a county's project states why first,
    as for the project's own files, and an auditor's letter must name it.
    """
    try:
        row, project = await find(session, principal, subject)
    except NoSuchFunds:
        return False
    if principal.role is Role.auditor or (
        principal.role is Role.city_office and project.host_county != principal.city
    ):
        return await may_read_project(session, principal, row.project)
    return True


async def funds_ended_on(session: AsyncSession, city: str, subject: UUID) -> date | None:
    """Return when the entry's project was over."""
    row = await repo.entry(session, city, subject)
    return None if row is None else await project_ended_on(session, city, row.project)


keep_wall(Subject.funds, Wall(may_read_funds, funds_ended_on))
