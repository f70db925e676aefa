"""What was brought to a superior and is still late: one entry that counts it."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.clock_table import Superior
from auth.principal import Principal, Role
from services.clocks import repo
from services.clocks.service import running_clocks
from services.kit.i18n import lazy
from services.kit.todo import Todo

_SUPERIORS = {Role.county_leader: Superior.county_leader, Role.city_office: Superior.city_office}


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """Return what was brought to this person's office and is still late."""
    superior = _SUPERIORS.get(principal.role)
    if superior is None:
        return []
    brought = await repo.brought_to(session, principal.city, superior, principal.office)
    if not brought:
        return []
    system = Principal.system(principal.city)
    rows = await running_clocks(session, system, today, only={row.project for row in brought})
    late = {
        (project.id, clock.kind.value, clock.county or project.city, clock.seq, clock.due.on)
        for project, clock in rows
        if clock.due.overdue
    }
    waiting = [
        row.due_on
        for row in brought
        if (row.project, row.kind.value, row.county, row.seq, row.due_on) in late
    ]
    if not waiting:
        return []
    return [
        Todo(
            kind="clocks.escalated",
            text=lazy("{n} 项超期已升级到本单位，请督办"),
            href="/clocks?escalated=true",
            due_on=min(waiting),
            overdue=True,
            facts={"n": len(waiting)},
        )
    ]
