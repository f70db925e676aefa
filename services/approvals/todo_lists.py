"""What is open on somebody's desk, as the list of a handover: sheets to sign, and every slice's to-dos."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.accounts import repo as accounts
from services.approvals.schemas import HandoverItem
from services.approvals.sheets import inbox, part_in
from services.kit.i18n import gettext
from services.kit.todo import Todo

Source = Callable[[AsyncSession, Principal, date], Awaitable[list[Todo]]]

SOURCES: Final[list[Source]] = []
"""What each slice says is waiting; slices above enter theirs, as the home page does."""


async def open_items(
    session: AsyncSession, principal: Principal, giver: UUID | None, today: date
) -> list[HandoverItem]:
    """List what is open for the giver: at the seat the asker acts from, or at the giver's own post."""
    desk = principal
    if giver is not None and giver != principal.account:
        account = await accounts.account_by_id(session, principal.city, giver)
        if account is None:
            return []
        desk = accounts.principal_of(account)
    items = {}
    for found in [*await inbox(session, desk, today), *await part_in(session, desk, today)]:
        if found.subject.live and found.current:
            title = f"{gettext(found.matter.title)}：{found.subject.title}"
            items[found.ref] = HandoverItem(kind=found.matter.kind, title=title, due_on=found.due_on)
    for source in SOURCES:
        for todo in await source(session, desk, today):
            items[f"{todo.kind} {todo.href}"] = HandoverItem(
                kind=todo.kind, title=gettext(todo.text, **todo.facts), due_on=todo.due_on
            )
    return list(items.values())
