"""What waits in libraries: a published layout that another person confirms."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.libraries import can_confirm_layout, can_publish_layout
from auth.principal import Principal
from services.kit.i18n import lazy
from services.kit.todo import Todo
from services.libraries import repo


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:  # noqa: ARG001 -- as all
    """Return the newest version to those who may confirm it."""
    if not can_publish_layout(principal):
        return []
    found = await repo.waiting(session, principal.city)
    if found is None or not can_confirm_layout(principal, found[1]):
        return []
    version = found[0]
    return [
        Todo(
            kind="libraries.confirm",
            text=lazy("库表布局第 {n} 版待确认"),
            href=f"/libraries/layouts/{version}",
            facts={"n": version},
        )
    ]
