"""Filings of one firm by several counties, for the city's office: who holds by the rules, on what ground."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import FINAL_STATES, SIGNED_STATES, Action, State
from allocation.precedence import Filing, Verdict, Weighing, precedence, side_by_side
from auth.policy import View
from auth.principal import Principal
from services.projects.dossier import Dossier
from services.projects.repo import visible_to
from services.projects.standing import Standing, standings
from services.projects.tables import Project, ProjectMove
from services.regions.settings import settings_on


@dataclass(frozen=True, slots=True)
class Rivals:
    """All filings of one firm by several counties, and what the rules say of them.

    Attributes:
        filings: the leads.
        verdict: who holds by the order, and on what ground.
        weighings: every step of the order with its fact of each lead, in the order of `filings`.
    """

    filings: Sequence[Project]
    verdict: Verdict
    weighings: Sequence[Weighing] = ()


async def rivals(session: AsyncSession, dossier: Dossier) -> Rivals | None:
    """Return the filings of a lead's firm by several counties; None where there is one, or for others.

    The verdict is a proposal: the city confirms it, or the joint meeting rules.
    """
    project = dossier.project
    if dossier.view is not View.office or project.state in SIGNED_STATES | FINAL_STATES:
        return None
    rows = await same_firm(session, dossier.principal, project)
    if len({row.origin for row in rows}) < 2:  # noqa: PLR2004 - one county does not compete with itself
        return None
    return await weighed(session, rows, dossier.today)


async def same_firm(session: AsyncSession, principal: Principal, project: Project) -> Sequence[Project]:
    """Return the living leads of a lead's firm that somebody may know of, itself among them."""
    firm = or_(
        col(Project.investor_credit_code) == project.investor_credit_code,
        col(Project.name_key) == project.name_key,
    )
    return (
        await session.scalars(
            visible_to(principal)
            .where(firm, col(Project.state).not_in(FINAL_STATES))
            .order_by(col(Project.registered_on), col(Project.code))
        )
    ).all()


async def weighed(
    session: AsyncSession,
    rows: Sequence[Project],
    today: date,
    *,
    pieces: Mapping[UUID, frozenset[tuple[str, date]]] = MappingProxyType({}),
    before: Mapping[UUID, State] = MappingProxyType({}),
) -> Rivals:
    """Weigh leads of one firm by the order, whatever they stand in.

    Args:
        session: the asker's transaction.
        rows: the leads, at least one, all of one city.
        today: the business date.
        pieces: further evidence of follow-up by lead, such as what was brought to a case.
        before: the state from which a case stopped a lead.
    """
    city = rows[0].city
    counted = await _moves(session, city, rows)
    stand = await standings(session, city, rows)
    limit = timedelta(days=(await settings_on(session, city, today)).protection_idle_days)
    none = frozenset[tuple[str, date]]()
    filings = [
        _filing(
            row,
            before.get(row.id, row.state),
            counted,
            stand[row.id],
            today=today,
            limit=limit,
            shown=stand[row.id].pieces | pieces.get(row.id, none),
        )
        for row in rows
    ]
    return Rivals(rows, precedence(filings), side_by_side(filings))


async def _moves(session: AsyncSession, city: str, rows: Sequence[Project]) -> dict[tuple[object, str], int]:
    """Count the moves of leads; an extension that a county's own answer brought is counted as that answer."""
    found = await session.execute(
        select(col(ProjectMove.project), col(ProjectMove.action), func.count())
        .where(
            col(ProjectMove.city) == city,
            col(ProjectMove.project).in_([row.id for row in rows]),
            ~func.jsonb_exists(col(ProjectMove.facts), "answer"),
        )
        .group_by(col(ProjectMove.project), col(ProjectMove.action))
    )
    return {(key, action): count for key, action, count in found.all()}


def _filing(
    row: Project,
    state: State,
    counted: dict[tuple[object, str], int],
    standing: Standing,
    *,
    today: date,
    limit: timedelta,
    shown: frozenset[tuple[str, date]],
) -> Filing:
    over = row.protected_until is not None and row.protected_until < today
    idle = standing.progress_on is None or standing.progress_on + limit < today
    kept = state in {State.accepted, State.disputed}
    counts = state not in {State.registered, State.reviewed}
    return Filing(
        key=row.public_id,
        accepted_on=row.accepted_on if counts else None,
        accepted_at=row.accepted_at if counts else None,
        follow_ups=len(shown) + counted.get((row.id, Action.extend.value), 0),
        lapsed=state is State.released or (kept and over and idle),
        has_agreement=state in SIGNED_STATES,
        ruled_for=counted.get((row.id, Action.rule.value), 0) > 0,
    )
