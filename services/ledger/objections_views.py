"""Objections and scans as people read them: with their clocks, their threads, and what the reader may do."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_check, can_confirm_statement
from auth.principal import Principal
from services.agreements.tables import SignedScan
from services.ledger.drafting import events_of
from services.ledger.objections_repo import Case, cases_of, standing_scan
from services.ledger.objections_schemas import (
    DeskView,
    MessageView,
    ScansView,
    ScanView,
    SealView,
    ThreadView,
    WaitView,
)
from services.ledger.objections_thread import messages_of, side_of
from services.ledger.objections_words import ObjectionKind
from services.ledger.sealed_scans import counterparties, may_scan, scans_of, sealed_counties
from services.ledger.statement_clocks import Settings, Wait, due_after, wait_of
from services.ledger.states import StatementState
from services.ledger.steps import may_consent
from services.ledger.tables import ObjectionMessage, SealedScan, Statement
from services.ledger.views import find, objection_view


async def desk(session: AsyncSession, principal: Principal, number: UUID, today: date) -> DeskView:
    """The answer's side of a statement, as far as this person may read it.

    Raises:
        NoSuchStatement: there is none that this person may know of.
    """
    statement = await find(session, principal, number)
    events = await events_of(session, principal.city, number)
    cases = (await cases_of(session, [statement]))[number]
    settings = Settings(session, principal.city)
    wait = await wait_of(settings, statement, events, cases, today)
    messages = await messages_of(session, principal, statement)
    names = await _file_names(session, principal.city, [one for said in messages.values() for one in said])
    threads = [
        ThreadView(
            **objection_view(case, statement).model_dump(),
            **await _clock(settings, case, today),
            messages=[_message(one, names) for one in messages[case.record.id]],
            actions=_actions(principal, statement, case),
        )
        for case in cases
    ]
    return DeskView(
        statement=statement.id,
        revision=statement.revision,
        wait=None if wait is None else wait_view(wait),
        may_confirm_by_rule=await may_consent(session, principal, statement, today),
        objections=threads,
    )


def wait_view(wait: Wait) -> WaitView:
    """A wait in plain figures."""
    return WaitView(
        side=wait.side,
        since=wait.since,
        working_days=wait.days,
        due_on=wait.due.on,
        overdue=wait.due.overdue,
        days_late=wait.due.days_late,
        provisional=wait.due.provisional,
        silence_is_consent=wait.silence_is_consent,
    )


async def _clock(settings: Settings, case: Case, today: date) -> dict[str, Any]:
    """By when the city answers, and whether it is or was late; a reservation may wait."""
    if case.record.reserved:
        return {"due_on": None, "overdue": False}
    rules = await settings.on(case.record.on_date)
    ended = today if case.answer is None else case.answer.on_date
    limit = due_after(case.record.on_date, rules.objection_answer_days, ended)
    return {"due_on": limit.on, "overdue": limit.overdue}


def _actions(principal: Principal, statement: Statement, case: Case) -> list[str]:
    """What this person may do with an objection now."""
    found = []
    if case.open and statement.state is not StatementState.superseded:
        county = case.record.kind is ObjectionKind.county
        if county and can_confirm_statement(principal, statement.county):
            found.append("withdraw")
        if can_check(principal, case.record.by):
            found.append("answer")
    if side_of(principal, statement.county) is not None:
        found.append("say")
    return found


def _message(one: ObjectionMessage, names: dict[UUID, tuple[str, str]]) -> MessageView:
    name, digest = names[one.scan] if one.scan is not None else (None, None)
    return MessageView(
        id=one.id,
        side=one.side,
        private=one.private,
        text=one.text,
        file=name,
        file_sha256=digest,
        by_name=one.by_name,
        office=one.office,
        on=one.on_date,
        at=one.at,
    )


async def _file_names(
    session: AsyncSession, city: str, messages: Sequence[ObjectionMessage]
) -> dict[UUID, tuple[str, str]]:
    wanted = {one.scan for one in messages if one.scan is not None}
    if not wanted:
        return {}
    rows = await session.execute(
        select(col(SignedScan.id), col(SignedScan.name), col(SignedScan.sha256)).where(
            col(SignedScan.city) == city, col(SignedScan.id).in_(wanted)
        )
    )
    return {id_: (name, digest) for id_, name, digest in rows}


async def scans(session: AsyncSession, principal: Principal, number: UUID) -> ScansView:
    """A statement's sealed scans, and whether the other sides' are there.

    Raises:
        NoSuchStatement: there is none that this person may know of.
    """
    statement = await find(session, principal, number)
    sealed = await sealed_counties(session, principal.city, statement.period)
    standing = await standing_scan(session, statement)
    return ScansView(
        statement=statement.id,
        revision=statement.revision,
        own=SealView(
            county=statement.county,
            name=statement.body["county_name"],
            state=None if standing is None else standing.state,
        ),
        scans=[_scan(one) for one in await scans_of(session, statement)],
        counterparties=[
            SealView(county=code, name=name, state=sealed.get(code))
            for code, name in sorted(counterparties(statement.body).items())
        ],
        actions=may_scan(principal, statement, standing),
    )


def _scan(one: SealedScan) -> ScanView:
    return ScanView(
        id=one.id,
        state=one.state,
        scan_sha256=one.scan_sha256,
        body_sha256=one.body_sha256,
        made_by=one.made_name,
        made_on=one.made_on,
        checked_by=one.checked_name,
        reason=one.reason,
    )
