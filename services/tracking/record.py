"""Who made an entry of tracking, on the entry and in the audit trail."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.kit.events import record_event
from services.tracking.cases import Tracked


def made(principal: Principal, today: date) -> dict[str, Any]:
    """Return what every entry keeps of its maker: city, account, name and business date."""
    return {"city": principal.city, "by": principal.account, "by_name": principal.name, "on_date": today}


async def record(
    session: AsyncSession,
    principal: Principal,
    action: str,
    entity: str,
    key: UUID,
    case: Tracked,
    told: dict[str, Any],
) -> None:
    """Put an entry of a project on the audit trail."""
    after = {"project": str(case.project.id), **told}
    await record_event(
        session, principal.city, actor=principal, action=action, entity=entity, entity_id=key, after=after
    )
