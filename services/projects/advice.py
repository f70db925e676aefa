"""What an officer is told before acting: earlier records that may be of the same firm."""

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import FINAL_STATES
from allocation.names import Alike, Comparison, Verdict
from auth.policy import View, view_of
from auth.principal import Principal
from services.firms import service as firms
from services.firms.finding import find
from services.kit.clock import Clock
from services.projects.answers import Duplicate, Duplicates
from services.projects.dossier import Dossier, project_facts
from services.projects.schemas import DuplicateQuery
from services.projects.steps.warning import warnings_of
from services.projects.tables import Project, WarningState

FULL: Final = frozenset({View.owner, View.office, View.matched})
MOST: Final = 20
_STEP: Final = 1_000
"""Others read the likeness in steps of ten per cent: the figure would tell how the other is written."""


async def find_duplicates(
    session: AsyncSession, principal: Principal, query: DuplicateQuery, *, leave_out: str = ""
) -> Duplicates:
    """Find earlier records of the same or a like firm in the whole city, earliest first.

    This is the one question about other counties' leads that everybody may ask, so that five counties do not
    call on one firm in a week. Without rights on a record the answer is: how alike (in steps of ten per
    cent), which county began to negotiate and when, and whether it is protected. Every question is counted,
    kept and shown to the city.

    Args:
        session: the asker's transaction.
        principal: who asks.
        query: the firm.
        leave_out: public id of the record that is being corrected.

    Raises:
        TooManyChecks: this person asked too often within a day.
    """
    today = await Clock().today(session, principal.city)
    await firms.may_check(session, principal, today)
    matches = await find(session, principal.city, query.investor_name, query.investor_credit_code)
    by_id = {match.project: match.found for match in matches}
    rows = [row for row in await _live(session, principal.city, by_id) if row.public_id != leave_out]
    items = _in_order([told(principal, row, by_id[row.id], today) for row in rows])
    await firms.keep_check(
        session, principal, query.investor_name, query.investor_credit_code, len(items), today
    )
    return Duplicates(items=items)


async def told_at_filing(session: AsyncSession, dossier: Dossier) -> Duplicates:
    """Return the open warnings of a filing, for those who see it in full: what the check tells them."""
    if dossier.view not in FULL:
        return Duplicates(items=[])
    found = {
        row.other: Comparison.of(row.alike, row.likeness)
        for row in await warnings_of(session, dossier.project)
        if row.state is WarningState.open
    }
    rows = await _live(session, dossier.project.city, found)
    return Duplicates(
        items=_in_order([told(dossier.principal, row, found[row.id], dossier.today) for row in rows])
    )


def _in_order(items: list[Duplicate]) -> list[Duplicate]:
    """Put records in an order that only what everybody is told decides: any other would tell more."""
    order = sorted(
        items, key=lambda row: (row.first_talk_on, -row.likeness_from, row.origin, row.kind, row.protected)
    )
    return order[:MOST]


async def _live(session: AsyncSession, city: str, ids: Iterable[object]) -> list[Project]:
    """Return the projects of these ids that are not over."""
    query = select(Project).where(
        col(Project.city) == city,
        col(Project.id).in_(list(ids)),
        col(Project.state).not_in(FINAL_STATES),
    )
    return list(await session.scalars(query))


def _kind(found: Comparison) -> Literal["credit_code", "name", "similar_name"]:
    if found.alike is Alike.credit_code:
        return "credit_code"
    return "name" if found.verdict is Verdict.same else "similar_name"


def told(principal: Principal, row: Project, found: Comparison, today: date) -> Duplicate:
    """Write what somebody is told of another record."""
    nobody = frozenset[str]()
    full = view_of(principal, project_facts(row, proposed=nobody, revealed=nobody)) in FULL
    answer = Duplicate(
        kind=_kind(found),
        likeness_from=found.likeness // _STEP * 10,
        origin=row.origin,
        first_talk_on=row.first_talk_on or row.registered_on,
        protected=row.protected_until is not None and row.protected_until >= today,
    )
    if not full:
        return answer
    return answer.model_copy(
        update={
            "alike": found.alike,
            "registered_on": row.registered_on,
            "id": row.public_id,
            "code": row.code,
            "name": row.name,
            "investor_name": row.investor_name,
        }
    )
