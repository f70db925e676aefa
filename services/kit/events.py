"""The audit trail: one row for each action, in the action's own transaction. No audit, no action."""

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.contextvars import get_contextvars

from services.kit.tables import Base, id_column, json_column, stamp_column, text_column, uuid_column


class Actor(Protocol):
    """Who acts; a principal is one."""

    @property
    def account(self) -> UUID | None:
        """The account, or none for the system itself."""

    @property
    def office(self) -> str:
        """The office that the person acts for."""


class AuditEvent(Base, table=True):
    """Who did what to which thing, with the values before and after. Append-only."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_entity", "city", "entity", "entity_id", "id"),)

    id: UUID = id_column()
    at: datetime = stamp_column()
    account: UUID | None = uuid_column(nullable=True)
    office: str = text_column()
    action: str = text_column()
    entity: str = text_column()
    entity_id: str = text_column()
    before: dict[str, Any] = json_column()
    after: dict[str, Any] = json_column()
    request: str | None = text_column(nullable=True)


async def record_event(
    session: AsyncSession,
    city: str,
    *,
    actor: Actor,
    action: str,
    entity: str,
    entity_id: object,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write the audit row of an action.

    Args:
        session: the action's transaction.
        city: the city's code.
        actor: who acts.
        action: the event's name, such as `projects.pooled`.
        entity: the table's name.
        entity_id: the row's key within the city.
        before: the values that change, as they were.
        after: the values that change, as they are now.
    """
    lent = getattr(actor, "on_behalf_of", None)
    if lent is not None:  # 甲代乙: who acts is the account, in whose stead stands with the values
        after = {**(after or {}), "on_behalf_of": str(lent)}
    session.add(
        AuditEvent(
            city=city,
            account=actor.account,
            office=actor.office,
            action=action,
            entity=entity,
            entity_id=str(entity_id),
            before=before or {},
            after=after or {},
            request=get_contextvars().get("request"),
        )
    )
    await session.flush()
