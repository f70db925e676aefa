"""What every move does: ask the table, write the new state, the move and the audit row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import Action, Facts, Hand, Reason, State, next_state
from auth.principal import Principal
from services.files.binding import bind_all, check_evidence
from services.files.schemas import BoundFile
from services.files.words import Subject
from services.kit.clock import Clock
from services.kit.events import record_event
from services.projects import repo
from services.projects.dossier import Dossier, facts_of
from services.projects.errors import MoveRefused, NoSuchPark
from services.projects.tables import (
    Application,
    Commitment,
    Hold,
    Project,
    ProjectMove,
    Proposal,
    TermsAcceptance,
    Transfer,
)
from services.projects.words import ApplicationState, ProposalState, TransferState
from services.regions.repo import load_park
from services.regions.tables import Park

EVENTS = {"pool": "pooled", "hold": "held", "sign": "signed", "sign_own": "signed"}
"""Names of audit events that are not simply the action's."""


def ask(dossier: Dossier, action: Action, facts: Facts) -> State:
    """Return the state after a move.

    Raises:
        MoveRefused: with every reason against it.
    """
    answer = next_state(dossier.project.state, action, facts)
    if not isinstance(answer, State):
        raise MoveRefused(answer)
    return answer


def given(
    facts: Facts,
    *,
    reason: str = "",
    evidence: str = "",
    minutes: str = "",
    files: Sequence[UUID] = (),
) -> Facts:
    """Add what the mover brings along to the facts; a file is evidence as words are."""
    return replace(
        facts,
        reason_given=bool(reason.strip()),
        evidence_given=bool(evidence.strip() or files),
        minutes_given=bool(minutes.strip()),
    )


async def make_move(
    session: AsyncSession,
    dossier: Dossier,
    action: Action,
    facts: Facts,
    *,
    on_date: date | None = None,
    record: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
    files: Sequence[UUID] = (),
) -> Project:
    """Move a project whose row is locked.

    Args:
        session: the mover's transaction.
        dossier: the project, opened with its lock.
        action: the move.
        facts: what stands for and against it.
        on_date: the business date of what happened; today by default.
        record: what the history keeps of it.
        changes: columns of the project that change with the move.
        files: evidence files, which are bound to the move.

    Raises:
        MoveRefused: with every reason against it.
        NoSuchFile, WrongEvidence: a file that the mover may not read, or that proves something else.
    """
    project = dossier.project
    came_from, state = project.state, ask(dossier, action, facts)
    # Before anything changes: what is read here would write half a move.
    named = await check_evidence(session, dossier.principal, action.value, files)
    project.state = state
    for name, value in (changes or {}).items():
        setattr(project, name, value)
    project.version += 1
    project.updated_at = Clock().now()
    await session.flush()
    await write_move(
        session,
        dossier.principal,
        project,
        action.value,
        came_from=came_from,
        on_date=on_date or dossier.today,
        record=with_files(record, named),
    )
    await bind_to_last_move(session, dossier, named)
    return project


def with_files(record: dict[str, Any] | None, files: Sequence[BoundFile]) -> dict[str, Any] | None:
    """Add the files of a move to what its history keeps: ids, kinds and hashes, never names."""
    return {**(record or {}), "files": [file.model_dump() for file in files]} if files else record


async def bind_to_last_move(session: AsyncSession, dossier: Dossier, files: Sequence[BoundFile]) -> None:
    """Bind files to the move that was just written."""
    if files:
        last = await repo.last_move(session, dossier.project)
        await bind_all(session, dossier.principal, files, Subject.move, last.id, today=dossier.today)


async def write_move(
    session: AsyncSession,
    principal: Principal,
    project: Project,
    action: str,
    *,
    came_from: State | None,
    on_date: date,
    record: dict[str, Any] | None = None,
) -> None:
    """Write a move and its audit row; the project's row is locked or new."""
    session.add(
        ProjectMove(
            city=project.city,
            project=project.id,
            seq=await repo.last_seq(session, project.city, project.id) + 1,
            action=action,
            from_state=came_from,
            to_state=project.state,
            actor=None if principal.is_system else principal.account,
            actor_office=principal.office,
            actor_name=principal.name,
            on_date=on_date,
            facts=record or {},
        )
    )
    await record_event(
        session,
        project.city,
        actor=principal,
        action=f"projects.{EVENTS.get(action, action)}",
        entity="project",
        entity_id=project.id,
        before={"state": came_from.value} if came_from else {},
        after={"state": project.state.value, **(record or {})},
    )


