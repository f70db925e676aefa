"""Reading and keeping the versions of the entry rules, and what was found of leads."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.entry import DEFAULT_RULES
from services.entry.schemas import rule_in, stored
from services.entry.tables import EntryCheck, EntryRuleSet
from services.kit.i18n import lazy

BEGINNING: Final = date(2000, 1, 1)
"""From when the program's own rules hold: before any lead."""

NOTE: Final = lazy("系统默认规则")


def default_set(city: str) -> EntryRuleSet:
    """Return the first version, as every city begins."""
    return EntryRuleSet(
        city=city,
        version=1,
        effective_from=BEGINNING,
        rules=[stored(rule_in(rule)) for rule in DEFAULT_RULES],
        note=NOTE,
        made_on=BEGINNING,
    )


async def rule_sets(session: AsyncSession, city: str) -> Sequence[EntryRuleSet]:
    """Return all versions, oldest first; the program's own while none is stored."""
    rows = await session.scalars(
        select(EntryRuleSet).where(col(EntryRuleSet.city) == city).order_by(col(EntryRuleSet.version))
    )
    return rows.all() or [default_set(city)]


async def seeded(session: AsyncSession, city: str) -> Sequence[EntryRuleSet]:
    """Return all versions, and store the program's own first where none is; to be called before a write."""
    await session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"entry_rule_set {city}", 0)))
    )
    rows = await rule_sets(session, city)
    if len(rows) == 1 and rows[0] not in session:
        session.add(rows[0])
        await session.flush()
    return rows


def in_force(sets: Sequence[EntryRuleSet], on: date) -> EntryRuleSet:
    """Return the version in force on a day: the newest that began by then, else the first."""
    begun = [row for row in sets if row.effective_from <= on]
    return begun[-1] if begun else sets[0]


async def checks_of(session: AsyncSession, city: str, project: UUID) -> Sequence[EntryCheck]:
    """Return what was found of a lead, step by step."""
    rows = await session.scalars(
        select(EntryCheck)
        .where(col(EntryCheck.city) == city, col(EntryCheck.project) == project)
        .order_by(col(EntryCheck.at))
    )
    return rows.all()
