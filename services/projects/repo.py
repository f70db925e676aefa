"""Reads and writes of projects. Every read starts at `visible_to`: lists, counts and exports too."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from allocation.lifecycle import POOL_STATES, SIGNED_STATES, Action
from auth.principal import Principal, Role
from services.projects.tables import (
    Application,
    Commitment,
    Hold,
    InvestorConsent,
    Project,
    ProjectMove,
    Proposal,
    TermsAcceptance,
    Transfer,
)
from services.projects.words import ApplicationState, ConsentKind, ProposalState, TransferState

FRESH: Final = {"populate_existing": True}
"""Rows are read as they stand now, also those that a bulk statement of the same session has changed."""


def visible_to(principal: Principal) -> Select[Project]:
    """Select the projects that the principal may know of; how much of each is the view's question.

    This is `auth.policy.view_of` as a condition, and never wider than it. Finance learns of a project when it
    is signed: before that no money is near it.
    """
    return select(Project).where(col(Project.city) == principal.city, _known_to(principal))


def _known_to(principal: Principal) -> ColumnElement[bool]:
    own = or_(col(Project.origin) == principal.county, col(Project.host_county) == principal.county)
    match principal.role:
        case Role.city_office | Role.auditor:
            return true()
        case Role.city_finance:
            return col(Project.state).in_(SIGNED_STATES)
        case Role.county_finance:
            return and_(own, col(Project.state).in_(SIGNED_STATES))
        case Role.county_officer | Role.county_leader | Role.park_officer:
            return or_(own, col(Project.state).in_(POOL_STATES))
        case Role.administrator:
            return false()


async def find(
    session: AsyncSession, principal: Principal, ref: str | UUID, *, lock: bool = False
) -> Project | None:
    """Return a visible project by its public or internal id, locked until the transaction ends if asked."""
    query = visible_to(principal)
    key = ref if isinstance(ref, UUID) else _as_uuid(ref)
    query = query.where(col(Project.id) == key if key is not None else col(Project.public_id) == str(ref))
    if lock:
        query = query.with_for_update()
    return (await session.scalars(query, execution_options=FRESH)).one_or_none()


def _as_uuid(ref: str) -> UUID | None:
    try:
        return UUID(ref)
    except ValueError:
        return None


async def live_transfer(session: AsyncSession, project: Project) -> Transfer | None:
    """Return the transfer request that is asked for or approved."""
    query = select(Transfer).where(
        col(Transfer.city) == project.city,
        col(Transfer.project) == project.id,
        col(Transfer.state).in_([TransferState.requested, TransferState.approved]),
    )
    return (await session.scalars(query, execution_options=FRESH)).one_or_none()


async def transfers(session: AsyncSession, project: Project) -> Sequence[Transfer]:
    """Return all transfer requests of a project, latest first."""
    query = (
        select(Transfer)
        .where(col(Transfer.city) == project.city, col(Transfer.project) == project.id)
        .order_by(col(Transfer.applied_on).desc(), col(Transfer.id).desc())
    )
    return (await session.scalars(query, execution_options=FRESH)).all()


async def open_applications(session: AsyncSession, project: Project) -> Sequence[Application]:
    """Return the open applications for a project."""
    query = (
        select(Application)
        .where(
            col(Application.city) == project.city,
            col(Application.project) == project.id,
            col(Application.state) == ApplicationState.open,
        )
        .order_by(col(Application.applied_on), col(Application.id))
    )
    return (await session.scalars(query, execution_options=FRESH)).all()


async def open_proposals(session: AsyncSession, project: Project) -> Sequence[Proposal]:
    """Return the open proposals for a project, best rank first."""
    query = (
        select(Proposal)
        .where(
            col(Proposal.city) == project.city,
            col(Proposal.project) == project.id,
            col(Proposal.state) == ProposalState.open,
        )
        .order_by(col(Proposal.rank).nulls_last(), col(Proposal.id))
    )
    return (await session.scalars(query, execution_options=FRESH)).all()


async def declined_hosts(session: AsyncSession, city: str) -> dict[UUID, tuple[str, ...]]:
    """Return by project the counties that declined it and have not come back since, ascending."""
    said: dict[UUID, dict[str, bool]] = {}
    moves = await session.scalars(
        select(ProjectMove)
        .where(
            col(ProjectMove.city) == city,
            col(ProjectMove.action).in_([Action.decline, Action.apply]),
        )
        .order_by(col(ProjectMove.project), col(ProjectMove.seq))
    )
    for move in moves:
        county = move.facts.get("county")
        if county is not None:
            said.setdefault(move.project, {})[county] = move.action == Action.decline
    no = {project: sorted(county for county, left in told.items() if left) for project, told in said.items()}
    return {project: tuple(counties) for project, counties in no.items() if counties}


async def live_acceptances(session: AsyncSession, project: Project) -> Sequence[TermsAcceptance]:
    """Return the acceptances of the floor terms that stand."""
    query = (
        select(TermsAcceptance)
        .where(
            col(TermsAcceptance.city) == project.city,
            col(TermsAcceptance.project) == project.id,
            col(TermsAcceptance.ended_on).is_(None),
        )
        .order_by(col(TermsAcceptance.id))
    )
    return (await session.scalars(query, execution_options=FRESH)).all()


async def live_commitments(session: AsyncSession, project: Project) -> Sequence[Commitment]:
    """Return the commitment letters that stand."""
    query = (
        select(Commitment)
        .where(
            col(Commitment.city) == project.city,
            col(Commitment.project) == project.id,
            col(Commitment.ended_on).is_(None),
        )
        .order_by(col(Commitment.id))
    )
    return (await session.scalars(query, execution_options=FRESH)).all()


async def consents(session: AsyncSession, project: Project) -> Sequence[InvestorConsent]:
    """Return the investor's consents, earliest first."""
    query = (
        select(InvestorConsent)
        .where(col(InvestorConsent.city) == project.city, col(InvestorConsent.project) == project.id)
        .order_by(col(InvestorConsent.at), col(InvestorConsent.id))
    )
    return (await session.scalars(query, execution_options=FRESH)).all()


