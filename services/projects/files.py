"""A project's evidence files: what was bound to it and to its moves, with those of leads merged into it."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth import policy
from auth.policy import View
from auth.principal import Principal
from services.files import binding, service
from services.files.schemas import BindIn, FilesView
from services.files.words import Subject
from services.projects import file_walls, merges, repo
from services.projects.dossier import Dossier, open_dossier
from services.projects.errors import NotYours
from services.projects.tables import Project


async def project_files(session: AsyncSession, dossier: Dossier) -> FilesView:
    """Show the files that the asker may read; `locked` tells the city's office that it must say why first."""
    subjects: list[tuple[Subject, UUID]] = []
    for project in (dossier.project, *await merges.merged_into(session, dossier.project)):
        subjects.append((Subject.project, project.id))
        subjects += [(Subject.move, move.id) for move in await repo.moves(session, project)]
    return FilesView(
        items=await service.files_of(session, dossier.principal, subjects),
        locked=await is_locked(session, dossier),
    )


async def is_locked(session: AsyncSession, dossier: Dossier) -> bool:
    """Tell whether the asker is of the city's office and has not said why they must read the files."""
    return dossier.view is View.office and not await file_walls.shows_files(
        session, dossier.principal, dossier.project, dossier.view
    )


def may_attach(dossier: Dossier) -> bool:
    """Tell whether the asker may bind a file to the project: its origin, its host, the city's office."""
    project, principal = dossier.project, dossier.principal
    return (
        dossier.view is View.office
        or policy.can_register(principal, project.origin)
        or (
            project.host_county is not None
            and policy.can_act_for_host(principal, project.host_county, project.host_park)
        )
    )


async def attach(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: BindIn, today: date
) -> Project:
    """Bind a file to the project.

    Raises:
        NoSuchProject, NoSuchFile: none, or none that the asker may know of.
        NotYours: neither its origin, its host nor the city's office binds it.
    """
    dossier = await open_dossier(session, principal, ref)
    if not may_attach(dossier):
        raise NotYours
    key = dossier.project.id
    await binding.bind(session, principal, form.file, Subject.project, key, proves=form.proves, today=today)
    return dossier.project


async def unlock_files(
    session: AsyncSession, principal: Principal, ref: str | UUID, reason: str, today: date
) -> Project:
    """State why the city's office must read a project's files, those of leads merged into it too.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        NotToUnlock: the asker is not of the city's office.
    """
    dossier = await open_dossier(session, principal, ref)
    for project in (dossier.project, *await merges.merged_into(session, dossier.project)):
        await binding.unlock(session, principal, Subject.project, project.id, reason=reason, today=today)
    return dossier.project
