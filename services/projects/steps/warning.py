"""At a filing: the firm's name is kept, and filings of a like firm are warned of. It never refuses a filing.

The city takes note of what another county filed before it accepts: for that alone a reason is needed.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import FINAL_STATES
from services.firms.finding import find
from services.firms.indexing import Named, keep_names
from services.firms.words import NameKind, SubjectKind
from services.projects.dossier import Dossier
from services.projects.errors import DuplicatesOpen
from services.projects.tables import Company, DuplicateWarning, Project, WarningState

ANSWERED = frozenset({WarningState.noted, WarningState.different})


def investor_of(project: Project) -> Named:
    """Return a project's investor as the register of names keeps it."""
    return Named(
        subject_kind=SubjectKind.project,
        subject=project.id,
        name=project.investor_name,
        kind=NameKind.current,
        credit_code=project.investor_credit_code,
    )


async def keep_loaded(session: AsyncSession, city: str, codes: Sequence[str]) -> None:
    """Keep the names of loaded projects and of the companies that they founded."""
    loaded = select(Project).where(col(Project.city) == city, col(Project.code).in_(codes))
    projects = (await session.scalars(loaded)).all()
    founded = select(Company).where(
        col(Company.city) == city, col(Company.project).in_([row.id for row in projects])
    )
    companies = [
        Named(
            subject_kind=SubjectKind.company,
            subject=row.project,
            name=row.name,
            kind=NameKind.subsidiary,
            credit_code=row.credit_code,
        )
        for row in await session.scalars(founded)
    ]
    await keep_names(session, city, [*map(investor_of, projects), *companies])


async def name_and_warn(session: AsyncSession, project: Project, today: date) -> None:
    """Keep the name of a filed project's firm, and warn of every other filing whose firm is alike.

    After a correction warnings that no longer hold are cleared; those that the city answered stay.
    """
    await keep_names(session, project.city, [investor_of(project)])
    matches = await find(
        session, project.city, project.investor_name, project.investor_credit_code, leave_out=[project.id]
    )
    standing = await session.scalars(
        select(col(Project.id)).where(
            col(Project.city) == project.city,
            col(Project.id).in_([match.project for match in matches]),
            col(Project.state).not_in(FINAL_STATES),
        )
    )
    live = set(standing)
    found = {match.project: match.found for match in matches if match.project in live}
    for warning in await warnings_of(session, project):
        now = found.pop(warning.other, None)
        if warning.state in ANSWERED:
            continue
        warning.state = WarningState.open if now else WarningState.cleared
        if now:
            warning.alike, warning.likeness = now.alike, now.likeness
    session.add_all(
        DuplicateWarning(
            city=project.city,
            project=project.id,
            other=other,
            alike=comparison.alike,
            likeness=comparison.likeness,
            state=WarningState.open,
            warned_on=today,
            noted_name="",
            reason="",
        )
        for other, comparison in found.items()
    )
    await session.flush()


async def warnings_of(session: AsyncSession, project: Project) -> Sequence[DuplicateWarning]:
    """Return the warnings that a filing got, the likest first."""
    query = (
        select(DuplicateWarning)
        .where(col(DuplicateWarning.city) == project.city, col(DuplicateWarning.project) == project.id)
        .order_by(col(DuplicateWarning.likeness).desc(), col(DuplicateWarning.id))
    )
    return (await session.scalars(query)).all()


async def take_note(session: AsyncSession, dossier: Dossier, reason: str) -> None:
    """Take note of the open warnings of a lead that is being accepted.

    Raises:
        DuplicatesOpen: another county filed a like firm before, and no reason is given.
    """
    project = dossier.project
    open_ = [row for row in await warnings_of(session, project) if row.state is WarningState.open]
    others = select(Project).where(
        col(Project.city) == project.city, col(Project.id).in_([row.other for row in open_])
    )
    by_id = {row.id: row for row in await session.scalars(others)}
    foreign = [
        row
        for row in open_
        if by_id[row.other].origin != project.origin and by_id[row.other].state not in FINAL_STATES
    ]
    if foreign and not reason.strip():
        raise DuplicatesOpen(count=len(foreign))
    for row in foreign:
        answer_warning(row, dossier, WarningState.noted, reason)
    await session.flush()


def answer_warning(row: DuplicateWarning, dossier: Dossier, state: WarningState, reason: str) -> None:
    """Write into a warning what the city makes of it."""
    row.state = state
    row.noted_by = dossier.principal.account
    row.noted_name = dossier.principal.name
    row.noted_on = dossier.today
    row.reason = reason.strip()
