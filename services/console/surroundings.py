"""What stands around a page: the names of the city and the office, and what waits for this person."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.console.frame import Surroundings
from services.console.menu import current_path
from services.console.session import ConsolePrincipal
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.todo import Todo


async def load_surroundings(
    request: Request, principal: ConsolePrincipal, session: SessionDep, clock: ClockDep
) -> None:
    """Read what the frame shows into ``request.state``; a page gets it from there by ``render``."""
    today = await clock.today(session, principal.city)
    todos = await todos_of(session, principal, today)
    waiting = Counter(path for todo in todos if (path := current_path(todo.href)) is not None)
    request.state.principal = principal
    request.state.todos = todos
    request.state.today = today
