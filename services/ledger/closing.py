"""Closing a year: the checks, the asking, and the closing by another person.

The months of a closed year are never opened again: what changes later is booked in an open month. A year that
was reopened (反关账) is closed again in the same way, by two people; its first close stays on record.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.statement import months_of
from auth.money import can_check, can_issue_statement
from auth.principal import Principal
from services.kit.errors import FieldError, SamePerson
from services.kit.events import record_event
from services.kit.known import next_known
from services.ledger.close_checks import checks, declared_months, live_statements
from services.ledger.drafting import step
from services.ledger.errors import (
    AlreadyDeclared,
    CloseBlocked,
    CloseNotRequested,
    NotForYou,
    ReasonMissing,
    WrongState,
)
from services.ledger.receipts import months_with_receipts, unmatched
from services.ledger.reopening import live_reopening, record_reopening
from services.ledger.reopening_words import ReopeningState
from services.ledger.runs import month_or_fail
from services.ledger.states import CloseState, PeriodState, StatementAction, StatementState
from services.ledger.tables import Period, ReceiptDeclaration, YearClose, YearReopening


async def request_close(
    session: AsyncSession, principal: Principal, year: int, today: date, *, list_unmatched: bool = False
) -> YearClose:
    """Ask for a year's close once every check holds. Another person closes it.

    Raises:
        NotForYou: the principal is not the city's finance.
        CloseBlocked: a check fails.
        WrongState: the year is closed, and not reopened.
    """
    if not can_issue_statement(principal):
        raise NotForYou
    found = await _held(session, principal.city, year)
    again = await _again(session, found)
    await _pass(session, principal, year, today, list_unmatched=list_unmatched)
    without = [row.ticket for row in await unmatched(session, principal.city) if row.paid_on.year == year]
    facts = {"unmatched": without, "listed": list_unmatched}
    if found is not None and again is not None:
        again.state, again.facts = ReopeningState.closing, facts
        again.close_asked_by, again.close_asked_name = principal.account, principal.name
        again.revision += 1
        await session.flush()
        await record_reopening(session, principal, again, "ledger.close_requested", facts)
        return found
    if found is None:
        found = YearClose(
            city=principal.city,
            year=year,
            state=CloseState.requested,
            requested_by=principal.account,
            requested_name=principal.name,
            facts=facts,
        )
        session.add(found)
    else:
        found.requested_by, found.requested_name, found.facts = principal.account, principal.name, facts
    await session.flush()
    await _record(session, principal, "ledger.close_requested", year, facts)
    return found


async def close_year(session: AsyncSession, principal: Principal, year: int, today: date) -> YearClose:
    """Close a year that another person asked to close: its months, and its statements.

    Raises:
        NotForYou: the principal is not the city's finance.
        CloseNotRequested: nobody asked.
        SamePerson: the one who asked cannot close.
        WrongState: the year is closed, and not reopened.
        CloseBlocked: a check fails by now.
    """
    if not can_issue_statement(principal):
        raise NotForYou
    city = principal.city
    found = await _held(session, city, year)
    again = await _again(session, found)
    if found is None or (again is not None and again.close_asked_by is None):
        raise CloseNotRequested
    if not can_check(principal, again.close_asked_by if again else found.requested_by):
        raise SamePerson
    watermark = await next_known(session, city)
    listed = bool((again or found).facts.get("listed"))
    await _pass(session, principal, year, today, list_unmatched=listed)
    for statement in await live_statements(session, city, year):
        if statement.state is not StatementState.closed:
            await step(session, principal, statement, StatementAction.close, StatementState.closed, today)
    if again is not None:
        again.state, again.closed_on, again.revision = ReopeningState.closed, today, again.revision + 1
        again.closed_by, again.closed_name = principal.account, principal.name
        await session.flush()
        await record_reopening(session, principal, again, "ledger.closed_again", {"watermark": watermark})
        return found
    now = datetime.now(UTC)
    await _close_months(session, city, str(year), watermark, now)
    found.state = CloseState.closed
    found.checked_by, found.checked_name, found.closed_at = principal.account, principal.name, now
    await session.flush()
    await _record(session, principal, "ledger.closed", year, {"watermark": watermark})
    return found


async def declare_nil(session: AsyncSession, principal: Principal, month: str, reason: str) -> None:
    """Declare that a month has no receipts.

    Raises:
        NotForYou: the principal is not the city's finance.
        NoPeriod: the text names no month.
        ReasonMissing: no reason is given.
        AlreadyDeclared: the month was declared, or has receipts.
    """
    if not can_issue_statement(principal):
        raise NotForYou
    month, reason = month_or_fail(month), reason.strip()
    if not reason:
        raise ReasonMissing
    city = principal.city
    if month in await months_with_receipts(session, city) | await declared_months(session, city):
        raise AlreadyDeclared(month=month)
    session.add(ReceiptDeclaration(city=city, month=month, reason=reason, by=principal.account))
    await session.flush()
    await _record(session, principal, "ledger.nil_declared", month, {"reason": reason})


async def closed_years(session: AsyncSession, city: str) -> list[int]:
    """The closed years, in order."""
    rows = await session.execute(
        select(col(YearClose.year))
        .where(col(YearClose.city) == city, col(YearClose.state) == CloseState.closed)
        .order_by(col(YearClose.year))
    )
    return list(rows.scalars())


async def close_of(session: AsyncSession, city: str, year: int) -> YearClose | None:
    """How far a year's close has come; None where nobody asked."""
    found: YearClose | None = await session.get(YearClose, {"city": city, "year": year})
    return found


async def _again(session: AsyncSession, found: YearClose | None) -> YearReopening | None:
    """The reopening under which a closed year is to be closed again; None for a year's first close.

    Raises:
        WrongState: the year is closed, and not reopened.
    """
    if found is None or found.state is not CloseState.closed:
        return None
    again = await live_reopening(session, found.city, found.year)
    if again is None or again.state is ReopeningState.requested:
        raise WrongState(state=found.state.value)
    return again


async def _pass(
    session: AsyncSession, principal: Principal, year: int, today: date, *, list_unmatched: bool
) -> None:
    failing = [
        FieldError(pointer=f"/{one.code}", code=one.code, detail=one.failing)
        for one in await checks(session, principal, year, today, list_unmatched=list_unmatched)
        if not one.ok
    ]
    if failing:
        raise CloseBlocked(errors=failing, year=year)


async def _held(session: AsyncSession, city: str, year: int) -> YearClose | None:
    rows = await session.execute(
        select(YearClose).where(col(YearClose.city) == city, col(YearClose.year) == year).with_for_update()
    )
    return rows.scalar_one_or_none()


async def _close_months(session: AsyncSession, city: str, period: str, watermark: int, now: datetime) -> None:
    """Open the months that had nothing, then close all twelve in their order."""
    for month in months_of(period):
        await session.execute(
            upsert(Period).on_conflict_do_nothing(index_elements=["city", "code"]),
            [{"city": city, "code": month, "state": PeriodState.open}],
        )
        found = await session.get_one(Period, {"city": city, "code": month}, with_for_update=True)
        found.state, found.watermark, found.closed_at = PeriodState.closed, watermark, now
        await session.flush()


async def _record(
    session: AsyncSession, principal: Principal, action: str, entity: int | str, after: dict[str, Any]
) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="year_close",
        entity_id=entity,
        after=after,
    )
