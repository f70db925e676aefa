"""Objections as their readers see them, and what a county may object to."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.objections import can_name_reviewer, can_withdraw_match_objection
from auth.policy import COUNTY_HANDS
from auth.principal import Principal, Role
from services.kit.clock import Clock
from services.matching import objection_repo as repo
from services.matching import repo as matches
from services.matching.objecting import concern_of
from services.matching.objection_errors import NothingToObjectTo
from services.matching.objection_schemas import (
    ConcernAnswer,
    MatchObjectionAnswerView,
    MessageAnswer,
    ObjectionsAnswer,
)
from services.matching.objection_tables import MatchObjection
from services.matching.objections import find
from services.matching.words import DecisionState


async def view(session: AsyncSession, principal: Principal, objection_id: UUID) -> MatchObjectionAnswerView:
    """Show one objection.

    Raises:
        NoSuchMatchObjection: none, or none that the asker may know of.
    """
    found = await find(session, principal, objection_id)
    return await _view(session, principal, found, await Clock().today(session, principal.city))


async def desk(session: AsyncSession, principal: Principal) -> ObjectionsAnswer:
    """Show a county what it may object to and its own objections; the city and the auditor all objections."""
    today = await Clock().today(session, principal.city)
    city_eyes = principal.role in {Role.city_office, Role.auditor}
    found: Sequence[MatchObjection] = []
    concerns: list[ConcernAnswer] = []
    if city_eyes:
        found = await repo.objections(session, principal.city, county=None)
    elif principal.role in COUNTY_HANDS and principal.county is not None:
        found = await repo.objections(session, principal.city, county=principal.county)
        concerns = await _concerns(session, principal.city, principal.county, today)
    items = [await _view(session, principal, row, today) for row in found]
    return ObjectionsAnswer(concerns=tuple(concerns), items=tuple(items))


async def of_decision(
    session: AsyncSession, principal: Principal, decision: UUID
) -> list[MatchObjectionAnswerView]:
    """Show the objections to a decision: one's own county's, or for the city all.

    Raises:
        NothingToObjectTo: none, or none that concerns the asker's county.
    """
    today = await Clock().today(session, principal.city)
    found = await matches.decision(session, principal.city, decision)
    if found is None:
        raise NothingToObjectTo
    city_eyes = principal.role in {Role.city_office, Role.auditor}
    county = None if city_eyes else principal.county or ""
    rows = await repo.objections(session, principal.city, county=county, decision=decision)
    if not city_eyes and not rows:
        project = await repo.project(session, principal.city, found.project)
        if project is None or principal.role not in COUNTY_HANDS:
            raise NothingToObjectTo
        if await concern_of(session, principal.city, county or "", project, decision, today) is None:
            raise NothingToObjectTo
    return [await _view(session, principal, row, today) for row in rows]


async def _concerns(session: AsyncSession, city: str, county: str, today: date) -> list[ConcernAnswer]:
    answers = []
    for project_id in await repo.concerning(session, city, county):
        project = await repo.project(session, city, project_id)
        if project is None:
            continue
        decided = [
            row.id
            for row in await matches.decisions(session, city, project_id)
            if row.state in {DecisionState.final, DecisionState.waiting}
        ]
        subject = decided[0] if decided else None
        concern = await concern_of(session, city, county, project, subject, today)
        if concern is not None:
            answers.append(
                ConcernAnswer(
                    project=project.public_id,
                    code_name=project.code_name,
                    decision=subject,
                    standing=concern.standing,
                    due_on=concern.due_on,
                    late=concern.due_on < today,
                    open=await repo.open_to(session, city, project_id, county, subject),
                )
            )
    return answers


async def _view(
    session: AsyncSession, principal: Principal, row: MatchObjection, today: date
) -> MatchObjectionAnswerView:
    project = await repo.project(session, row.city, row.project)
    answer = await repo.answer(session, row.city, row.id)
    named = await repo.reviewers(session, row.city, row.id)
    open_ = answer is None
    return MatchObjectionAnswerView(
        id=row.id,
        project="" if project is None else project.public_id,
        code_name="" if project is None else project.code_name,
        decision=row.decision,
        county=row.county,
        standing=row.standing,
        ground=row.ground,
        reasons=row.reasons,
        evidence=row.evidence,
        by_name=row.by_name,
        on_date=row.on_date,
        due_on=row.due_on,
        late=row.on_date > row.due_on,
        answer_by=row.answer_by,
        overdue=open_ and row.answer_by < today,
        reviewer=named[0].reviewer_name if named else None,
        outcome=None if answer is None else answer.outcome,
        consequence=None if answer is None else answer.consequence,
        reason="" if answer is None else answer.reason,
        answered_by="" if answer is None else answer.by_name,
        answered_on=None if answer is None else answer.on_date,
        messages=tuple(
            MessageAnswer(
                id=item.id,
                side=item.side,
                text=item.text,
                file=item.file,
                by_name=item.by_name,
                on_date=item.on_date,
                at=item.at,
            )
            for item in await repo.messages(session, row.city, row.id)
        ),
        may_name=open_ and can_name_reviewer(principal),
        may_answer=open_ and bool(named) and named[0].reviewer == principal.account,
        may_withdraw=open_ and can_withdraw_match_objection(principal, row.county),
        may_say=open_ and principal.role is not Role.auditor,
    )
