"""Reads what the clocks are computed from, and what was escalated; every query names the city."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.clock_table import STATES, ClockKind, Superior
from allocation.lifecycle import State
from allocation.running_clocks import Asked, Lead, Moved
from auth.clocks import sees_all_clocks
from auth.principal import Principal
from services.clocks.tables import ClockEscalation
from services.projects.repo import visible_to
from services.projects.tables import (
    Application,
    HoldProgress,
    Project,
    ProjectMove,
    Proposal,
    ProtectionAnswer,
    TermsAcceptance,
)
from services.projects.words import ApplicationState, ProposalState
from services.regions.settings import CitySettings

_PROTECTED: Final = frozenset({State.accepted})
_ASKED: Final = frozenset({State.pooled, State.applied, State.terms_accepted, State.committed})
_ALL: Final = STATES | _ASKED


async def leads(
    session: AsyncSession,
    principal: Principal,
    settings: Callable[[date], CitySettings],
    *,
    only: Collection[UUID] | None = None,
) -> list[tuple[Project, Lead]]:
    """Return the leads on which clocks may run that this person sees, with what their clocks are read from.

    Args:
        session: the asker's transaction.
        principal: who asks.
        settings: the settings in force on a day.
        only: ids of the leads that are meant; all without.
    """
    query = visible_to(principal).where(col(Project.state).in_(_ALL), _concerns(principal))
    if only is not None:
        query = query.where(col(Project.id).in_(only))
    rows = (await session.scalars(query)).all()
    ids = query.with_only_columns(col(Project.id))
    moves = await _moves(session, principal.city, ids)
    asked = await _asked(session, principal.city, ids)
    proofs = await _proofs(session, principal.city, ids)
    return [
        (
            row,
            replace(
                _lead(row, moves.get(row.id, ()), asked.get(row.id, ()), settings(row.registered_on)),
                proofs=proofs.get(row.id, ()),
            ),
        )
        for row in rows
    ]


def _concerns(principal: Principal) -> ColumnElement[bool]:
    if sees_all_clocks(principal) or principal.is_system:
        return true()
    proposed = select(col(Proposal.id)).where(
        col(Proposal.city) == col(Project.city),
        col(Proposal.project) == col(Project.id),
        col(Proposal.county) == principal.county,
        col(Proposal.state) == ProposalState.open,
    )
    return or_(
        col(Project.origin) == principal.county,
        col(Project.host_county) == principal.county,
        proposed.exists(),
    )


def _lead(row: Project, moves: Sequence[Moved], asked: Sequence[Asked], settings: CitySettings) -> Lead:
    stored: dict[ClockKind, date] = {}
    if row.protected_until is not None and row.state in _PROTECTED:
        stored[ClockKind.protection] = row.protected_until
    if row.window_until is not None:
        stored[ClockKind.window] = row.window_until
    return Lead(
        state=row.state,
        origin=row.origin,
        host=row.host_county,
        park=row.host_park,
        registered_on=row.registered_on,
        moves=moves,
        stored=stored,
        asked=asked if row.state in _ASKED else (),
        major=row.investment_fen >= settings.major_threshold_fen,
    )


async def _moves(session: AsyncSession, city: str, projects: Select[UUID]) -> Mapping[UUID, Sequence[Moved]]:
    evidence = func.coalesce(col(ProjectMove.facts)["evidence"].astext, "") != ""
    rows = await session.execute(
        select(
            col(ProjectMove.project),
            col(ProjectMove.seq),
            col(ProjectMove.action),
            col(ProjectMove.to_state),
            col(ProjectMove.on_date),
            evidence,
        )
        .where(col(ProjectMove.city) == city, col(ProjectMove.project).in_(projects))
        .order_by(col(ProjectMove.project), col(ProjectMove.seq))
    )
    found: dict[UUID, list[Moved]] = defaultdict(list)
    for project, seq, action, state, on, proven in rows:
        found[project].append(Moved(seq, action, state, on, proven))
    return found


async def _asked(session: AsyncSession, city: str, projects: Select[UUID]) -> Mapping[UUID, Sequence[Asked]]:
    """Return the hosts that were asked and have neither accepted the terms, applied, nor declined."""
    accepted = select(col(TermsAcceptance.id)).where(
        col(TermsAcceptance.city) == col(Proposal.city),
        col(TermsAcceptance.project) == col(Proposal.project),
        col(TermsAcceptance.county) == col(Proposal.county),
        col(TermsAcceptance.ended_on).is_(None),
    )
    applied = select(col(Application.id)).where(
        col(Application.city) == col(Proposal.city),
        col(Application.project) == col(Proposal.project),
        col(Application.county) == col(Proposal.county),
        col(Application.state) == ApplicationState.open,
    )
    rows = await session.scalars(
        select(Proposal)
        .where(
            col(Proposal.city) == city,
            col(Proposal.project).in_(projects),
            col(Proposal.state) == ProposalState.open,
            ~accepted.exists(),
            ~applied.exists(),
        )
        .order_by(col(Proposal.project), col(Proposal.id))
    )
    found: dict[UUID, list[Asked]] = defaultdict(list)
    for row in rows:
        found[row.project].append(Asked(row.county, row.park, row.proposed_on, row.answer_by))
    return found


async def _proofs(session: AsyncSession, city: str, projects: Select[UUID]) -> Mapping[UUID, Sequence[date]]:
    """Return the days of what counties proved: answers before a protection ends, and progress of a hold."""
    answers = await session.execute(
        select(col(ProtectionAnswer.project), col(ProtectionAnswer.happened_on)).where(
            col(ProtectionAnswer.city) == city,
            col(ProtectionAnswer.project).in_(projects),
            col(ProtectionAnswer.happened_on).is_not(None),
        )
    )
    progress = await session.execute(
        select(col(HoldProgress.project), col(HoldProgress.happened_on)).where(
            col(HoldProgress.city) == city, col(HoldProgress.project).in_(projects)
        )
    )
    found: dict[UUID, list[date]] = defaultdict(list)
    for project, on in (*answers, *progress):
        if on is not None:
            found[project].append(on)
    return found


Key = tuple[UUID, str, str, int, date, int]
"""What makes an escalation one: project, kind, who owes, the entry that started the clock, its day, level."""


async def escalated(session: AsyncSession, city: str) -> set[Key]:
    """Return the keys of all that was escalated."""
    rows = await session.execute(
        select(
            col(ClockEscalation.project),
            col(ClockEscalation.kind),
            col(ClockEscalation.county),
            col(ClockEscalation.seq),
            col(ClockEscalation.started_on),
            col(ClockEscalation.level),
        ).where(col(ClockEscalation.city) == city)
    )
    return {(project, str(kind), county, seq, on, level) for project, kind, county, seq, on, level in rows}


async def brought_to(
    session: AsyncSession, city: str, superior: Superior, office: str
) -> Sequence[ClockEscalation]:
    """Return what was brought to a superior, of leads on which clocks still run."""
    query = (
        select(ClockEscalation)
        .join(
            Project,
            and_(
                col(Project.city) == col(ClockEscalation.city),
                col(Project.id) == col(ClockEscalation.project),
            ),
        )
        .where(
            col(ClockEscalation.city) == city,
            col(ClockEscalation.superior) == superior,
            col(ClockEscalation.office) == office,
            col(Project.state).in_(_ALL),
        )
        .order_by(col(ClockEscalation.due_on), col(ClockEscalation.id))
    )
    return (await session.scalars(query)).all()
