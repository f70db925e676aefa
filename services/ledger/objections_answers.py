"""How objections end: withdrawn by the county, or answered by the city, each by itself.

The statement leaves `disputed` when the last objection without reservation has ended: back to the county
where all were upheld or withdrawn, to a new version where one was accepted. A reservation (存疑) may be
resolved at any time, after the close too; it moves no state.
"""

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.money import can_check, can_confirm_statement, can_issue_statement
from auth.principal import Principal
from services.kit.errors import FieldError, SamePerson
from services.kit.i18n import lazy
from services.ledger.drafting import draw, settled_books, step
from services.ledger.errors import NotForYou, WrongState
from services.ledger.objections_errors import BadAnswer, ObjectionEnded
from services.ledger.objections_repo import Case, blocking, cases_of, end
from services.ledger.objections_thread import case_of
from services.ledger.objections_words import ANSWERS, CHANGES, ObjectionKind, Outcome
from services.ledger.states import StatementAction, StatementState
from services.ledger.steps import reason_or_fail, take
from services.ledger.tables import Statement

EVENTS: Final = MappingProxyType(
    {
        Outcome.upheld: StatementAction.uphold,
        Outcome.accepted: StatementAction.accept,
        Outcome.in_part: StatementAction.accept,
        Outcome.withdrawn: StatementAction.withdraw,
    }
)
"""The step of a statement that an objection's end is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The city's answer: upheld, accepted, or accepted in part with the figure that it agrees to."""

    outcome: Outcome
    reason: str
    agreed_fen: int | None = None


async def withdraw(
    session: AsyncSession,
    principal: Principal,
    number: UUID,
    objection: UUID,
    reason: str,
    today: date,
    seen: int,
) -> Statement:
    """Withdraw one's county's objection (撤回); the reason may be left out.

    Returns:
        The statement, or its new version where another objection had been accepted and this was the last.

    Raises:
        NoSuchStatement, NoSuchObjection, NotForYou, Stale: as for every step.
        ObjectionEnded: it was answered or withdrawn.
        BadAnswer: the issuer's own error is not withdrawn by the county.
        NotComputed: a new version is due and the period's last month must be computed first.
    """
    statement, case = await _open_case(session, principal, number, objection, seen)
    if not can_confirm_statement(principal, statement.county):
        raise NotForYou
    if case.record.kind is ObjectionKind.issuer_error:
        raise BadAnswer(errors=[FieldError("/outcome", "issuer_error", lazy("签发方自认有误的，只能更正"))])
    said = reason_or_fail(reason) if reason.strip() else ""
    return await _end_one(
        session, principal, statement, case, Reply(outcome=Outcome.withdrawn, reason=said), today
    )


async def answer(
    session: AsyncSession,
    principal: Principal,
    number: UUID,
    objection: UUID,
    reply: Reply,
    today: date,
    seen: int,
) -> Statement:
    """Answer one objection: uphold the statement (维持), accept, or accept in part.

    Returns:
        The statement; or its new version, where this was the last open objection and one was accepted.

    Raises:
        NoSuchStatement, NoSuchObjection, NotForYou, Stale: as for every step.
        SamePerson: nobody answers their own objection.
        ObjectionEnded: it was answered or withdrawn.
        BadAnswer: the answer does not fit.
        ReasonMissing: no reason is given.
        NotComputed: a new version is due and the period's last month must be computed first.
    """
    statement, case = await _open_case(session, principal, number, objection, seen)
    if not can_issue_statement(principal):
        raise NotForYou
    if not can_check(principal, case.record.by):
        raise SamePerson
    _fits(case, reply)
    reply = Reply(outcome=reply.outcome, reason=reason_or_fail(reply.reason), agreed_fen=reply.agreed_fen)
    return await _end_one(session, principal, statement, case, reply, today)


def _fits(case: Case, reply: Reply) -> None:
    """Refuse an answer that does not fit the objection."""
    if reply.outcome not in ANSWERS:
        raise BadAnswer(errors=[FieldError("/outcome", "not_an_answer", lazy("请选择维持、采纳或部分采纳"))])
    if case.record.kind is ObjectionKind.issuer_error and reply.outcome is not Outcome.accepted:
        raise BadAnswer(errors=[FieldError("/outcome", "issuer_error", lazy("签发方自认有误的，只能更正"))])
    if (reply.outcome is Outcome.in_part) != (reply.agreed_fen is not None):
        raise BadAnswer(
            errors=[FieldError("/agreed_fen", "agreed_in_part", lazy("部分采纳须写明认可的金额"))]
        )


