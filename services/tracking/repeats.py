"""A step of an item that is sent twice: told apart from a step that somebody else took meanwhile."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.tracking.words import ItemStep
from auth.principal import Principal
from services.tracking.tables import ScheduleStep

_MOST = 2**31 - 1
"""No revision is larger: the column holds no more."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What the page of a step sent.

    Attributes:
        item: the item's id.
        step: the step.
        revision: the item's revision that the page showed.
        evidence: the words of the evidence.
        reason: why it is sent back or opened again.
        files: the ids of the evidence files, as sent.
    """

    item: UUID
    step: ItemStep
    revision: int
    evidence: str = ""
    reason: str = ""
    files: Collection[str] = ()


async def own_step(session: AsyncSession, principal: Principal, sent: Sent) -> bool | None:
    """Tell whether this person took this very step of this revision before.

    Returns:
        True where it was taken with the same content, False where with another, None where it was not taken
        by this person.
    """
    if sent.revision > _MOST:
        return None
    row = await session.scalar(
        select(ScheduleStep).where(
            col(ScheduleStep.city) == principal.city,
            col(ScheduleStep.item) == sent.item,
            col(ScheduleStep.seq) == sent.revision,
            col(ScheduleStep.step) == sent.step,
            col(ScheduleStep.by) == principal.account,
        )
    )
    if row is None:
        return None
    kept = (row.evidence, row.reason, {str(file["id"]) for file in row.files})
    return kept == (sent.evidence, sent.reason, set(sent.files))