async def active_hold(session: AsyncSession, city: str, project: UUID) -> Hold | None:
    """Return the hold of a project."""
    query = select(Hold).where(
        col(Hold.city) == city, col(Hold.project) == project, col(Hold.released_at).is_(None)
    )
    return (await session.scalars(query, execution_options=FRESH)).one_or_none()


async def hold_by_id(session: AsyncSession, city: str, key: UUID) -> Hold:
    """Return a hold that exists."""
    query = select(Hold).where(col(Hold.city) == city, col(Hold.id) == key)
    return (await session.scalars(query, execution_options=FRESH)).one()


async def active_holds(session: AsyncSession, city: str) -> Sequence[Hold]:
    """Return all holds of a city that draw on its parks."""
    query = (
        select(Hold)
        .where(col(Hold.city) == city, col(Hold.released_at).is_(None))
        .order_by(col(Hold.park), col(Hold.id))
    )
    return (await session.scalars(query, execution_options=FRESH)).all()


async def moves(session: AsyncSession, project: Project) -> Sequence[ProjectMove]:
    """Return the moves of a project in order."""
    query = (
        select(ProjectMove)
        .where(col(ProjectMove.city) == project.city, col(ProjectMove.project) == project.id)
        .order_by(col(ProjectMove.seq))
    )
    return (await session.scalars(query, execution_options=FRESH)).all()


async def last_seq(session: AsyncSession, city: str, project: UUID) -> int:
    """Return the number of the last move; 0 before the first."""
    query = select(func.max(col(ProjectMove.seq))).where(
        col(ProjectMove.city) == city, col(ProjectMove.project) == project
    )
    return int((await session.execute(query)).scalar_one() or 0)


async def last_move(session: AsyncSession, project: Project) -> ProjectMove:
    """Return the move that was written last."""
    query = (
        select(ProjectMove)
        .where(col(ProjectMove.city) == project.city, col(ProjectMove.project) == project.id)
        .order_by(col(ProjectMove.seq).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one()


async def dealings(
    session: AsyncSession, city: str, county: str, projects: Sequence[UUID]
) -> tuple[set[UUID], set[UUID]]:
    """Return which projects were proposed to a county (or their terms accepted), and which revealed to it."""
    proposed = await session.scalars(
        select(col(Proposal.project)).where(
            col(Proposal.city) == city,
            col(Proposal.county) == county,
            col(Proposal.state) == ProposalState.open,
            col(Proposal.project).in_(projects),
        )
    )
    accepted = await session.execute(
        select(col(TermsAcceptance.project), col(TermsAcceptance.revealed_at)).where(
            col(TermsAcceptance.city) == city,
            col(TermsAcceptance.county) == county,
            col(TermsAcceptance.ended_on).is_(None),
            col(TermsAcceptance.project).in_(projects),
        )
    )
    rows: list[tuple[UUID, Any]] = [(key, revealed) for key, revealed in accepted]
    return set(proposed) | {key for key, _ in rows}, {key for key, revealed in rows if revealed is not None}


def chosen_host(given: Sequence[InvestorConsent]) -> tuple[str, str] | None:
    """Return the county and park that the investor chose last, if any."""
    for consent in reversed(given):
        if consent.kind is ConsentKind.host and consent.park is not None:
            return consent.counties[0], consent.park
    return None
