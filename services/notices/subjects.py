"""What a reader may see of what a notice is about: asked anew whenever a notice is read or sent.

Each subject is read by its own slice's rule of visibility. What is not seen any more, and what never was,
gives nothing: the notice then says only that it cannot be shown.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.policy import Part, View, may_see
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.agreements import repo as agreements
from services.agreements.tables import Agreement
from services.first_talk import repo as cases
from services.first_talk.tables import Case
from services.ledger import visibility as ledger
from services.ledger.tables import Statement
from services.notices.words import Subject
from services.projects import repo as projects
from services.projects.lists import views_of
from services.projects.tables import Project
from services.settlement import visibility as settlement
from services.settlement.tables import Settlement

SCOPES: Final = {
    Subject.project: Scope.projects_read,
    Subject.agreement: Scope.agreements_read,
    Subject.statement: Scope.statements_read,
    Subject.settlement: Scope.statements_read,
    Subject.case: Scope.projects_read,
}
"""The right that the subject's page takes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one reader sees of a subject: its name, and where its page is, if there is one for them."""

    label: str
    href: str | None


async def seen(
    session: AsyncSession, principal: Principal, wanted: Iterable[tuple[Subject, UUID]]
) -> dict[tuple[Subject, UUID], Seen]:
    """Return what a reader sees of the subjects; those that may not be known of are left out."""
    by_subject: dict[Subject, set[UUID]] = defaultdict(set)
    for subject, key in wanted:
        if has_scope(principal.role, SCOPES[subject]):
            by_subject[subject].add(key)
    found: dict[tuple[Subject, UUID], Seen] = {}
    for subject, keys in by_subject.items():
        if subject is Subject.project:
            found |= await _projects(session, principal, keys)
        else:
            found |= await _papers(session, principal, subject, keys)
    return found


async def _projects(
    session: AsyncSession, principal: Principal, keys: set[UUID]
) -> dict[tuple[Subject, UUID], Seen]:
    rows = (await session.scalars(projects.visible_to(principal).where(col(Project.id).in_(keys)))).all()
    found = {}
    for row, view in await views_of(session, principal, rows):
        if view is View.none:
            continue
        label = row.name if may_see(view, Part.name) else row.code_name
        # Finance sees names alone, so it gets no address that would tell a lead's public id.
        href = None if view is View.finance else f"/projects/{row.public_id}"
        found[Subject.project, row.id] = Seen(label, href)
    return found


async def _papers(
    session: AsyncSession, principal: Principal, subject: Subject, keys: set[UUID]
) -> dict[tuple[Subject, UUID], Seen]:
    query, name, page = _paper_query(principal, subject)
    rows = await session.execute(query.where(name[0].in_(keys)).with_only_columns(*name))
    return {(subject, key): Seen(label, f"{page}/{key}") for key, label in rows}


def _paper_query(principal: Principal, subject: Subject) -> tuple[Any, tuple[Any, Any], str]:
    if subject is Subject.agreement:
        query = select(Agreement).where(agreements.visible_to(principal, Agreement))
        return query, (col(Agreement.id), col(Agreement.code)), "/agreements"
    if subject is Subject.statement:
        query = ledger.visible_to(principal, select(Statement))
        return query, (col(Statement.id), col(Statement.number)), "/statements"
    if subject is Subject.settlement:
        query = settlement.visible_to(principal, select(Settlement))
        return query, (col(Settlement.id), col(Settlement.number)), "/settlements"
    return cases.visible_to(principal), (col(Case.id), col(Case.number)), "/first-talk"
