"""Reads and writes of questions and stored shortages; every query names the city."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.matching.questions.tables import MatchQuestion, MatchShortage
from services.matching.questions.words import QuestionKind, QuestionState


async def question(
    session: AsyncSession, city: str, question_id: UUID, *, lock: bool = False
) -> MatchQuestion | None:
    """Return one question, locked until the transaction ends if asked."""
    query = select(MatchQuestion).where(col(MatchQuestion.city) == city, col(MatchQuestion.id) == question_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).one_or_none()


async def same(
    session: AsyncSession, city: str, run: UUID, county: str, asked_sha256: str
) -> MatchQuestion | None:
    """Return what this county asked before in the same words, unless it failed."""
    query = select(MatchQuestion).where(
        col(MatchQuestion.city) == city,
        col(MatchQuestion.run) == run,
        col(MatchQuestion.county) == county,
        col(MatchQuestion.asked_sha256) == asked_sha256,
        col(MatchQuestion.state) != QuestionState.failed,
    )
    return (await session.scalars(query)).one_or_none()


async def add(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Write a question unless the same is there already; tells whether it was written."""
    insert_one = insert_or_skip(MatchQuestion).values(**values).on_conflict_do_nothing()
    written = await session.execute(insert_one.returning(col(MatchQuestion.id)))
    return written.scalar_one_or_none() is not None


async def recent(session: AsyncSession, city: str, account: UUID, now: datetime) -> int:
    """Count the questions that an account asked in the last hour."""
    query = select(func.count()).where(
        col(MatchQuestion.city) == city,
        col(MatchQuestion.requested_by) == account,
        col(MatchQuestion.created_at) > now - timedelta(hours=1),
    )
    return int((await session.execute(query)).scalar_one())


async def of_project(session: AsyncSession, city: str, run: UUID, project: UUID) -> Sequence[MatchQuestion]:
    """Return what was asked about a project on a run, latest first."""
    query = (
        select(MatchQuestion)
        .where(
            col(MatchQuestion.city) == city,
            col(MatchQuestion.run) == run,
            col(MatchQuestion.project) == project,
        )
        .order_by(col(MatchQuestion.id).desc())
    )
    return (await session.scalars(query)).all()


async def scenarios(
    session: AsyncSession, city: str, *, before: UUID | None = None, limit: int
) -> Sequence[MatchQuestion]:
    """Return the city's scenarios, latest first."""
    query = (
        select(MatchQuestion)
        .where(col(MatchQuestion.city) == city, col(MatchQuestion.kind) == QuestionKind.scenario)
        .order_by(col(MatchQuestion.id).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(col(MatchQuestion.id) < before)
    return (await session.scalars(query)).all()


async def override_price(
    session: AsyncSession, city: str, run: UUID, project: UUID, park: str
) -> MatchQuestion | None:
    """Return the answered question on what it costs to place a project at a park against a run."""
    query = (
        select(MatchQuestion)
        .where(
            col(MatchQuestion.city) == city,
            col(MatchQuestion.run) == run,
            col(MatchQuestion.project) == project,
            col(MatchQuestion.park) == park,
            col(MatchQuestion.kind) == QuestionKind.override_price,
            col(MatchQuestion.state) == QuestionState.done,
        )
        .order_by(col(MatchQuestion.id).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def store_shortages(
    session: AsyncSession, city: str, run: UUID, answers: Sequence[dict[str, Any]]
) -> None:
    """Write the level 0 answers of a run: records of `allocation.matching.answers.WouldWin`."""
    rows = [
        {
            "city": city,
            "run": run,
            "project": UUID(answer["lead"]),
            "park": answer["park"],
            "barred": bool(answer["barred"]),
            "answer": answer,
        }
        for answer in answers
    ]
    if rows:
        await session.execute(insert(MatchShortage), rows)


async def shortages(session: AsyncSession, city: str, run: UUID, project: UUID) -> Sequence[MatchShortage]:
    """Return what a project lacks at each park while nothing else moves, by park; none if it was placed."""
    query = (
        select(MatchShortage)
        .where(
            col(MatchShortage.city) == city,
            col(MatchShortage.run) == run,
            col(MatchShortage.project) == project,
        )
        .order_by(col(MatchShortage.park))
    )
    return (await session.scalars(query)).all()
