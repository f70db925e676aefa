"""Loading of projects. An imported signed project is hosted by its first negotiator."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import SIGNED_STATES, State
from auth.principal import Principal
from services.kit.tables import uuid7
from services.projects.identity import code_name, name_key, new_public_id
from services.projects.inputs import ProjectInput
from services.projects.loading.bulk import record_load
from services.projects.protection import protected_until
from services.projects.steps.warning import keep_loaded
from services.projects.tables import Project, ProjectMove
from services.projects.words import STAGE_OF, STAGES, FundKind

_OWN: Final = tuple(name for name in ProjectInput.__slots__ if name not in {"stage", "fund_kind"})
_DATES: Final = (
    "produced_on",
    "started_on",
    "ready_on",
    "incorporated_on",
    "contracted_on",
    "signed_on",
    "accepted_on",
    "registered_on",
)


async def existing_projects(session: AsyncSession, city: str) -> dict[str, ProjectInput]:
    """Return the projects by 登记编号; the stage is the file's word for the state."""
    rows = await session.scalars(
        select(Project)
        .where(col(Project.city) == city)
        .order_by(col(Project.registered_on), col(Project.code))
    )
    return {
        row.code: ProjectInput(
            **{name: getattr(row, name) for name in _OWN},
            stage=STAGE_OF[row.state],
            fund_kind=row.fund_kind.value,
        )
        for row in rows
    }


async def write_projects(session: AsyncSession, principal: Principal, rows: Sequence[ProjectInput]) -> None:
    """Insert or update projects.

    A stored project whose stage is already the file's keeps its state: a held lead does not fall back to the
    pool because an older file says 入池. Any other stage is taken over, as a move of its own.
    """
    if not rows:
        return
    city = principal.city
    stored = {
        row.code: row
        for row in await session.scalars(
            select(Project).where(
                col(Project.city) == city, col(Project.code).in_([row.code for row in rows])
            )
        )
    }
    until = {
        row.code: await protected_until(session, city, row.accepted_on) if row.accepted_on else None
        for row in rows
    }
    fresh = [_fresh(principal, row, until[row.code]) for row in rows if row.code not in stored]
    if fresh:
        await session.execute(insert(Project), fresh)
    seqs = await _last_seqs(session, city, stored)
    moves = [_move(principal, row["id"], 1, None, row["state"], row) for row in fresh]
    for row in rows:
        before = stored.get(row.code)
        if before is None:
            continue
        came_from = before.state
        _update(before, row, until[row.code])
        if before.state is not came_from:
            facts = asdict(row)
            moves.append(_move(principal, before.id, seqs[before.id] + 1, came_from, before.state, facts))
    await session.flush()
    if moves:
        await session.execute(insert(ProjectMove), moves)
    await keep_loaded(session, city, [row.code for row in rows])
    await record_load(session, principal, "project", [row.code for row in rows])


async def set_hosts(session: AsyncSession, principal: Principal, hosts: Mapping[str, str]) -> None:
    """Set the county that hosts imported projects, as their agreements say.

    Args:
        session: the import's transaction.
        principal: who loads.
        hosts: region code of the host (落地地) by 登记编号.
    """
    rows = await session.scalars(
        select(Project).where(col(Project.city) == principal.city, col(Project.code).in_(list(hosts)))
    )
    changed = [row for row in rows if row.host_county != hosts[row.code]]
    for row in changed:
        row.host_county = hosts[row.code]
        row.host_park = None
        row.version += 1
    await session.flush()
    await record_load(session, principal, "project", [f"{row.code}:{row.host_county}" for row in changed])


def _fresh(principal: Principal, row: ProjectInput, until: date | None) -> dict[str, Any]:
    state, public_id = STAGES[row.stage], new_public_id()
    return {
        **{name: getattr(row, name) for name in _OWN},
        "city": principal.city,
        "id": uuid7(),
        "public_id": public_id,
        "code_name": code_name(public_id),
        "name_key": name_key(row.investor_name),
        "fund_kind": FundKind(row.fund_kind),
        "state": state,
        "protected_until": until,
        "protection_extended": False,
        "host_county": row.origin if state in SIGNED_STATES else None,
        "version": 1,
    }


def _update(before: Project, row: ProjectInput, until: date | None) -> None:
    for name in _OWN:
        setattr(before, name, getattr(row, name))
    before.fund_kind = FundKind(row.fund_kind)
    before.name_key = name_key(row.investor_name)
    if before.protected_until is None:
        before.protected_until = until
    if STAGE_OF[before.state] != row.stage:
        before.state = STAGES[row.stage]
        if before.state in SIGNED_STATES and before.host_county is None:
            before.host_county = row.origin
        elif before.state not in SIGNED_STATES:
            before.host_county = before.host_park = None
    before.version += 1


async def _last_seqs(session: AsyncSession, city: str, stored: Mapping[str, Project]) -> dict[Any, int]:
    rows = await session.execute(
        select(col(ProjectMove.project), func.max(col(ProjectMove.seq)))
        .where(
            col(ProjectMove.city) == city,
            col(ProjectMove.project).in_([row.id for row in stored.values()]),
        )
        .group_by(col(ProjectMove.project))
    )
    return dict(rows.all())


def _move(
    principal: Principal,
    project: Any,
    seq: int,
    came_from: State | None,
    state: State,
    dates: Mapping[str, Any],
) -> dict[str, Any]:
    on_date = next(dates[name] for name in _DATES if dates.get(name) is not None)
    return {
        "city": principal.city,
        "id": uuid7(),
        "project": project,
        "seq": seq,
        "action": "import",
        "from_state": came_from,
        "to_state": state,
        "actor": None if principal.is_system else principal.account,
        "actor_office": principal.office,
        "actor_name": principal.name,
        "on_date": on_date,
        "facts": {},
    }
