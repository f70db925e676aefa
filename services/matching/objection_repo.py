"""Reads of objections to matches; every query names the city."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_, select, text, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Role
from services.accounts.tables import Account
from services.matching.objection_tables import (
    MatchObjection,
    MatchObjectionAnswer,
    MatchObjectionMessage,
    MatchObjectionReviewer,
)
from services.matching.tables import MatchDecision
from services.matching.words import DecisionState
from services.projects.tables import Application, Project, ProjectMove, Proposal


async def objection(
    session: AsyncSession, city: str, objection_id: UUID, *, lock: bool = False
) -> MatchObjection | None:
    """Return one objection, locked until the transaction ends if asked."""
    query = select(MatchObjection).where(
        col(MatchObjection.city) == city, col(MatchObjection.id) == objection_id
    )
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def objections(
    session: AsyncSession,
    city: str,
    *,
    county: str | None,
    project: UUID | None = None,
    decision: UUID | None = None,
) -> Sequence[MatchObjection]:
    """Return objections, latest first: one county's, or all."""
    query = select(MatchObjection).where(col(MatchObjection.city) == city)
    if county is not None:
        query = query.where(col(MatchObjection.county) == county)
    if project is not None:
        query = query.where(col(MatchObjection.project) == project)
    if decision is not None:
        query = query.where(col(MatchObjection.decision) == decision)
    return (await session.scalars(query.order_by(col(MatchObjection.id).desc()).limit(200))).all()


async def open_to(
    session: AsyncSession, city: str, project: UUID, county: str, decision: UUID | None
) -> bool:
    """Tell whether a county has an unanswered objection to the same thing."""
    answered = (
        select(col(MatchObjectionAnswer.objection))
        .where(
            col(MatchObjectionAnswer.city) == col(MatchObjection.city),
            col(MatchObjectionAnswer.objection) == col(MatchObjection.id),
        )
        .exists()
    )
    query = select(col(MatchObjection.id)).where(
        col(MatchObjection.city) == city,
        col(MatchObjection.project) == project,
        col(MatchObjection.county) == county,
        col(MatchObjection.decision).is_not_distinct_from(decision),
        ~answered,
    )
    return (await session.execute(query.limit(1))).first() is not None


async def reviewers(session: AsyncSession, city: str, objection: UUID) -> Sequence[MatchObjectionReviewer]:
    """Return who was named to look at an objection, latest first."""
    query = (
        select(MatchObjectionReviewer)
        .where(col(MatchObjectionReviewer.city) == city, col(MatchObjectionReviewer.objection) == objection)
        .order_by(col(MatchObjectionReviewer.seq).desc())
    )
    return (await session.scalars(query)).all()


async def answer(session: AsyncSession, city: str, objection: UUID) -> MatchObjectionAnswer | None:
    """Return how an objection ended."""
    return await session.get(MatchObjectionAnswer, (city, objection))


async def messages(session: AsyncSession, city: str, objection: UUID) -> Sequence[MatchObjectionMessage]:
    """Return the thread, oldest first."""
    query = (
        select(MatchObjectionMessage)
        .where(col(MatchObjectionMessage.city) == city, col(MatchObjectionMessage.objection) == objection)
        .order_by(col(MatchObjectionMessage.id))
    )
    return (await session.scalars(query)).all()


async def hands(session: AsyncSession, city: str, objection: UUID) -> frozenset[UUID]:
    """Return who had a hand in the match: ran it, proposed, decided, signed, or acted for a party.

    The database's own guard asks the same function.
    """
    rows = await session.execute(
        text("SELECT h FROM match_objection_hands(:city, :objection) AS h WHERE h IS NOT NULL"),
        {"city": city, "objection": objection},
    )
    return frozenset(rows.scalars())


async def officers(session: AsyncSession, city: str) -> Sequence[Account]:
    """Return the accounts of the city's office that are in use, by name."""
    query = (
        select(Account)
        .where(
            col(Account.city) == city,
            col(Account.role) == Role.city_office,
            col(Account.disabled_at).is_(None),
        )
        .order_by(col(Account.display_name), col(Account.id))
    )
    return (await session.scalars(query)).all()


async def decision(session: AsyncSession, city: str, decision_id: UUID) -> MatchDecision | None:
    """Return a decision that stands: final, or waiting for its second signer."""
    query = select(MatchDecision).where(
        col(MatchDecision.city) == city,
        col(MatchDecision.id) == decision_id,
        col(MatchDecision.state).in_([DecisionState.final, DecisionState.waiting]),
    )
    return (await session.scalars(query, execution_options={"populate_existing": True})).one_or_none()


async def held_on(session: AsyncSession, city: str, project: UUID) -> ProjectMove | None:
    """Return the latest move that gave a hold."""
    query = (
        select(ProjectMove)
        .where(
            col(ProjectMove.city) == city,
            col(ProjectMove.project) == project,
            col(ProjectMove.action) == "hold",
        )
        .order_by(col(ProjectMove.seq).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def project(session: AsyncSession, city: str, ref: str | UUID) -> Project | None:
    """Return a project by its internal or public id; what of it is shown is the caller's question."""
    key = Project.id if isinstance(ref, UUID) else Project.public_id
    query = select(Project).where(col(Project.city) == city, col(key) == ref)  # type: ignore[arg-type,call-overload,unused-ignore] # either column
    return (await session.scalars(query)).one_or_none()


async def proposals(session: AsyncSession, city: str, project: UUID) -> Sequence[Proposal]:
    """Return all proposals of a project, latest first."""
    query = (
        select(Proposal)
        .where(col(Proposal.city) == city, col(Proposal.project) == project)
        .order_by(col(Proposal.proposed_on).desc(), col(Proposal.id).desc())
    )
    return (await session.scalars(query)).all()


async def applications(session: AsyncSession, city: str, project: UUID) -> Sequence[Application]:
    """Return all applications for a project, latest first."""
    query = (
        select(Application)
        .where(col(Application.city) == city, col(Application.project) == project)
        .order_by(col(Application.id).desc())
    )
    return (await session.scalars(query)).all()


async def concerning(session: AsyncSession, city: str, county: str) -> Sequence[UUID]:
    """Return the projects with proposals or decisions in which a county is origin, applicant or candidate."""
    touched = union(
        select(col(Proposal.project)).where(col(Proposal.city) == city, col(Proposal.county) == county),
        select(col(Application.project)).where(
            col(Application.city) == city, col(Application.county) == county
        ),
        select(col(Project.id)).where(col(Project.city) == city, col(Project.origin) == county),
    ).subquery()
    matched = or_(
        select(col(MatchDecision.id))
        .where(
            col(MatchDecision.city) == col(Project.city),
            col(MatchDecision.project) == col(Project.id),
            col(MatchDecision.state).in_([DecisionState.final, DecisionState.waiting]),
        )
        .exists(),
        select(col(Proposal.id))
        .where(
            col(Proposal.city) == col(Project.city),
            col(Proposal.project) == col(Project.id),
            func.lower(col(Proposal.state)) == "open",
        )
        .exists(),
    )
    query = (
        select(col(Project.id))
        .where(col(Project.city) == city, col(Project.id).in_(select(touched)), matched)
        .order_by(col(Project.code_name), col(Project.id))
        .limit(500)
    )
    return (await session.scalars(query)).all()
