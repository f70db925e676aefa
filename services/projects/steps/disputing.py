"""What a case between counties does to their leads: stop, hold for one, give way, go back.

A case decides; here is only what follows for one lead. Its days do not count against a protection.
"""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import Action, State
from auth.principal import Principal
from services.kit.workdays import working_calendar
from services.projects.dossier import Dossier, facts_of, open_dossier
from services.projects.protection import protected_until
from services.projects.steps.common import given, make_move
from services.projects.tables import Project, ProjectMove


async def stop(
    session: AsyncSession, principal: Principal, project: UUID, *, reason: str, case: str
) -> State:
    """Stop a lead while a case is open; returns the state that it leaves.

    Raises:
        MoveRefused: the lead is in the pool or beyond, or the mover is not the city.
    """
    dossier = await open_dossier(session, principal, project, lock=True)
    before = dossier.project.state
    facts = given(facts_of(dossier), reason=reason)
    await make_move(session, dossier, Action.dispute, facts, record={"reason": reason, "case": case})
    return before


async def hold_for(
    session: AsyncSession, principal: Principal, project: UUID, *, record: dict[str, Any]
) -> Project:
    """Let a lead keep its protection by a ruling or a settlement; `record` brings reason, minutes and case.

    Raises:
        MoveRefused: the lead is not stopped, or reasons or minutes are missing.
    """
    dossier = await open_dossier(session, principal, project, lock=True)
    facts = given(facts_of(dossier), reason=record["reason"], minutes=record["minutes"])
    moved = await make_move(session, dossier, Action.rule, facts, record=record)
    moved.accepted_on = moved.accepted_on or dossier.today
    if not await _run_on(session, dossier):
        moved.protected_until = await protected_until(session, moved.city, dossier.today)
        moved.protection_extended = False
    await session.flush()
    return moved


async def give_way(
    session: AsyncSession, principal: Principal, project: UUID, *, record: dict[str, Any]
) -> Project:
    """Close a lead whose county lost; its history stays.

    Raises:
        MoveRefused: the lead is not stopped.
    """
    dossier = await open_dossier(session, principal, project, lock=True)
    facts = given(facts_of(dossier), reason=record["reason"])
    return await make_move(session, dossier, Action.give_way, facts, record=record)


async def go_back(
    session: AsyncSession, principal: Principal, project: UUID, *, before: State, record: dict[str, Any]
) -> Project:
    """Return a lead to where it stood before a case that ended without a ruling.

    Raises:
        MoveRefused: the lead is not stopped.
    """
    dossier = await open_dossier(session, principal, project, lock=True)
    facts = replace(given(facts_of(dossier), reason=record["reason"]), before_dispute=before)
    moved = await make_move(session, dossier, Action.resume, facts, record=record)
    await _run_on(session, dossier)
    await session.flush()
    return moved


async def _run_on(session: AsyncSession, dossier: Dossier) -> bool:
    """Add the days of the case to a protection that ran when it began; tell whether one ran."""
    project = dossier.project
    stopped = await _stopped_on(session, project)
    until = project.protected_until
    if until is None or until < stopped:
        return False
    project.protected_until = working_calendar().next_working(until + (dossier.today - stopped))
    return True


async def _stopped_on(session: AsyncSession, project: Project) -> date:
    query = (
        select(col(ProjectMove.on_date))
        .where(
            col(ProjectMove.city) == project.city,
            col(ProjectMove.project) == project.id,
            col(ProjectMove.action) == Action.dispute,
        )
        .order_by(col(ProjectMove.seq).desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one()
