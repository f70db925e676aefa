"""Reads of stored plans."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer
from sqlmodel import col

from services.interchange.tables import ImportPlan


async def load_plan(session: AsyncSession, city: str, plan: UUID, *, lock: bool = False) -> ImportPlan | None:
    """Return one plan, locked until the transaction ends if so asked."""
    query = select(ImportPlan).where(col(ImportPlan.city) == city, col(ImportPlan.id) == plan)
    if lock:
        query = query.with_for_update()
    return (await session.scalars(query)).one_or_none()


async def load_plans(
    session: AsyncSession, city: str, kinds: Collection[str], limit: int, before: UUID | None = None
) -> Sequence[ImportPlan]:
    """Return the latest plans of some tables, newest first, without their rows."""
    heavy: tuple[Any, ...] = (ImportPlan.rows, ImportPlan.bad_rows)
    query = (
        select(ImportPlan)
        .options(*(defer(column) for column in heavy))
        .where(col(ImportPlan.city) == city, col(ImportPlan.kind).in_(kinds))
        .order_by(col(ImportPlan.id).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(col(ImportPlan.id) < before)
    return (await session.scalars(query)).all()
