"""Raising objections: by a county, or by it at the request of the issuer who found its own error.

A reservation (存疑) blocks nothing; without one the statement is disputed.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.money import can_confirm_statement, can_issue_statement
from auth.principal import Principal
from services.kit.tables import uuid7
from services.ledger.drafting import events_of, step
from services.ledger.errors import NoLine, NotForYou, WrongState
from services.ledger.objections_errors import ObjectionOpen, RejectionAsked, RejectionNotAsked
from services.ledger.objections_repo import WHOLE, cases_of, line_key
from services.ledger.objections_thread import Attachment, say
from services.ledger.objections_words import ObjectionKind
from services.ledger.statement_clocks import asked_to_reject
from services.ledger.states import StatementAction, StatementState
from services.ledger.steps import ANSWERABLE, REJECTABLE, reason_or_fail, take
from services.ledger.tables import ObjectionRecord, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What a county holds against its statement: one line, or all of it where `line` is None.

    `evidence` is shown to both sides.
    """

    reason: str
    line: int | None = None
    reserved: bool = False
    expected_fen: int | None = None
    evidence: Attachment | None = None


async def object_to(
    session: AsyncSession, principal: Principal, number: UUID, objection: Objection, today: date, seen: int
) -> Statement:
    """Object to a line or to the whole. With reservation the state stays; without, the statement is disputed.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: the statement is not issued, or was confirmed, closed or replaced.
        NoLine: the statement has no such line.
        ObjectionOpen: an objection to this line is open.
        ReasonMissing: no reason is given.
        BadScan: the evidence is no PDF, PNG or JPEG of a sane size.
    """
    statement = await take(session, principal, number, seen)
    if not can_confirm_statement(principal, statement.county):
        raise NotForYou
    if statement.state not in ANSWERABLE:
        raise WrongState(state=statement.state.value)
    lines = statement.body["lines"]
    if objection.line is not None and not 1 <= objection.line <= len(lines):
        raise NoLine(line=objection.line)
    line = objection.line or WHOLE
    for case in (await cases_of(session, [statement]))[statement.id]:
        if case.open and case.line_in(statement.body) == line:
            raise ObjectionOpen
    record = record_of(principal, statement, ObjectionKind.county, reason_or_fail(objection.reason), today)
    record.line, record.line_key = line, line_key(lines[line - 1]) if line else ""
    record.reserved, record.expected_fen = objection.reserved, objection.expected_fen
    facts = {
        "objection": str(record.id),
        "line": objection.line,
        "reserved": objection.reserved,
        "expected_fen": objection.expected_fen,
        "reason": record.reason,
    }
    state = statement.state if objection.reserved else StatementState.disputed
    await step(session, principal, statement, StatementAction.object, state, today, facts)
    await keep(session, record)
    if objection.evidence is not None:
        await say(session, principal, number, record.id, "", today, file=objection.evidence)
    return statement


def record_of(
    principal: Principal, statement: Statement, kind: ObjectionKind, reason: str, today: date
) -> ObjectionRecord:
    """An objection to the whole statement, by this person."""
    return ObjectionRecord(
        city=principal.city,
        id=uuid7(),
        statement=statement.id,
        kind=kind,
        line=WHOLE,
        line_key="",
        reserved=False,
        expected_fen=None,
        reason=reason,
        by=principal.account,
        by_name=principal.name,
        office=principal.office,
        on_date=today,
    )


async def keep(session: AsyncSession, record: ObjectionRecord) -> None:
    """Write an objection once the statement's new state stands: the database looks at that."""
    await session.flush()
    session.add(record)
    await session.flush()


async def ask_rejection(
    session: AsyncSession, principal: Principal, number: UUID, reason: str, today: date, seen: int
) -> Statement:
    """Ask the county to reject a statement that was issued with an error (请退回，我方有误).

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: the statement is neither issued nor confirmed.
        RejectionAsked: the county was asked already.
        ReasonMissing: no reason is given.
    """
    statement = await take(session, principal, number, seen)
    if not can_issue_statement(principal):
        raise NotForYou
    if statement.state not in REJECTABLE:
        raise WrongState(state=statement.state.value)
    if asked_to_reject(await events_of(session, principal.city, number)) is not None:
        raise RejectionAsked
    facts = {"reason": reason_or_fail(reason)}
    await step(session, principal, statement, StatementAction.ask_reject, statement.state, today, facts)
    return statement


async def reject(
    session: AsyncSession, principal: Principal, number: UUID, today: date, seen: int
) -> Statement:
    """Reject a statement as its issuer asked: disputed, until the issuer makes a new version.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: the statement is neither issued nor confirmed.
        RejectionNotAsked: the issuer did not ask.
    """
    statement = await take(session, principal, number, seen)
    if not can_confirm_statement(principal, statement.county):
        raise NotForYou
    if statement.state not in REJECTABLE:
        raise WrongState(state=statement.state.value)
    asked = asked_to_reject(await events_of(session, principal.city, number))
    if asked is None:
        raise RejectionNotAsked
    reason = str(asked.facts["reason"])
    record = record_of(principal, statement, ObjectionKind.issuer_error, reason, today)
    facts = {"objection": str(record.id), "reason": reason}
    await step(session, principal, statement, StatementAction.reject, StatementState.disputed, today, facts)
    await keep(session, record)
    return statement