async def _open_case(
    session: AsyncSession, principal: Principal, number: UUID, objection: UUID, seen: int
) -> tuple[Statement, Case]:
    statement = await take(session, principal, number, seen)
    case = await case_of(session, statement, objection)
    if not case.open:
        raise ObjectionEnded
    if statement.state is StatementState.superseded:
        raise WrongState(state=statement.state.value)
    return statement, case


async def _end_one(
    session: AsyncSession, principal: Principal, statement: Statement, case: Case, reply: Reply, today: date
) -> Statement:
    await end(session, principal, [case], reply.outcome, reply.reason, today, agreed_fen=reply.agreed_fen)
    facts: dict[str, Any] = {
        "objection": str(case.record.id),
        "line": case.line_in(statement.body) or None,
        "outcome": reply.outcome.value,
        "reason": reply.reason,
    }
    if reply.agreed_fen is not None:
        facts["agreed_fen"] = reply.agreed_fen
    action = EVENTS[reply.outcome]
    if case.record.reserved:
        action = action if reply.outcome is Outcome.withdrawn else StatementAction.resolve
        await step(session, principal, statement, action, statement.state, today, facts | {"reserved": True})
        return statement
    return await _go_on(session, principal, statement, action, today, facts)


async def _go_on(
    session: AsyncSession,
    principal: Principal,
    statement: Statement,
    action: StatementAction,
    today: date,
    facts: dict[str, Any],
) -> Statement:
    """Take the step that an objection's end is, and what follows from the last one's."""
    own = [
        case
        for case in (await cases_of(session, [statement]))[statement.id]
        if case.record.statement == statement.id and not case.record.reserved
    ]
    changed = any(case.answer is not None and case.answer.outcome in CHANGES for case in own)
    if blocking(own) or changed:
        await step(session, principal, statement, action, statement.state, today, facts)
    else:
        await step(session, principal, statement, action, StatementState.issued, today, facts)
    if blocking(own) or not changed:
        return statement
    return await _anew(session, principal, statement, today, facts["reason"])


async def _anew(
    session: AsyncSession, principal: Principal, statement: Statement, today: date, reason: str
) -> Statement:
    books = await settled_books(session, principal.city, statement.period)
    return await draw(
        session,
        principal,
        books,
        statement.kind,
        statement.county,
        statement.period,
        today,
        force=True,
        facts={"reason": reason},
    )


async def uphold(
    session: AsyncSession, principal: Principal, number: UUID, reason: str, today: date, seen: int
) -> Statement:
    """Answer all open objections with one reason and leave the statement as it is (维持).

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: there is no open objection.
        SamePerson, BadAnswer, ReasonMissing, NotComputed: as for one answer.
    """
    statement = await _answer_all(
        session, principal, number, Reply(outcome=Outcome.upheld, reason=reason), today, seen
    )
    facts = {"reason": reason.strip()}
    return await _go_on(session, principal, statement, StatementAction.uphold, today, facts)


async def reissue(
    session: AsyncSession, principal: Principal, number: UUID, reason: str, today: date, seen: int
) -> Statement:
    """Accept all open objections with one reason: a new version, which takes the four steps again.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: there is no open objection.
        NotComputed: the period's last month must be computed first.
        SamePerson, ReasonMissing: as for one answer.
    """
    reply = Reply(outcome=Outcome.accepted, reason=reason)
    statement = await _answer_all(session, principal, number, reply, today, seen)
    facts = {"reason": reason.strip()}
    return await _go_on(session, principal, statement, StatementAction.reissue, today, facts)


async def _answer_all(
    session: AsyncSession, principal: Principal, number: UUID, reply: Reply, today: date, seen: int
) -> Statement:
    statement = await take(session, principal, number, seen)
    if not can_issue_statement(principal):
        raise NotForYou
    if statement.state is not StatementState.disputed:
        raise WrongState(state=statement.state.value)
    left = blocking((await cases_of(session, [statement]))[statement.id])
    for case in left:
        if not can_check(principal, case.record.by):
            raise SamePerson
        _fits(case, reply)
    await end(session, principal, left, reply.outcome, reason_or_fail(reply.reason), today)
    return statement
