"""Making statements: of a month after its run, of a quarter or year when the city's finance prepares it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.canonical import sha256_of
from allocation.sharing.statement import months_of
from auth.money import can_issue_statement
from auth.principal import Principal
from services.kit.events import record_event
from services.kit.known import last_known
from services.kit.tables import uuid7
from services.ledger.calculation import calculate, read_knowledge
from services.ledger.errors import NoPeriod, NotComputed, NotForYou, PeriodNotEnded
from services.ledger.objections_repo import blocking, cases_of, end
from services.ledger.objections_words import Outcome
from services.ledger.restating import books_for, may_state, says_the_same
from services.ledger.runs import RunResult, run_month
from services.ledger.sheets import Books, body_of, last_day, read_books
from services.ledger.states import StatementAction, StatementKind, StatementState
from services.ledger.tables import Statement, StatementEvent

NUMBER_PREFIX = {StatementKind.month: "CS", StatementKind.quarter: "DZ", StatementKind.year: "JS"}
KIND_OF_LENGTH = {4: StatementKind.year, 6: StatementKind.quarter, 7: StatementKind.month}


def kind_of(period: str) -> StatementKind:
    """The kind of paper that a period has.

    Raises:
        NoPeriod: the text names no month, quarter or year.
    """
    try:
        months_of(period)
    except ValueError as error:
        raise NoPeriod from error
    return KIND_OF_LENGTH[len(period)]


async def compute_month(
    session: AsyncSession, principal: Principal, month: str, today: date
) -> tuple[RunResult, list[Statement]]:
    """Run a month and make every party's 测算单. Raises what `run_month` raises."""
    result = await run_month(session, principal, month, today)
    books = await read_books(session, result.knowledge, month)
    made = [
        await draw(session, principal, books, StatementKind.month, county, month, today)
        for county in books.parties(month)
    ]
    return result, made


async def prepare(session: AsyncSession, principal: Principal, period: str, today: date) -> list[Statement]:
    """Prepare (编制) the statements of all parties for a quarter or a year that is over.

    A county whose live statement already says the same keeps it; another gets a new version.

    Raises:
        NotForYou: the principal is not the city's finance.
        NoPeriod: the text names no quarter or year.
        PeriodNotEnded: the period is not over.
        NotReopened: the period is closed, and its year not reopened.
        NotComputed: something due is not booked yet; the period's last month must be computed first.
    """
    if not can_issue_statement(principal):
        raise NotForYou
    kind = kind_of(period)
    if kind is StatementKind.month:
        raise NoPeriod
    if today <= last_day(period):
        raise PeriodNotEnded(period=period)
    await may_state(session, principal.city, period)
    books = await settled_books(session, principal.city, period)
    return [
        await draw(session, principal, books, kind, county, period, today) for county in books.parties(period)
    ]


async def settled_books(session: AsyncSession, city: str, period: str) -> Books:
    """Read the books of a period once everything due in it is booked.

    Raises:
        NotComputed: something due is not booked yet.
    """
    known = await last_known(session, city)
    last = months_of(period)[-1]
    knowledge = await read_knowledge(session, city, known)
    if not (await calculate(session, knowledge, last)).settled:
        raise NotComputed(month=last)
    return await books_for(session, knowledge, period)


async def draw(
    session: AsyncSession,
    principal: Principal,
    books: Books,
    kind: StatementKind,
    county: str,
    period: str,
    today: date,
    *,
    force: bool = False,
    facts: dict[str, Any] | None = None,
) -> Statement:
    """Write a county's statement, or keep the live one where it says the same (unless forced).

    The live one is superseded by the new version, and so are the objections to it that are still open.
    """
    last = await last_statement(session, principal.city, kind, county, period)
    live = None if last is None or last.state is StatementState.superseded else last
    version = last.version + 1 if last else 1
    number = f"{NUMBER_PREFIX[kind]}-{county}-{period}"
    body = body_of(books, kind, county, period, number=number, version=version, made_on=today)
    if live is not None and not force and says_the_same(live.body, body):
        return live
    if live is not None:
        await step(session, principal, live, StatementAction.supersede, StatementState.superseded, today)
    year = kind is StatementKind.year
    statement = Statement(
        city=principal.city,
        id=uuid7(),
        kind=kind,
        county=county,
        period=period,
        version=version,
        number=number,
        state=StatementState.draft if year else StatementState.computed,
        revision=1,
        known=books.known,
        supersedes=live.id if live else None,
        body=body,
        body_sha256=sha256_of("statement", body),
        made_on=today,
    )
    session.add(statement)
    await session.flush()
    action = StatementAction.prepare if year else StatementAction.compute
    await _record(session, principal, statement, action, today, facts, before=None)
    if live is not None and year:
        left = blocking((await cases_of(session, [live]))[live.id])
        await end(session, principal, left, Outcome.replaced, "", today, successor=statement.id)
    return statement


async def step(
    session: AsyncSession,
    principal: Principal,
    statement: Statement,
    action: StatementAction,
    state: StatementState,
    today: date,
    facts: dict[str, Any] | None = None,
) -> None:
    """Move a statement and record who did it, on which content."""
    before = statement.state
    statement.state = state
    statement.revision += 1
    await _record(session, principal, statement, action, today, facts, before=before)


async def _record(
    session: AsyncSession,
    principal: Principal,
    statement: Statement,
    action: StatementAction,
    today: date,
    facts: dict[str, Any] | None,
    *,
    before: StatementState | None,
) -> None:
    """Write the event of a step and its audit row."""
    session.add(
        StatementEvent(
            city=statement.city,
            id=uuid7(),
            statement=statement.id,
            seq=statement.revision,
            action=action,
            by=principal.account,
            by_name=principal.name,
            office=principal.office,
            on_date=today,
            body_sha256=statement.body_sha256,
            facts=facts or {},
        )
    )
    await record_event(
        session,
        statement.city,
        actor=principal,
        action=f"ledger.statement_{action.value}",
        entity="statement",
        entity_id=statement.id,
        before={"state": before.value} if before else {},
        after={"state": statement.state.value, "number": statement.number, "sha256": statement.body_sha256},
    )


async def last_statement(
    session: AsyncSession, city: str, kind: StatementKind, county: str, period: str
) -> Statement | None:
    """The newest version of a county's statement of a period, held for this transaction."""
    rows = await session.execute(
        select(Statement)
        .where(
            col(Statement.city) == city,
            col(Statement.kind) == kind,
            col(Statement.county) == county,
            col(Statement.period) == period,
        )
        .order_by(col(Statement.version).desc())
        .limit(1)
        .with_for_update()
    )
    return rows.scalar_one_or_none()


async def events_of(session: AsyncSession, city: str, statement: UUID) -> Sequence[StatementEvent]:
    """A statement's steps, in their order."""
    rows = await session.execute(
        select(StatementEvent)
        .where(col(StatementEvent.city) == city, col(StatementEvent.statement) == statement)
        .order_by(col(StatementEvent.seq))
    )
    return rows.scalars().all()
