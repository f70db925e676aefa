"""What drafting an agreement and opening a confirmation share."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import SIGNED_STATES, State
from auth.money import can_draft_agreement
from auth.principal import Principal
from services.agreements.errors import AlreadyAgreed, NotHeld
from services.agreements.tables import Agreement, TransferConfirmation
from services.agreements.words import PaperState, Party
from services.kit.events import record_event
from services.projects import repo as projects
from services.projects.errors import NoSuchProject
from services.projects.tables import Project


async def held_project(session: AsyncSession, principal: Principal, ref: str) -> tuple[Project, str]:
    """Return a project whose papers the principal may draft, with its host; locked."""
    project = await projects.find(session, principal, ref, lock=True)
    parties = [] if project is None else [project.origin, project.host_county or ""]
    if project is None or not can_draft_agreement(principal, parties):
        raise NoSuchProject
    host = project.host_county
    if host is None or host == project.origin or project.state not in SIGNED_STATES | {State.held}:
        raise NotHeld
    return project, host


async def outside_project(
    session: AsyncSession, principal: Principal, ref: str, code: str, party: Party
) -> tuple[Project, str, str]:
    """Return a project that a county shares with a party outside the city, with origin and host; locked.

    The project is one that its own county registered and that no other county of the city hosts.
    """
    project = await projects.find(session, principal, ref, lock=True)
    if project is None or not can_draft_agreement(principal, [project.origin]):
        raise NoSuchProject
    if project.host_county not in {None, project.origin}:
        raise NotHeld
    if party is Party.origin:
        return project, code, project.origin
    return project, project.origin, code


async def no_live_paper(
    session: AsyncSession, project: Project, paper: type[Agreement] | type[TransferConfirmation]
) -> None:
    """Raise AlreadyAgreed if the project has a paper of this kind that is not ended."""
    live = await session.scalars(
        select(col(paper.id)).where(
            col(paper.city) == project.city,
            col(paper.project) == project.id,
            col(paper.state) != PaperState.ended,
        )
    )
    if live.first() is not None:
        raise AlreadyAgreed


async def record(
    session: AsyncSession,
    principal: Principal,
    paper: Agreement | TransferConfirmation,
    action: str,
    after: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
) -> None:
    """Write the audit row of an act on a paper."""
    await record_event(
        session,
        paper.city,
        actor=principal,
        action=f"agreements.{action}",
        entity=str(paper.__tablename__),
        entity_id=paper.id,
        before=dict(before or {}),
        after=dict(after),
    )
