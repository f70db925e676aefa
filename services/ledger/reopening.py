"""反关账: a closed year opened again by two people, so that its papers may have a next version.

No month opens: a closed month is never booked in. What changed is booked in an open month and names its own;
while the year is reopened its statements take it up as a next version, which goes through all hands, is
confirmed and closed again. Years are reopened from the newest back and closed again from the oldest on.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_check, can_issue_statement
from auth.principal import Principal
from services.kit.errors import SamePerson, Stale
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.ledger.drafting import step
from services.ledger.errors import NotForYou, ReasonMissing
from services.ledger.reopening_errors import (
    AlreadyReopened,
    LaterYearClosed,
    NoSuchReopening,
    ReopeningStep,
    YearNotClosed,
)
from services.ledger.reopening_words import LIVE, REOPENED, ReopeningReason, ReopeningState
from services.ledger.states import CloseState, StatementAction, StatementKind, StatementState
from services.ledger.tables import Statement, YearClose, YearReopening

MAX_WORDS = 500


async def request_reopening(
    session: AsyncSession,
    principal: Principal,
    year: int,
    reason: ReopeningReason,
    words: str,
    document_no: str,
    today: date,
) -> YearReopening:
    """Ask for a closed year to be opened again. Another person allows it.

    Args:
        session: the request's transaction.
        principal: one of the city's finance.
        year: the closed year.
        reason: why, of the closed list.
        words: why, in words.
        document_no: the number of the document that asks for it.
        today: the business date.

    Raises:
        NotForYou: the principal is not the city's finance.
        ReasonMissing: words or document are missing.
        YearNotClosed, AlreadyReopened, LaterYearClosed: the year cannot be reopened.
    """
    if not can_issue_statement(principal):
        raise NotForYou
    words, document_no = words.strip(), document_no.strip()
    if not words or not document_no or max(len(words), len(document_no)) > MAX_WORDS:
        raise ReasonMissing
    await _closed_year(session, principal.city, year)
    if await live_reopening(session, principal.city, year) is not None:
        raise AlreadyReopened(year=year)
    found = YearReopening(
        city=principal.city,
        id=uuid7(),
        year=year,
        state=ReopeningState.requested,
        revision=1,
        reason=reason,
        words=words,
        document_no=document_no,
        requested_by=principal.account,
        requested_name=principal.name,
        requested_on=today,
        facts={},
    )
    session.add(found)
    await session.flush()
    await record_reopening(session, principal, found, "ledger.reopening_requested")
    return found


async def approve_reopening(
    session: AsyncSession, principal: Principal, year: int, number: UUID, today: date, seen: int
) -> YearReopening:
    """Allow what another person asked for: the year's papers may have a next version from now on.

    Raises:
        NotForYou, NoSuchReopening, Stale: as for every step.
        ReopeningStep: it is decided.
        SamePerson: the one who asked cannot allow it.
        LaterYearClosed: a later year is closed.
    """
    found = await _taken(session, principal, year, number, seen)
    found.state, found.decision = ReopeningState.open, ""
    _decide(found, principal, today)
    await session.flush()
    facts = {"reason": found.words, "document_no": found.document_no, "reopening": str(found.id)}
    for statement in await _closed_statements(session, principal.city, year):
        await step(session, principal, statement, StatementAction.reopen, statement.state, today, facts)
    await record_reopening(session, principal, found, "ledger.reopened")
    return found


async def refuse_reopening(
    session: AsyncSession,
    principal: Principal,
    year: int,
    number: UUID,
    words: str,
    today: date,
    seen: int,
) -> YearReopening:
    """Refuse what another person asked for, with a reason.

    Raises:
        NotForYou, NoSuchReopening, Stale, ReopeningStep, SamePerson: as for allowing it.
        ReasonMissing: no reason is given.
    """
    if not words.strip() or len(words.strip()) > MAX_WORDS:
        raise ReasonMissing
    found = await _taken(session, principal, year, number, seen)
    found.state, found.decision = ReopeningState.refused, words.strip()
    _decide(found, principal, today)
    await session.flush()
    await record_reopening(session, principal, found, "ledger.reopening_refused")
    return found


def _decide(found: YearReopening, principal: Principal, today: date) -> None:
    found.decided_by, found.decided_name, found.decided_on = principal.account, principal.name, today
    found.revision += 1


async def live_reopening(session: AsyncSession, city: str, year: int) -> YearReopening | None:
    """The reopening of a year that is asked for or open, held for this transaction."""
    rows = await session.execute(
        select(YearReopening)
        .where(
            col(YearReopening.city) == city,
            col(YearReopening.year) == year,
            col(YearReopening.state).in_(LIVE),
        )
        .with_for_update()
    )
    return rows.scalar_one_or_none()


async def reopenings_of(session: AsyncSession, city: str, year: int | None = None) -> Sequence[YearReopening]:
    """The reopenings of a year, or of all years, newest first."""
    query = select(YearReopening).where(col(YearReopening.city) == city)
    if year is not None:
        query = query.where(col(YearReopening.year) == year)
    rows = await session.execute(query.order_by(col(YearReopening.at).desc()))
    return rows.scalars().all()


def may_decide(principal: Principal, found: YearReopening) -> bool:
    """Whether this person may allow or refuse a reopening."""
    return found.state is ReopeningState.requested and can_check(principal, found.requested_by)


async def _taken(
    session: AsyncSession, principal: Principal, year: int, number: UUID, seen: int
) -> YearReopening:
    """Hold a year and its reopening for a decision."""
    if not can_issue_statement(principal):
        raise NotForYou
    rows = await session.execute(
        select(YearReopening).where(
            col(YearReopening.city) == principal.city,
            col(YearReopening.year) == year,
            col(YearReopening.id) == number,
        )
    )
    found: YearReopening | None = rows.scalar_one_or_none()
    if found is None:
        raise NoSuchReopening
    await _closed_year(session, principal.city, year)
    await session.refresh(found, with_for_update=True)
    if found.state is not ReopeningState.requested:
        raise ReopeningStep(state=found.state.value)
    if found.revision != seen:
        raise Stale
    if not can_check(principal, found.requested_by):
        raise SamePerson
    return found


async def _closed_year(session: AsyncSession, city: str, year: int) -> None:
    """Hold a year that is closed, and upon which no later year is closed.

    Raises:
        YearNotClosed: it is not closed.
        LaterYearClosed: a later year is, and is not reopened.
    """
    rows = await session.execute(
        select(YearClose)
        .where(col(YearClose.city) == city, col(YearClose.year) >= year)
        .order_by(col(YearClose.year))
        .with_for_update()
    )
    closed = {one.year for one in rows.scalars() if one.state is CloseState.closed}
    if year not in closed:
        raise YearNotClosed(year=year)
    later = sorted(closed - {year} - await reopened_years(session, city))
    if later:
        raise LaterYearClosed(year=later[-1])


async def reopened_years(session: AsyncSession, city: str) -> set[int]:
    """The years that are reopened and not closed again."""
    rows = await session.execute(
        select(col(YearReopening.year)).where(
            col(YearReopening.city) == city, col(YearReopening.state).in_(REOPENED)
        )
    )
    return set(rows.scalars())


async def _closed_statements(session: AsyncSession, city: str, year: int) -> Sequence[Statement]:
    rows = await session.execute(
        select(Statement)
        .where(
            col(Statement.city) == city,
            col(Statement.kind) == StatementKind.year,
            col(Statement.period) == str(year),
            col(Statement.state) == StatementState.closed,
        )
        .order_by(col(Statement.county))
        .with_for_update()
    )
    return rows.scalars().all()


async def record_reopening(
    session: AsyncSession,
    principal: Principal,
    found: YearReopening,
    action: str,
    more: dict[str, Any] | None = None,
) -> None:
    """Write the audit row of a reopening's step."""
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="year_reopening",
        entity_id=found.id,
        after={
            "year": found.year,
            "state": found.state.value,
            "reason": found.reason.value,
            "words": found.words,
            "document_no": found.document_no,
        }
        | (more or {}),
    )
