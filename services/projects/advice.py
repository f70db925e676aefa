"""What an officer is told before acting: earlier records that may be of the same firm."""

from datetime import date
from typing import Final, Literal

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import FINAL_STATES
from auth.policy import View, view_of
from auth.principal import Principal
from services.kit.clock import Clock
from services.projects.answers import Duplicate, Duplicates
from services.projects.dossier import project_facts
from services.projects.identity import name_key
from services.projects.schemas import DuplicateQuery
from services.projects.tables import Project

_FULL: Final = frozenset({View.owner, View.office, View.matched})
_ALIKE: Final = 0.5
"""Trigram likeness from which a name is worth a look; a warning, never a refusal."""


async def find_duplicates(
    session: AsyncSession, principal: Principal, query: DuplicateQuery, *, leave_out: str = ""
) -> Duplicates:
    """Find earlier records of the same firm in the whole city, earliest first.

    This is the one question about other counties' leads that everybody may ask, so that five counties do not
    call on one firm in a week. Without rights on a record, the answer is its date and whether it is
    protected.

    Args:
        session: the asker's transaction.
        principal: who asks.
        query: the firm.
        leave_out: public id of the record that is being corrected.
    """
    key = name_key(query.investor_name)
    likeness = func.similarity(col(Project.name_key), key)
    rows = await session.scalars(
        select(Project)
        .where(
            col(Project.city) == principal.city,
            col(Project.public_id) != leave_out,
            col(Project.state).not_in(FINAL_STATES),
            or_(
                col(Project.investor_credit_code) == query.investor_credit_code,
                col(Project.name_key) == key,
                likeness >= _ALIKE,
            ),
        )
        .order_by(col(Project.registered_on), col(Project.public_id))
        .limit(20)
    )
    today = await Clock().today(session, principal.city)
    return Duplicates(items=[_duplicate(principal, row, query, key, today) for row in rows])


def _duplicate(principal: Principal, row: Project, query: DuplicateQuery, key: str, today: date) -> Duplicate:
    kind: Literal["credit_code", "name", "similar_name"] = "similar_name"
    if row.investor_credit_code == query.investor_credit_code:
        kind = "credit_code"
    elif row.name_key == key:
        kind = "name"
    told = Duplicate(
        kind=kind,
        registered_on=row.registered_on,
        protected=row.protected_until is not None and row.protected_until >= today,
    )
    nobody = frozenset[str]()
    if view_of(principal, project_facts(row, proposed=nobody, revealed=nobody)) not in _FULL:
        return told
    return told.model_copy(
        update={"id": row.public_id, "code": row.code, "name": row.name, "origin": row.origin}
    )
