"""The steps of a statement: check, review, approve, confirm, object, uphold, reissue; and who may do which.

编制, 复核, 审核 and 批准 are done by four people of the city's finance. A county confirms its own statement
by naming its content's hash, or objects to a line or to all of it. An objection with reservation (存疑)
blocks nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.policy import can_check, can_confirm_statement, can_issue_statement
from auth.principal import Principal
from services.kit.errors import SamePerson, Stale
from services.ledger.drafting import draw, events_of, settled_books, step
from services.ledger.errors import (
    NoLine,
    NoSuchStatement,
    NotForYou,
    OtherContent,
    ReasonMissing,
    WrongState,
)
from services.ledger.states import StatementAction, StatementKind, StatementState
from services.ledger.tables import Statement, StatementEvent
from services.ledger.visibility import visible_to

MAX_REASON = 500

NEXT: Final = MappingProxyType(
    {
        StatementAction.check: (StatementState.draft, StatementState.checked),
        StatementAction.review: (StatementState.checked, StatementState.reviewed),
        StatementAction.approve: (StatementState.reviewed, StatementState.issued),
    }
)
"""The office's steps after preparing: from which state, to which."""

HANDS: Final = (
    StatementAction.prepare,
    StatementAction.check,
    StatementAction.review,
    StatementAction.approve,
)
"""The four steps that four people do."""

ANSWERABLE: Final = frozenset({StatementState.issued, StatementState.disputed})


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What a county holds against its statement: one line, or all of it where `line` is None."""

    reason: str
    line: int | None = None
    reserved: bool = False
    expected_fen: int | None = None


def allowed(
    statement: Statement, events: Sequence[StatementEvent], principal: Principal
) -> list[StatementAction]:
    """The steps that this person may take now: what pages and the API both offer."""
    found = []
    for action, (state, _) in NEXT.items():
        if statement.state is state and _may_hand(principal, events):
            found.append(action)
    if statement.kind is StatementKind.year and can_confirm_statement(principal, statement.county):
        if statement.state is StatementState.issued:
            found.append(StatementAction.confirm)
        if statement.state in ANSWERABLE:
            found.append(StatementAction.object)
    if statement.state is StatementState.disputed and can_issue_statement(principal):
        found += [StatementAction.uphold, StatementAction.reissue]
    return found


def _hands(events: Sequence[StatementEvent]) -> set[UUID]:
    """Those who took one of the four steps."""
    return {event.by for event in events if event.action in HANDS}


def _may_hand(principal: Principal, events: Sequence[StatementEvent]) -> bool:
    return can_issue_statement(principal) and all(can_check(principal, by) for by in _hands(events))


async def advance(
    session: AsyncSession, principal: Principal, number: UUID, action: StatementAction, today: date, seen: int
) -> Statement:
    """Take one of the office's steps: 复核, 审核, 批准签发.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: the statement is not at this step.
        SamePerson: this person took an earlier step.
    """
    statement = await take(session, principal, number, seen)
    if not can_issue_statement(principal):
        raise NotForYou
    before, after = NEXT[action]
    if statement.state is not before:
        raise WrongState(state=statement.state.value)
    if not _may_hand(principal, await events_of(session, principal.city, number)):
        raise SamePerson
    await step(session, principal, statement, action, after, today)
    return statement


async def confirm(
    session: AsyncSession,
    principal: Principal,
    number: UUID,
    sha256: str,
    today: date,
    seen: int,
    scan_sha256: str | None = None,
) -> Statement:
    """Confirm a county's year statement by the hash of its content.

    Args:
        session: the request's transaction.
        principal: the county's finance or leader.
        number: the statement.
        sha256: the hash of the content that is confirmed.
        today: the business date.
        seen: the revision that the person saw.
        scan_sha256: the hash of the sealed scan (盖章扫描件), where there is one.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: the statement is not issued, or an objection is open.
        OtherContent: the hash is not the statement's.
    """
    statement = await take(session, principal, number, seen)
    if not can_confirm_statement(principal, statement.county):
        raise NotForYou
    if statement.state is not StatementState.issued:
        raise WrongState(state=statement.state.value)
    if sha256 != statement.body_sha256:
        raise OtherContent
    facts = {"scan_sha256": scan_sha256} if scan_sha256 else {}
    await step(session, principal, statement, StatementAction.confirm, StatementState.confirmed, today, facts)
    return statement


async def object_to(
    session: AsyncSession, principal: Principal, number: UUID, objection: Objection, today: date, seen: int
) -> Statement:
    """Object to a line or to the whole. With reservation the state stays; without, the statement is disputed.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: the statement is not issued.
        NoLine: the statement has no such line.
        ReasonMissing: no reason is given.
    """
    statement = await take(session, principal, number, seen)
    if not can_confirm_statement(principal, statement.county):
        raise NotForYou
    if statement.state not in ANSWERABLE:
        raise WrongState(state=statement.state.value)
    if objection.line is not None and not 1 <= objection.line <= len(statement.body["lines"]):
        raise NoLine(line=objection.line)
    facts = {
        "line": objection.line,
        "reserved": objection.reserved,
        "expected_fen": objection.expected_fen,
        "reason": _reason(objection.reason),
    }
    state = statement.state if objection.reserved else StatementState.disputed
    await step(session, principal, statement, StatementAction.object, state, today, facts)
    return statement


async def uphold(
    session: AsyncSession, principal: Principal, number: UUID, reason: str, today: date, seen: int
) -> Statement:
    """Answer the open objections with a reason and leave the statement as it is (维持).

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: there is no open objection.
        ReasonMissing: no reason is given.
    """
    statement = await _disputed(session, principal, number, seen)
    facts = {"reason": _reason(reason)}
    await step(session, principal, statement, StatementAction.uphold, StatementState.issued, today, facts)
    return statement


async def reissue(
    session: AsyncSession, principal: Principal, number: UUID, reason: str, today: date, seen: int
) -> Statement:
    """Answer the open objections with a new version, which takes the four steps again.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: there is no open objection.
        NotComputed: the period's last month must be computed first.
        ReasonMissing: no reason is given.
    """
    statement = await _disputed(session, principal, number, seen)
    facts = {"reason": _reason(reason)}
    books = await settled_books(session, principal.city, statement.period)
    await step(session, principal, statement, StatementAction.reissue, statement.state, today, facts)
    return await draw(
        session,
        principal,
        books,
        statement.kind,
        statement.county,
        statement.period,
        today,
        force=True,
        facts=facts,
    )


async def take(session: AsyncSession, principal: Principal, number: UUID, seen: int) -> Statement:
    """Hold a statement for a step.

    Raises:
        NoSuchStatement: there is none that this person may know of.
        Stale: it moved on since the person saw it.
    """
    rows = await session.execute(
        visible_to(principal, select(Statement)).where(col(Statement.id) == number).with_for_update()
    )
    statement: Statement | None = rows.scalar_one_or_none()
    if statement is None:
        raise NoSuchStatement
    if statement.revision != seen:
        raise Stale
    return statement


async def _disputed(session: AsyncSession, principal: Principal, number: UUID, seen: int) -> Statement:
    statement = await take(session, principal, number, seen)
    if not can_issue_statement(principal):
        raise NotForYou
    if statement.state is not StatementState.disputed:
        raise WrongState(state=statement.state.value)
    return statement


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > MAX_REASON:
        raise ReasonMissing
    return reason


def reservations(events: Sequence[StatementEvent]) -> list[dict[str, Any]]:
    """The objections with reservation, which stay on the paper."""
    return [
        event.facts
        for event in events
        if event.action is StatementAction.object and event.facts.get("reserved")
    ]
