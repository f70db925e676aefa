"""What stands around a page: the names of the city and the office; and what waits for this person.

To-dos come from every slice, by up to fifty questions to the database: only the first page lists them. Others
ask for their numbers once they are shown, and do without them where there is no script.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

import services.agreements.todos
import services.approvals.todo_lists
import services.approvals.todos
import services.capacity.todos
import services.clocks.todos
import services.compliance.todos
import services.first_talk.todos
import services.funds.todos
import services.intake.todos
import services.ledger.todos
import services.libraries.todos
import services.matching.todos
import services.projects.todos
import services.reconciliation.todos
import services.settlement.todos
import services.tracking.todos
from auth.principal import Principal
from services.accounts.seating import seats_of
from services.console.frame import Surroundings
from services.console.menu import current_path
from services.console.session import ConsolePrincipal
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.todo import Todo
from services.notices.service import unread
from services.regions.repo import unit_names

SOURCES: Final = (
    services.projects.todos.todos,
    services.first_talk.todos.todos,
    services.intake.todos.todos,
    services.compliance.todos.todos,
    services.matching.todos.todos,
    services.approvals.todos.todos,
    services.clocks.todos.todos,
    services.tracking.todos.todos,
    services.capacity.todos.todos,
    services.funds.todos.todos,
    services.libraries.todos.todos,
    services.agreements.todos.todos,
    services.ledger.todos.todos,
    services.reconciliation.todos.todos,
    services.settlement.todos.todos,
)
"""What each slice says is waiting."""

services.approvals.todo_lists.SOURCES[:] = SOURCES


async def load_surroundings(
    request: Request, principal: ConsolePrincipal, session: SessionDep, clock: ClockDep
) -> None:
    """Read what the frame shows into ``request.state``, where ``render`` finds it."""
    today = await clock.today(session, principal.city)
    names = await unit_names(session, principal.city)
    request.state.principal = principal
    request.state.surroundings = Surroundings(
        city=names.get(principal.city, principal.city),
        office=names.get(principal.office, principal.office),
        today=today,
        seats=len(await seats_of(session, principal.city, principal.account, today)),
        unread=await unread(session, principal),
    )


def waiting_of(todos: Sequence[Todo]) -> Counter[str]:
    """How many to-dos belong to each row of the menu; all of them to the first."""
    waiting = Counter(path for todo in todos if (path := current_path(todo.href)) is not None)
    waiting["/"] = len(todos)
    return waiting


async def todos_of(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """What waits for this person in every slice: overdue first, then by due date, undated last."""
    found: list[Todo] = []
    for source in SOURCES:
        found += await source(session, principal, today)
    return sorted(found, key=lambda todo: (not todo.overdue, todo.due_on or date.max, todo.kind, todo.href))
