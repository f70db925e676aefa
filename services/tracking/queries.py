"""Plain questions to tracking, without walls: for the slices above, and for services that add the walls."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import POOL_STATES, STAGES, State
from allocation.tracking.owners import OwnerRule, owner_on
from allocation.tracking.segments import SEGMENT_STATES, days_in, since
from allocation.tracking.words import Department, Segment
from services.projects.tables import Project
from services.tracking.cases import DATE_COLUMNS
from services.tracking.tables import BlockingFactor, BlockingFactorEnd, StageDepartment

_ALL = frozenset[State]().union(*SEGMENT_STATES.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A project in one of the three ledgers. Money in fen; days are calendar days up to the business date."""

    id: UUID
    public_id: str
    code_name: str
    name: str
    origin: str
    host: str | None
    county: str
    """The county that answers: the host, the origin while there is none."""
    state: State
    segment: Segment
    department: Department
    investment_fen: int
    since: date
    """From when it has stood in its stage."""
    days: int
    segment_since: date
    segment_days: int
    blocks: int
    """Factors that block it now."""


async def segments(
    session: AsyncSession, city: str, today: date, *, county: str | None = None
) -> list[SegmentRow]:
    """Return all projects of the three ledgers, those that have stood longest first.

    Args:
        session: any transaction.
        city: the city's code.
        today: the business date.
        county: only projects of which this county is origin or host.
    """
    table = Project
    columns = [
        *(table.id, table.public_id, table.code_name, table.name, table.origin, table.host_county),
        *(table.state, table.investment_fen, table.registered_on, table.accepted_on, table.pooled_on),
        *(getattr(table, name) for name in DATE_COLUMNS.values()),
    ]
    query = select(*[col(column) for column in columns]).where(
        col(Project.city) == city, col(Project.state).in_(_ALL)
    )
    if county is not None:
        query = query.where(or_(col(Project.origin) == county, col(Project.host_county) == county))
    rules = await owner_rules(session, city)
    standing = await open_blocks(session, city)
    rows = [_row(found, rules, standing, today) for found in (await session.execute(query)).all()]
    return sorted(rows, key=lambda row: (-row.days, row.public_id))


def _row(found: Any, rules: list[OwnerRule], standing: dict[UUID, int], today: date) -> SegmentRow:
    state: State = found.state
    reached: dict[State, date | None] = {
        stage: getattr(found, column) for stage, column in DATE_COLUMNS.items()
    }
    talks: date = found.accepted_on or found.registered_on
    first: date = found.pooled_on if state in POOL_STATES and found.pooled_on is not None else talks
    begun = since(state, reached, first)
    [segment] = [name for name, states in SEGMENT_STATES.items() if state in states]
    opened = {
        Segment.talking: talks,
        Segment.signed: reached[State.signed],
        Segment.building: reached[State.started],
    }[segment]
    return SegmentRow(
        id=found.id,
        public_id=found.public_id,
        code_name=found.code_name,
        name=found.name,
        origin=found.origin,
        host=found.host_county,
        county=found.host_county or found.origin,
        state=state,
        segment=segment,
        department=owner_on(rules, state, today) if state in STAGES else Department.commerce,
        investment_fen=found.investment_fen,
        since=begun,
        days=days_in(begun, today),
        segment_since=opened or begun,
        segment_days=days_in(opened or begun, today),
        blocks=standing.get(found.id, 0),
    )


async def owner_rules(session: AsyncSession, city: str) -> list[OwnerRule]:
    """Return the city's own rules of which department answers for which stage, by the day of each."""
    rows = await session.scalars(
        select(StageDepartment)
        .where(col(StageDepartment.city) == city)
        .order_by(col(StageDepartment.effective_from))
    )
    return [OwnerRule(row.stage, row.department, row.effective_from) for row in rows]


async def open_blocks(session: AsyncSession, city: str) -> dict[UUID, int]:
    """Return by project how many factors block it now."""
    ended = select(col(BlockingFactorEnd.factor)).where(col(BlockingFactorEnd.city) == city)
    rows = await session.scalars(
        select(col(BlockingFactor.project)).where(
            col(BlockingFactor.city) == city, col(BlockingFactor.id).not_in(ended)
        )
    )
    counted: dict[UUID, int] = {}
    for project in rows:
        counted[project] = counted.get(project, 0) + 1
    return counted
