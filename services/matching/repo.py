"""Reads and writes of runs and their results; every query names the city."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.matching.result import Match
from services.matching.tables import (
    MatchCandidate,
    MatchDecision,
    MatchPlacement,
    MatchRejection,
    MatchRun,
)
from services.matching.words import DecisionState, RunState

_DECISION_LOCK = 0x6D617463
"""First half of the advisory lock that lets one decision of a city be checked at a time ("matc")."""


async def run(session: AsyncSession, city: str, run_id: UUID, *, lock: bool = False) -> MatchRun | None:
    """Return one run, locked until the transaction ends if asked."""
    query = select(MatchRun).where(col(MatchRun.city) == city, col(MatchRun.id) == run_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).one_or_none()


async def runs(
    session: AsyncSession, city: str, *, before: UUID | None = None, limit: int
) -> Sequence[MatchRun]:
    """Return runs, latest first."""
    query = select(MatchRun).where(col(MatchRun.city) == city).order_by(col(MatchRun.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(MatchRun.id) < before)
    return (await session.scalars(query)).all()


async def note_progress(
    session: AsyncSession, city: str, run_id: UUID, attempt: int, **progress: str | int | None
) -> None:
    """Write how far a run is, if it still runs in the same worker's hands."""
    await session.execute(
        update(MatchRun)
        .where(
            col(MatchRun.city) == city,
            col(MatchRun.id) == run_id,
            col(MatchRun.state) == RunState.running,
            col(MatchRun.attempts) == attempt,
        )
        .values(**progress)
    )


async def latest_done(session: AsyncSession, city: str) -> MatchRun | None:
    """Return the latest run that has a stored result."""
    query = (
        select(MatchRun)
        .where(col(MatchRun.city) == city, col(MatchRun.state) == RunState.done)
        .order_by(col(MatchRun.id).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def recent_runs(session: AsyncSession, city: str, account: UUID, now: datetime) -> int:
    """Count the runs that an account started in the last hour."""
    query = select(func.count()).where(
        col(MatchRun.city) == city,
        col(MatchRun.requested_by) == account,
        col(MatchRun.created_at) > now - timedelta(hours=1),
    )
    return int((await session.execute(query)).scalar_one())


async def store(session: AsyncSession, city: str, run_id: UUID, match: Match) -> None:
    """Write all results of a run."""
    key = {"city": city, "run": run_id}
    placements, candidates, rejections = [], [], []
    for explanation in match.explanations:
        row = {**key, "project": UUID(explanation.lead)}
        park = match.solution.assignment[explanation.lead]
        value = next((found.value for found in explanation.candidates if found.placed), 0)
        placements.append({**row, "park": park, "value": value})
        candidates += [
            {
                **row,
                "rank": found.rank,
                "park": found.park,
                "positioning": found.score.positioning,
                "fit": found.score.fit,
                "headroom": found.score.headroom,
                "intensity": found.score.intensity,
                "tax": found.score.tax,
                "total": found.score.total,
                "value": found.value,
                "price": found.price,
                "placed": found.placed,
                "shortfalls": [
                    {"rule": item.rule.value, "measured": item.measured, "limit": item.limit}
                    for item in found.shortfalls
                ],
            }
            for found in explanation.candidates
        ]
        rejections += [
            {
                **row,
                "park": code,
                "seq": seq,
                "rule": item.rule,
                "measured": str(item.measured),
                "limit_": str(item.limit),
                "crowded": code in explanation.crowded,
            }
            for code, items in sorted(explanation.rejections.items())
            for seq, item in enumerate(items, start=1)
        ]
    for table, rows in (
        (MatchPlacement, placements),
        (MatchCandidate, candidates),
        (MatchRejection, rejections),
    ):
        if rows:
            await session.execute(insert(table), rows)


async def placement(session: AsyncSession, city: str, run_id: UUID, project: UUID) -> MatchPlacement | None:
    """Return what a run says of a project."""
    query = select(MatchPlacement).where(
        col(MatchPlacement.city) == city,
        col(MatchPlacement.run) == run_id,
        col(MatchPlacement.project) == project,
    )
    return (await session.scalars(query)).one_or_none()


async def placements(session: AsyncSession, city: str, run_id: UUID) -> Sequence[MatchPlacement]:
    """Return all that a run says of projects."""
    query = (
        select(MatchPlacement)
        .where(col(MatchPlacement.city) == city, col(MatchPlacement.run) == run_id)
        .order_by(col(MatchPlacement.project))
    )
    return (await session.scalars(query)).all()


async def first_ranks(session: AsyncSession, city: str, run_id: UUID) -> dict[UUID, MatchCandidate]:
    """Return the first candidate of each project of a run."""
    query = select(MatchCandidate).where(
        col(MatchCandidate.city) == city, col(MatchCandidate.run) == run_id, col(MatchCandidate.rank) == 1
    )
    return {row.project: row for row in await session.scalars(query)}


async def candidates(
    session: AsyncSession, city: str, run_id: UUID, project: UUID
) -> Sequence[MatchCandidate]:
    """Return a project's best hosts, best first."""
    query = (
        select(MatchCandidate)
        .where(
            col(MatchCandidate.city) == city,
            col(MatchCandidate.run) == run_id,
            col(MatchCandidate.project) == project,
        )
        .order_by(col(MatchCandidate.rank))
    )
    return (await session.scalars(query)).all()


async def rejections(
    session: AsyncSession, city: str, run_id: UUID, project: UUID
) -> Sequence[MatchRejection]:
    """Return every rule against every other park."""
    query = (
        select(MatchRejection)
        .where(
            col(MatchRejection.city) == city,
            col(MatchRejection.run) == run_id,
            col(MatchRejection.project) == project,
        )
        .order_by(col(MatchRejection.park), col(MatchRejection.seq))
    )
    return (await session.scalars(query)).all()


async def decisions(session: AsyncSession, city: str, project: UUID) -> Sequence[MatchDecision]:
    """Return what was decided on a project, latest first."""
    query = (
        select(MatchDecision)
        .where(col(MatchDecision.city) == city, col(MatchDecision.project) == project)
        .order_by(col(MatchDecision.id).desc())
    )
    return (await session.scalars(query)).all()


async def waiting(session: AsyncSession, city: str) -> Sequence[MatchDecision]:
    """Return the decisions that wait for a second signer, oldest first."""
    query = (
        select(MatchDecision)
        .where(col(MatchDecision.city) == city, col(MatchDecision.state) == DecisionState.waiting)
        .order_by(col(MatchDecision.id))
    )
    return (await session.scalars(query)).all()


async def decision(session: AsyncSession, city: str, decision_id: UUID) -> MatchDecision | None:
    """Return a decision, locked until the transaction ends."""
    query = (
        select(MatchDecision)
        .where(col(MatchDecision.city) == city, col(MatchDecision.id) == decision_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).one_or_none()


async def one_decision_at_a_time(session: AsyncSession, city: str) -> None:
    """Wait until no other decision of the city is being checked: two must not both see the same free land."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(:kind, :city)"), {"kind": _DECISION_LOCK, "city": int(city)}
    )
