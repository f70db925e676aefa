"""A settlement's steps on record, and a county's part held for one."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.settlement.tables import Settlement, SettlementEvent, SettlementPart
from services.settlement.words import SettlementAction


async def write_event(
    session: AsyncSession,
    principal: Principal,
    settlement: Settlement,
    action: SettlementAction,
    today: date,
    *,
    county: str | None = None,
    sha256: str | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write a step and its audit row; the revision is counted by the caller."""
    session.add(
        SettlementEvent(
            city=settlement.city,
            id=uuid7(),
            settlement=settlement.id,
            seq=settlement.revision,
            action=action,
            county=county,
            by=principal.account,
            by_name=principal.name,
            office=principal.office,
            on_date=today,
            sha256=sha256 or settlement.body_sha256,
            facts=facts or {},
        )
    )
    await record_event(
        session,
        settlement.city,
        actor=principal,
        action=f"settlement.{action.value}",
        entity="settlement",
        entity_id=settlement.id,
        after={"state": settlement.state.value, "number": settlement.number, **(facts or {})},
    )


async def part_of(session: AsyncSession, city: str, settlement: UUID, county: str) -> SettlementPart | None:
    """A county's part, held for this transaction."""
    rows = await session.execute(
        select(SettlementPart)
        .where(
            col(SettlementPart.city) == city,
            col(SettlementPart.settlement) == settlement,
            col(SettlementPart.county) == county,
        )
        .with_for_update()
    )
    return rows.scalar_one_or_none()