async def note_move(
    session: AsyncSession,
    dossier: Dossier,
    action: str,
    record: dict[str, Any],
    files: Sequence[UUID] = (),
) -> Project:
    """Write into the history of a locked project what leaves its state as it is, with its evidence files.

    Raises:
        NoSuchFile, WrongEvidence: a file that the mover may not read, or that proves something else.
    """
    project = dossier.project
    named = await check_evidence(session, dossier.principal, action, files)
    project.version += 1
    project.updated_at = Clock().now()
    await session.flush()
    await write_move(
        session,
        dossier.principal,
        project,
        action,
        came_from=project.state,
        on_date=dossier.today,
        record=with_files(record, named),
    )
    await bind_to_last_move(session, dossier, named)
    return project


def require_origin_or_city(dossier: Dossier) -> None:
    """Refuse those who speak for neither the origin nor the city: they do not record the investor's will.

    Raises:
        MoveRefused: the asker is another.
    """
    if not facts_of(dossier).hands & {Hand.origin, Hand.city}:
        raise MoveRefused((Reason.not_yours,))


async def park_of(session: AsyncSession, city: str, code: str) -> Park:
    """Return a park.

    Raises:
        NoSuchPark: there is none with the code.
    """
    park = await load_park(session, city, code)
    if park is None:
        raise NoSuchPark
    return park


async def close_candidates(session: AsyncSession, project: Project, today: date) -> None:
    """End all that hosts have going on a project: it leaves the pool, or starts there afresh."""
    await _end(session, project, Application, ApplicationState.open, ApplicationState.closed)
    await _end(session, project, Proposal, ProposalState.open, ProposalState.closed)
    for table in (TermsAcceptance, Commitment):
        await session.execute(
            update(table)
            .where(
                col(table.city) == project.city,
                col(table.project) == project.id,
                col(table.ended_on).is_(None),
            )
            .values(ended_on=today)
        )


async def close_candidate(
    session: AsyncSession, project: Project, county: str, today: date, state: ApplicationState
) -> None:
    """End what one county has going on a project."""
    for table, closed in ((Application, state.value), (Proposal, ProposalState.declined.value)):
        await session.execute(
            update(table)
            .where(
                col(table.city) == project.city,
                col(table.project) == project.id,
                col(table.county) == county,
                col(table.state) == "open",
            )
            .values(state=closed)
        )
    for ended in (TermsAcceptance, Commitment):
        await session.execute(
            update(ended)
            .where(
                col(ended.city) == project.city,
                col(ended.project) == project.id,
                col(ended.county) == county,
                col(ended.ended_on).is_(None),
            )
            .values(ended_on=today)
        )


async def _end(session: AsyncSession, project: Project, table: Any, was: Any, now: Any) -> None:
    await session.execute(
        update(table)
        .where(table.city == project.city, table.project == project.id, table.state == was)
        .values(state=now)
    )


async def end_transfer(session: AsyncSession, project: Project, state: TransferState) -> None:
    """End the live transfer request."""
    await session.execute(
        update(Transfer)
        .where(
            col(Transfer.city) == project.city,
            col(Transfer.project) == project.id,
            col(Transfer.state).in_([TransferState.requested, TransferState.approved]),
        )
        .values(state=state)
    )


async def give_back(
    session: AsyncSession, city: str, project: UUID, reason: str, failed_on: date | None = None
) -> None:
    """Release the hold of a project, if there is one; `failed_on` where its county answers for that."""
    await session.execute(
        update(Hold)
        .where(col(Hold.city) == city, col(Hold.project) == project, col(Hold.released_at).is_(None))
        .values(released_at=func.clock_timestamp(), release_reason=reason, failed_on=failed_on)
    )
