"""Filings that may be one firm's, side by side for the city's office."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth import policy
from auth.errors import NotPermitted
from auth.principal import Principal
from services.kit.events import record_event
from services.projects.dossier import open_dossier
from services.projects.duplicate_schemas import FindingForm, Side, WarningList, WarningView
from services.projects.errors import NoSuchWarning, WarningAnswered
from services.projects.steps.warning import answer_warning
from services.projects.tables import DuplicateWarning, Project, WarningState

MOST: Final = 200
"""Warnings of one list."""


async def list_warnings(
    session: AsyncSession, principal: Principal, state: WarningState | None = WarningState.open
) -> WarningList:
    """List warnings of one state, or all, the newest first.

    Raises:
        NotPermitted: somebody other than the city's office asks.
    """
    query = _warnings(principal).order_by(col(DuplicateWarning.id).desc()).limit(MOST)
    if state is not None:
        query = query.where(col(DuplicateWarning.state) == state)
    return WarningList(items=await _views(session, principal, (await session.scalars(query)).all()))


async def side_by_side(session: AsyncSession, principal: Principal, key: UUID) -> WarningView:
    """Return one warning with both filings.

    Raises:
        NotPermitted: somebody other than the city's office asks.
        NoSuchWarning: there is none.
    """
    row = (await session.scalars(_warnings(principal).where(col(DuplicateWarning.id) == key))).one_or_none()
    if row is None:
        raise NoSuchWarning
    return (await _views(session, principal, [row]))[0]


async def find_out(session: AsyncSession, principal: Principal, key: UUID, form: FindingForm) -> WarningView:
    """Write what the city makes of a warning. An answer stays.

    Raises:
        NotPermitted: somebody other than the city's office asks.
        NoSuchWarning: there is none.
        WarningAnswered: it was answered, or cleared.
    """
    query = _warnings(principal).where(col(DuplicateWarning.id) == key).with_for_update()
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise NoSuchWarning
    if row.state is not WarningState.open:
        raise WarningAnswered
    dossier = await open_dossier(session, principal, row.project)
    answer_warning(row, dossier, WarningState(form.finding), form.reason)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=f"projects.duplicate_{form.finding}",
        entity="duplicate_warning",
        entity_id=row.id,
        before={"state": WarningState.open.value},
        after={"state": form.finding, "reason": form.reason},
    )
    return (await _views(session, principal, [row]))[0]


def _warnings(principal: Principal):  # type: ignore[no-untyped-def] # noqa: ANN202 -- a Select of SQLModel rows
    if not policy.can_accept(principal):
        raise NotPermitted
    return select(DuplicateWarning).where(col(DuplicateWarning.city) == principal.city)


async def _views(
    session: AsyncSession, principal: Principal, rows: Sequence[DuplicateWarning]
) -> list[WarningView]:
    ids = {key for row in rows for key in (row.project, row.other)}
    query = select(Project).where(col(Project.city) == principal.city, col(Project.id).in_(ids))
    sides = {row.id: _side(row) for row in await session.scalars(query)}
    return [
        WarningView(
            id=row.id,
            alike=row.alike,
            likeness=row.likeness,
            state=row.state,
            warned_on=row.warned_on,
            noted_name=row.noted_name,
            noted_on=row.noted_on,
            reason=row.reason,
            later=sides[row.project],
            earlier=sides[row.other],
        )
        for row in rows
    ]


def _side(row: Project) -> Side:
    facts = {name: getattr(row, name) for name in Side.model_fields if name != "id"}
    return Side(id=row.public_id, **facts)
