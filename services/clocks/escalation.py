"""Brings late clocks to who stands above, once for each clock and superior. It locks nothing."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.clock_table import SUPERIORS, Superior
from allocation.running_clocks import Clock
from auth.principal import Principal
from services.clocks import repo
from services.clocks.service import running_clocks
from services.clocks.tables import ClockEscalation
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.projects.tables import Project


async def escalate(session: AsyncSession, city: str, today: date) -> int:
    """Record what is to be brought to a superior by today and was not yet; how many were recorded.

    A unique key makes each once: a job that runs again, or beside another, adds nothing.
    """
    system = Principal.system(city)
    known = await repo.escalated(session, city)
    rows = [
        row
        for project, clock in await running_clocks(session, system, today)
        for level in range(1, clock.levels + 1)
        for row in [_row(project, clock, level, today)]
        if key_of(row) not in known
    ]
    if not rows:
        return 0
    made = await session.execute(
        insert(ClockEscalation)
        .values([row.model_dump(exclude={"at"}) for row in rows])
        .on_conflict_do_nothing(constraint="uq_clock_escalation_once")
        .returning(col(ClockEscalation.id))
    )
    count = len(made.all())
    if count:
        await record_event(
            session,
            city,
            actor=system,
            action="clocks.escalated",
            entity="clock_escalation",
            entity_id=today.isoformat(),
            after={"count": count},
        )
    return count


def _row(project: Project, clock: Clock, level: int, today: date) -> ClockEscalation:
    owes = clock.county or project.city
    superior = SUPERIORS[clock.debtor][level - 1]
    return ClockEscalation(
        city=project.city,
        id=uuid7(),
        project=project.id,
        kind=clock.kind,
        county=owes,
        seq=clock.seq,
        # A stored last day may lie before the entry that it belongs to, where the day of an import was late.
        started_on=min(clock.started_on, clock.due.on),
        due_on=clock.due.on,
        level=level,
        superior=superior,
        office=owes if superior is Superior.county_leader else project.city,
        escalated_on=today,
    )


def key_of(row: ClockEscalation) -> repo.Key:
    """Return what makes an escalation one."""
    return row.project, row.kind.value, row.county, row.seq, row.started_on, row.level
