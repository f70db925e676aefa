"""What all bulk loads share: upsert in one round trip, ids by code, one audit row a table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from auth.principal import Principal
from services.kit.events import record_event
from services.projects.errors import UnknownCode
from services.projects.tables import Project


async def upsert(
    session: AsyncSession,
    principal: Principal,
    table: type[SQLModel],
    key: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    *,
    keep: frozenset[str] = frozenset(),
) -> None:
    """Insert or update rows of one shape; fields in `keep` are written on insert alone."""
    if not rows:
        return
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in {*key, *keep}}
    await session.execute(
        statement.on_conflict_do_update(index_elements=["city", *key], set_=changed),
        [{"city": principal.city, **row} for row in rows],
    )


async def record_load(session: AsyncSession, principal: Principal, table: str, keys: Iterable[str]) -> None:
    """Write the audit row of a load."""
    loaded = list(keys)
    if loaded:
        await record_event(
            session,
            principal.city,
            actor=principal,
            action="projects.imported",
            entity=table,
            entity_id=loaded[0] if len(loaded) == 1 else "*",
            after={"rows": len(loaded), "keys": loaded},
        )


async def ids_by_code(session: AsyncSession, city: str, codes: Iterable[str]) -> dict[str, UUID]:
    """Return the ids of projects by 登记编号.

    Raises:
        UnknownCode: one of the codes is no project's.
    """
    wanted = set(codes)
    rows = await session.execute(
        select(col(Project.code), col(Project.id)).where(
            col(Project.city) == city, col(Project.code).in_(wanted)
        )
    )
    found = dict(rows.all())
    missing = sorted(wanted - set(found))
    if missing:
        raise UnknownCode(code=missing[0])
    return found


async def codes_by_id(session: AsyncSession, city: str) -> dict[UUID, str]:
    """Return the 登记编号 of all projects by id."""
    rows = await session.execute(select(col(Project.id), col(Project.code)).where(col(Project.city) == city))
    return dict(rows.all())
