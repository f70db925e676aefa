"""Statements as people read them: lists, one with its steps and actions, the facts that a paper prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal, Role
from services.kit.pagination import Page, decode_cursor, encode_cursor, page_of
from services.ledger.drafting import events_of
from services.ledger.errors import NoSuchStatement
from services.ledger.objections_repo import Case, cases_of
from services.ledger.objections_schemas import ObjectionView
from services.ledger.schemas import EventView, StatementSummary, StatementView
from services.ledger.states import StatementAction, StatementKind, StatementState
from services.ledger.steps import allowed
from services.ledger.tables import Statement, StatementEvent
from services.ledger.visibility import visible_to

CONFIRMATIONS = (StatementAction.confirm, StatementAction.confirm_by_rule)
"""The steps by which a statement is confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to.

    None means all. Superseded versions are shown only when asked for by state.
    """

    kind: StatementKind | None = None
    period: str | None = None
    county: str | None = None
    state: StatementState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """Everything a printed statement needs, as plain facts; what the reader may not see is blanked.

    `body` is the frozen content, `check_code` the beginning of its hash. The four hands and the
    confirmation are (name, date) pairs, None where the step has not been taken.
    """

    id: UUID
    kind: StatementKind
    number: str
    version: int
    state: StatementState
    county: str
    period: str
    known: int
    made_on: date
    sha256: str
    check_code: str
    body: dict[str, Any]
    prepared: tuple[str, date] | None
    checked: tuple[str, date] | None
    reviewed: tuple[str, date] | None
    approved: tuple[str, date] | None
    confirmed: tuple[str, date] | None
    reserved: tuple[dict[str, Any], ...]


def summary(statement: Statement) -> StatementSummary:
    """A statement as a list shows it."""
    return StatementSummary(
        id=statement.id,
        number=statement.number,
        kind=statement.kind,
        county=statement.county,
        county_name=statement.body["county_name"],
        period=statement.period,
        version=statement.version,
        state=statement.state,
        revision=statement.revision,
        known=statement.known,
        made_on=statement.made_on,
        up_fen=statement.body["up_fen"],
        down_fen=statement.body["down_fen"],
        net_fen=statement.body["net_fen"],
        sha256=statement.body_sha256,
    )


def shown_body(principal: Principal, body: dict[str, Any]) -> dict[str, Any]:
    """The content as this person may see it.

    an auditor reads no project's name, for it contains the firm's.
    """
    if principal.role is not Role.auditor:
        return body
    shown = body | {"lines": [line | {"project_name": ""} for line in body["lines"]]}
    if "outside" in body:
        away = body["outside"]
        shown["outside"] = away | {"lines": [line | {"project_name": ""} for line in away["lines"]]}
    return shown


async def statement_page(
    session: AsyncSession,
    principal: Principal,
    secret: str,
    filters: Filters,
    *,
    limit: int,
    cursor: str | None,
) -> Page[StatementSummary]:
    """One page of the statements that a person may know of, newest period first."""
    query = visible_to(principal, select(Statement))
    if filters.kind is not None:
        query = query.where(col(Statement.kind) == filters.kind)
    if filters.period is not None:
        query = query.where(col(Statement.period) == filters.period)
    if filters.county is not None:
        query = query.where(col(Statement.county) == filters.county)
    if filters.state is None:
        query = query.where(col(Statement.state) != StatementState.superseded)
    else:
        query = query.where(col(Statement.state) == filters.state)
    place = tuple_(col(Statement.period), col(Statement.number), col(Statement.version))
    bound = f"statements:{principal.city}:{principal.account}:{filters}"
    if cursor is not None:
        query = query.where(place < tuple(decode_cursor(secret, bound, cursor)))
    query = query.order_by(
        col(Statement.period).desc(), col(Statement.number).desc(), col(Statement.version).desc()
    )
    rows = (await session.execute(query.limit(limit + 1))).scalars().all()
    return page_of(
        rows,
        limit,
        item=summary,
        cursor=lambda row: encode_cursor(secret, bound, [row.period, row.number, row.version]),
    )


async def find(session: AsyncSession, principal: Principal, number: UUID) -> Statement:
    """One statement.

    Raises:
        NoSuchStatement: there is none that this person may know of.
    """
    rows = await session.execute(visible_to(principal, select(Statement)).where(col(Statement.id) == number))
    statement: Statement | None = rows.scalar_one_or_none()
    if statement is None:
        raise NoSuchStatement
    return statement


async def view(session: AsyncSession, principal: Principal, statement: Statement) -> StatementView:
    """One statement with its steps, its objections and what the person may do."""
    events = await events_of(session, principal.city, statement.id)
    cases = (await cases_of(session, [statement]))[statement.id]
    return StatementView(
        **summary(statement).model_dump(),
        supersedes=statement.supersedes,
        body=shown_body(principal, statement.body),
        events=[event_view(event) for event in events],
        objections=[objection_view(case, statement) for case in cases],
        actions=allowed(statement, events, principal),
    )


def event_view(event: StatementEvent) -> EventView:
    """One step."""
    return EventView(
        action=event.action,
        by_name=event.by_name,
        office=event.office,
        on=event.on_date,
        at=event.at,
        facts=event.facts,
    )


async def statement_sheet(session: AsyncSession, principal: Principal, number: UUID) -> SheetFacts:
    """Everything to print of a statement.

    Raises:
        NoSuchStatement: there is none that this person may know of.
    """
    statement = await find(session, principal, number)
    events = await events_of(session, principal.city, number)
    cases = (await cases_of(session, [statement]))[number]
    return SheetFacts(
        id=statement.id,
        kind=statement.kind,
        number=statement.number,
        version=statement.version,
        state=statement.state,
        county=statement.county,
        period=statement.period,
        known=statement.known,
        made_on=statement.made_on,
        sha256=statement.body_sha256,
        check_code=statement.body_sha256[:16],
        body=shown_body(principal, statement.body),
        prepared=_who(events, StatementAction.prepare),
        checked=_who(events, StatementAction.check),
        reviewed=_who(events, StatementAction.review),
        approved=_who(events, StatementAction.approve),
        confirmed=_who(events, *CONFIRMATIONS),
        reserved=tuple(reservations(statement, events, cases)),
    )


def objection_view(case: Case, statement: Statement) -> ObjectionView:
    """An objection as it concerns a version of the statement."""
    record, answer, line = case.record, case.answer, case.line_in(statement.body)
    return ObjectionView(
        id=record.id,
        kind=record.kind,
        version=case.version,
        line=line or None,
        gone=line is None,
        reserved=record.reserved,
        holds=case.holds(statement),
        expected_fen=record.expected_fen,
        reason=record.reason,
        by_name=record.by_name,
        office=record.office,
        on=record.on_date,
        open=case.open,
        outcome=answer.outcome if answer else None,
        answer=answer.reason if answer else "",
        agreed_fen=answer.agreed_fen if answer else None,
        answered_by=answer.by_name if answer else "",
        answered_on=answer.on_date if answer else None,
    )


def reservations(
    statement: Statement, events: Sequence[StatementEvent], cases: Sequence[Case]
) -> list[dict[str, Any]]:
    """The reservations (存疑) that the paper shows: those that stood when the county confirmed it.

    Until then, those that stand now. What is resolved after the confirmation stays on the paper that was
    sealed; the page and the API show how it ended.
    """
    confirmed = [event.at for event in events if event.action in CONFIRMATIONS]
    found = []
    for case in cases:
        line = case.line_in(statement.body)
        later = case.answer is not None and bool(confirmed) and case.answer.at > confirmed[-1]
        if line is not None and case.record.reserved and (later or case.holds(statement)):
            expected = case.record.expected_fen
            found.append({"line": line or None, "reason": case.record.reason, "expected_fen": expected})
    return found


def _who(events: Sequence[StatementEvent], *actions: StatementAction) -> tuple[str, date] | None:
    taken = [event for event in events if event.action in actions]
    return (taken[-1].by_name, taken[-1].on_date) if taken else None
