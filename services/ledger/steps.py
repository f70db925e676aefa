"""The steps of a statement from its check to its confirmation; and who may do which.

编制, 复核, 审核 and 批准 are done by four people of the city's finance. A county confirms its own statement
by naming its content's hash; where a dated rule of the city takes silence for consent, somebody of the city's
finance may record that, and no timer does. Objections stand in modules of their own.
"""

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_check, can_confirm_statement, can_issue_statement
from auth.principal import Principal
from services.kit.errors import SamePerson, Stale
from services.ledger.drafting import events_of, step
from services.ledger.errors import NoSuchStatement, NotForYou, OtherContent, ReasonMissing, WrongState
from services.ledger.objections_errors import NoConsentByRule, OtherScan
from services.ledger.objections_repo import standing_scan
from services.ledger.statement_clocks import Settings, asked_to_reject, wait_of
from services.ledger.states import StatementAction, StatementKind, StatementState
from services.ledger.tables import Statement, StatementEvent
from services.ledger.visibility import visible_to

MAX_REASON = 500
CHECK_CODE = 16
"""The check code is so many digits of the content's hash."""

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
"""The states in which a county may object."""

REJECTABLE: Final = frozenset({StatementState.issued, StatementState.confirmed})
"""The states in which the issuer may ask for a rejection, and the county follow."""


def allowed(
    statement: Statement, events: Sequence[StatementEvent], principal: Principal
) -> list[StatementAction]:
    """The steps that this person may take now: what pages and the API both offer."""
    found = []
    for action, (state, _) in NEXT.items():
        if statement.state is state and _may_hand(principal, events):
            found.append(action)
    if statement.kind is StatementKind.year:
        found += _answers(statement, events, principal)
    return found


def _answers(
    statement: Statement, events: Sequence[StatementEvent], principal: Principal
) -> list[StatementAction]:
    """What follows the issue: the county's steps and the office's answers."""
    found = []
    asked = statement.state in REJECTABLE and asked_to_reject(events) is not None
    if can_confirm_statement(principal, statement.county):
        if asked:
            found.append(StatementAction.reject)
        if statement.state is StatementState.issued:
            found.append(StatementAction.confirm)
        if statement.state in ANSWERABLE:
            found.append(StatementAction.object)
    if can_issue_statement(principal):
        if statement.state is StatementState.disputed:
            erred = any(event.action is StatementAction.reject for event in events)
            found += [StatementAction.reissue] if erred else [StatementAction.uphold, StatementAction.reissue]
        if statement.state in REJECTABLE and not asked:
            found.append(StatementAction.ask_reject)
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

    The sealed scan that stands for the statement is named in the step, with the check code.

    Args:
        session: the request's transaction.
        principal: the county's finance or leader.
        number: the statement.
        sha256: the hash of the content that is confirmed.
        today: the business date.
        seen: the revision that the person saw.
        scan_sha256: the hash of the sealed scan (盖章扫描件), where the person names it.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: the statement is not issued, or an objection is open.
        OtherContent: the hash is not the statement's.
        OtherScan: the scan named is not the one that stands for the statement.
    """
    statement = await take(session, principal, number, seen)
    if not can_confirm_statement(principal, statement.county):
        raise NotForYou
    if statement.state is not StatementState.issued:
        raise WrongState(state=statement.state.value)
    if sha256 != statement.body_sha256:
        raise OtherContent
    scan = await standing_scan(session, statement)
    if scan_sha256 is not None and (scan is None or scan.scan_sha256 != scan_sha256):
        raise OtherScan
    facts = {"check_code": statement.body_sha256[:CHECK_CODE]}
    if scan is not None:
        facts["scan_sha256"] = scan.scan_sha256
    await step(session, principal, statement, StatementAction.confirm, StatementState.confirmed, today, facts)
    return statement


async def may_consent(session: AsyncSession, principal: Principal, statement: Statement, today: date) -> bool:
    """Whether this person may record the county's silence as consent today."""
    events = await events_of(session, principal.city, statement.id)
    wait = await wait_of(Settings(session, principal.city), statement, events, (), today)
    return (
        can_issue_statement(principal)
        and statement.state is StatementState.issued
        and wait is not None
        and wait.silence_is_consent
        and wait.due.overdue
    )


async def confirm_by_rule(
    session: AsyncSession, principal: Principal, number: UUID, today: date, seen: int
) -> Statement:
    """Record a county's silence as consent, where the city's dated rule says so and the time is up.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: the statement is not issued, or an objection is open.
        NoConsentByRule: no such rule was in force when the time began, or it is not up.
        SamePerson: the one who approved the statement does not take its silence for consent.
    """
    statement = await take(session, principal, number, seen)
    if not can_issue_statement(principal):
        raise NotForYou
    if statement.state is not StatementState.issued:
        raise WrongState(state=statement.state.value)
    events = await events_of(session, principal.city, number)
    wait = await wait_of(Settings(session, principal.city), statement, events, (), today)
    if wait is None or not wait.silence_is_consent or not wait.due.overdue:
        raise NoConsentByRule
    if not all(can_check(principal, event.by) for event in events if event.action is StatementAction.approve):
        raise SamePerson
    facts = {
        "rule": "silence_is_consent",
        "since": wait.since.isoformat(),
        "due_on": wait.due.on.isoformat(),
        "check_code": statement.body_sha256[:CHECK_CODE],
    }
    action = StatementAction.confirm_by_rule
    await step(session, principal, statement, action, StatementState.confirmed, today, facts)
    return statement


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


def reason_or_fail(text: str) -> str:
    """The reason of a step, in words.

    Raises:
        ReasonMissing: there is none, or it is too long.
    """
    reason = text.strip()
    if not reason or len(reason) > MAX_REASON:
        raise ReasonMissing
    return reason
