"""Filings of one firm by several counties, for the city's office: who holds by the rules, on what ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import FINAL_STATES, SIGNED_STATES, Action, State
from allocation.precedence import Filing, Verdict, precedence
from auth.policy import View
from services.projects.dossier import Dossier
from services.projects.repo import visible_to
from services.projects.tables import Project, ProjectMove

_FOLLOWED: tuple[str, ...] = (Action.extend.value, "correct")
"""Moves that show follow-up service."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """All filings of one firm by several counties, and what the rules say of them."""

    filings: Sequence[Project]
    verdict: Verdict


async def rivals(session: AsyncSession, dossier: Dossier) -> Rivals | None:
    """Return the filings of a lead's firm by several counties; None where there is one, or for others.

    The verdict is a proposal: the city confirms it, or the joint meeting rules.
    """
    project = dossier.project
    if dossier.view is not View.office or project.state in SIGNED_STATES | FINAL_STATES:
        return None
    same_firm = or_(
        col(Project.investor_credit_code) == project.investor_credit_code,
        col(Project.name_key) == project.name_key,
    )
    rows = (
        await session.scalars(
            visible_to(dossier.principal)
            .where(same_firm, col(Project.state).not_in(FINAL_STATES))
            .order_by(col(Project.registered_on), col(Project.code))
        )
    ).all()
    if len({row.origin for row in rows}) < 2:  # noqa: PLR2004 - one county does not compete with itself
        return None
    counted = await _moves(session, project.city, rows)
    verdict = precedence([_filing(row, counted, dossier.today) for row in rows])
    return Rivals(rows, verdict)


async def _moves(session: AsyncSession, city: str, rows: Sequence[Project]) -> dict[tuple[object, str], int]:
    found = await session.execute(
        select(col(ProjectMove.project), col(ProjectMove.action), func.count())
        .where(col(ProjectMove.city) == city, col(ProjectMove.project).in_([row.id for row in rows]))
        .group_by(col(ProjectMove.project), col(ProjectMove.action))
    )
    return {(key, action): count for key, action, count in found.all()}


def _filing(row: Project, counted: dict[tuple[object, str], int], today: date) -> Filing:
    over = row.protected_until is not None and row.protected_until < today
    return Filing(
        key=row.public_id,
        accepted_on=row.accepted_on if row.state not in {State.registered, State.reviewed} else None,
        follow_ups=sum(counted.get((row.id, action), 0) for action in _FOLLOWED),
        lapsed=row.state is State.released or (row.state is State.accepted and over),
        has_agreement=row.state in SIGNED_STATES,
        ruled_for=counted.get((row.id, Action.rule.value), 0) > 0,
    )
