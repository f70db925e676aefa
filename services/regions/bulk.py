"""Bulk writing of loaded rows, with one audit row a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from auth.principal import Principal
from services.kit.events import record_event


async def write_rows(
    session: AsyncSession,
    principal: Principal,
    table: type[SQLModel],
    key: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Insert or update rows in one round trip, and record what was loaded."""
    if not rows:
        return
    name = str(table.__tablename__)
    statement = insert(table)
    changed = {field: statement.excluded[field] for field in rows[0] if field not in key}
    await session.execute(
        statement.on_conflict_do_update(index_elements=["city", *key], set_=changed),
        [{"city": principal.city, **row} for row in rows],
    )
    await _record(session, principal, name, ["/".join(str(row[field]) for field in key) for row in rows])


async def _record(session: AsyncSession, principal: Principal, table: str, keys: Sequence[str]) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="regions.imported",
        entity=table,
        entity_id=keys[0] if len(keys) == 1 else "*",
        after={"rows": len(keys), "keys": list(keys)},
    )
