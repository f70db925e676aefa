"""What waits for the city's office in matching."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import State
from auth.principal import Principal, Role
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.matching import repo
from services.matching.explanations import placements


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """List matches to decide on, and decisions that wait for a second signer."""
    if principal.role is not Role.city_office:
        return []
    found = [
        Todo(
            kind="matching.countersign",
            text=lazy("审定意见待第二人签署"),
            href=f"/matches/decisions/{row.id}",
        )
        for row in await repo.waiting(session, principal.city)
        if row.decided_by != principal.account
    ]
    run = await repo.latest_done(session, principal.city)
    if run is not None:
        found += [
            Todo(
                kind="matching.decide",
                text=lazy("待审匹配：{name}"),
                href=f"/matches/{row.project}",
                due_on=row.land_deadline,
                overdue=row.land_deadline < today,
                facts={"name": row.name or row.code_name},
            )
            for row in await placements(session, principal, run)
            if row.state is State.chosen
        ]
    return found
