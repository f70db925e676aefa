"""What waits for finance: lists of promises of its own units that it has not checked."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.compliance.repo import waiting_sheets
from services.kit.i18n import lazy
from services.kit.todo import Todo


async def todos(session: AsyncSession, principal: Principal, _today: date) -> list[Todo]:
    """List the promises that wait for this finance office's check."""
    if principal.role not in {Role.county_finance, Role.city_finance}:
        return []
    return [
        Todo(
            kind="compliance.check",
            text=lazy("承诺事项待财政审核：{name}"),
            href=f"/projects/{public_id}/compliance",
            facts={"name": code_name},
        )
        for _, public_id, code_name in await waiting_sheets(session, principal)
    ]
