"""Which entries wait to be confirmed."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.funds import can_check_funds
from auth.principal import Principal
from services.funds import repo
from services.kit.i18n import lazy
from services.kit.todo import Todo


async def todos(session: AsyncSession, principal: Principal, _today: date) -> list[Todo]:
    """Return how many entries this person may confirm."""
    if not can_check_funds(principal, principal.county or "", None):
        return []
    n = sum(
        row.n
        for row in await repo.waiting(session, principal.city)
        if can_check_funds(principal, row.host, row.made_by)
    )
    if n == 0:
        return []
    return [
        Todo(
            kind="funds.confirm",
            text=lazy("有 {n} 条到位资金待确认"),
            href="/funds?state=pending",
            facts={"n": n},
        )
    ]
