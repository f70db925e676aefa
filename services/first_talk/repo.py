"""Reads and writes of cases. Every read names the city; what a person may know of starts at `visible_to`."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.first_talk import can_conduct
from auth.policy import COUNTY_HANDS
from auth.principal import Principal
from services.first_talk.errors import NoSuchCase
from services.first_talk.tables import Case, CaseEvent, CaseParty, CaseStatement, Ruling, RulingSaid
from services.first_talk.words import CaseAction, CaseState
from services.kit.errors import Stale
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.projects.tables import Project


def visible_to(principal: Principal) -> Select[Case]:
    """Select the cases that somebody may know of: `auth.first_talk.can_see_case` as a condition.

    A county that did not ask for a case learns of it when the city opens it.
    """
    query = select(Case).where(col(Case.city) == principal.city)
    if can_conduct(principal):
        return query
    if principal.role not in COUNTY_HANDS:
        return query.where(false())
    party = exists().where(
        col(CaseParty.city) == col(Case.city),
        col(CaseParty.case_id) == col(Case.id),
        col(CaseParty.county) == principal.county,
    )
    opened = or_(col(Case.admitted_on).is_not(None), col(Case.filed_county) == principal.county)
    return query.where(party, opened)


async def find_case(
    session: AsyncSession, principal: Principal, key: UUID, *, seen: int | None = None, hold: bool = False
) -> Case:
    """Return a case, held for a step where asked.

    Raises:
        NoSuchCase: none that this person may know of.
        Stale: somebody moved it since revision `seen`.
    """
    query = visible_to(principal).where(col(Case.id) == key)
    found = (
        await session.scalars(
            query.with_for_update() if hold else query, execution_options={"populate_existing": True}
        )
    ).one_or_none()
    if found is None:
        raise NoSuchCase
    if seen is not None and seen != found.revision:
        raise Stale
    return found


async def parties_of(session: AsyncSession, case: Case) -> list[tuple[CaseParty, Project]]:
    """Return the sides of a case with their leads, in order."""
    rows = await session.execute(
        select(CaseParty, Project)
        .join(
            Project,
            (col(Project.city) == col(CaseParty.city)) & (col(Project.id) == col(CaseParty.project)),
        )
        .where(col(CaseParty.city) == case.city, col(CaseParty.case_id) == case.id)
        .order_by(col(CaseParty.seq))
    )
    return [(party, project) for party, project in rows.all()]


async def statements_of(session: AsyncSession, case: Case) -> Sequence[CaseStatement]:
    """Return all statements of a case, earliest first."""
    query = (
        select(CaseStatement)
        .where(col(CaseStatement.city) == case.city, col(CaseStatement.case_id) == case.id)
        .order_by(col(CaseStatement.at), col(CaseStatement.id))
    )
    return (await session.scalars(query)).all()


async def events_of(session: AsyncSession, case: Case) -> Sequence[CaseEvent]:
    """Return the steps of a case in order."""
    query = (
        select(CaseEvent)
        .where(col(CaseEvent.city) == case.city, col(CaseEvent.case_id) == case.id)
        .order_by(col(CaseEvent.seq))
    )
    return (await session.scalars(query)).all()


async def rulings_of(session: AsyncSession, case: Case) -> list[tuple[Ruling, RulingSaid | None]]:
    """Return the rulings written in a case with the second person's word, in the order they were written."""
    rows = await session.execute(
        select(Ruling, RulingSaid)
        .outerjoin(
            RulingSaid,
            (col(RulingSaid.city) == col(Ruling.city)) & (col(RulingSaid.ruling) == col(Ruling.id)),
        )
        .where(col(Ruling.city) == case.city, col(Ruling.case_id) == case.id)
        .order_by(col(Ruling.at), col(Ruling.id))
    )
    return [(ruling, said) for ruling, said in rows.all()]


async def waiting_ruling(session: AsyncSession, case: Case) -> Ruling | None:
    """Return the ruling that waits for its second person."""
    return next((ruling for ruling, said in await rulings_of(session, case) if said is None), None)


async def write_step(
    session: AsyncSession,
    principal: Principal,
    case: Case,
    action: CaseAction,
    today: date,
    *,
    party: int | None = None,
    facts: dict[str, Any] | None = None,
) -> CaseEvent:
    """Write a step of a held case and its audit row, and count the case's revision up."""
    case.revision += 1
    last = await session.scalar(
        select(func.coalesce(func.max(col(CaseEvent.seq)), 0)).where(
            col(CaseEvent.city) == case.city, col(CaseEvent.case_id) == case.id
        )
    )
    event = CaseEvent(
        city=case.city,
        id=uuid7(),
        case_id=case.id,
        seq=int(last or 0) + 1,
        action=action,
        party=party,
        facts=facts or {},
        by=principal.account,
        by_name=principal.name,
        office=principal.office,
        on_date=today,
    )
    session.add(event)
    await session.flush()
    await record_event(
        session,
        case.city,
        actor=principal,
        action=f"first_talk.{action.value}",
        entity="first_talk_case",
        entity_id=case.id,
        before={},
        after={"state": case.state.value, "number": case.number},
    )
    return event


async def next_seq(session: AsyncSession, city: str, year: int) -> int:
    """Return the next number of a year's cases; two cases at once wait for each other."""
    lock = f"first talk {city} {year}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lock, 0))))
    last = await session.scalar(
        select(func.max(col(Case.seq))).where(col(Case.city) == city, col(Case.year) == year)
    )
    return int(last or 0) + 1


async def open_cases_of(session: AsyncSession, city: str, projects: Sequence[UUID]) -> set[UUID]:
    """Return which of some leads are in an open case."""
    rows = await session.scalars(
        select(col(CaseParty.project)).where(
            col(CaseParty.city) == city, col(CaseParty.project).in_(projects), col(CaseParty.is_open)
        )
    )
    return set(rows)


async def cases_of(
    session: AsyncSession, principal: Principal, *, most: int = 200, only_open: bool = False
) -> Sequence[Case]:
    """Return the cases that somebody may know of: open ones first, then newest first."""
    query = visible_to(principal)
    if only_open:
        query = query.where(col(Case.closed_on).is_(None))
    query = query.order_by(
        col(Case.state).in_([CaseState.filed, CaseState.open]).desc(),
        col(Case.year).desc(),
        col(Case.seq).desc(),
    )
    return (await session.scalars(query.limit(most))).all()
