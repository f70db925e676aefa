"""Putting compliance on record: lists, opinions, reviews, minutes, and reasons why a clause is none."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.compliance.rules import Weight
from auth.compliance import (
    can_check_promises,
    can_clear_clause,
    can_confirm_clearance,
    can_keep_compliance,
    can_review_legally,
)
from auth.errors import NotPermitted
from auth.principal import Principal
from services.compliance import repo
from services.compliance.cases import Case, open_case
from services.compliance.errors import (
    ClearanceAnswered,
    NoSuchFinding,
    NoSuchSheet,
    OpinionGiven,
    SheetReplaced,
)
from services.compliance.schemas import (
    ClearanceAnswerForm,
    ClearanceForm,
    FairReviewForm,
    MinutesForm,
    OpinionForm,
    SheetForm,
)
from services.compliance.tables import (
    ClauseClearance,
    ClauseClearanceAnswer,
    CollectiveMinutes,
    CommitmentItem,
    CommitmentOpinion,
    CommitmentSheet,
    FairReview,
)
from services.compliance.words import OpinionKind
from services.kit.errors import SamePerson
from services.kit.events import record_event
from services.kit.tables import uuid7


async def record_sheet(session: AsyncSession, principal: Principal, ref: str | UUID, form: SheetForm) -> UUID:
    """List what a host promises with its standing letter, and return the list's id; a later list replaces it.

    Raises:
        NoSuchProject: none, or the host has no letter that the asker may read.
        NotPermitted: the list is the host's own to make.
        BadCompliance: an item that measures nothing or names no source.
    """
    form.check()
    case = await open_case(session, principal, ref, form.county, lock=True)
    letter = case.letter
    if not can_keep_compliance(principal, letter.county, letter.park):
        raise NotPermitted
    sheet = CommitmentSheet(
        city=case.project.city,
        id=uuid7(),
        project=case.project.id,
        county=letter.county,
        park=letter.park,
        commitment=letter.id,
        seq=1 if case.sheet is None else case.sheet.seq + 1,
        by=principal.account,
        by_name=principal.name,
        on_date=case.today,
    )
    session.add(sheet)
    await session.flush()
    for seq, item in enumerate(form.items, start=1):
        session.add(CommitmentItem(city=sheet.city, sheet=sheet.id, seq=seq, **item.model_dump()))
    await _record(session, principal, "compliance.sheet", sheet.id, {"items": len(form.items)}, case)
    return sheet.id


async def record_opinion(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: OpinionForm
) -> str:
    """Record what finance, or legal review, found of the standing list; return the host's county.

    Raises:
        NoSuchProject, NoSuchSheet: none that the asker may read.
        SamePerson: the list's maker may not look at it.
        NotPermitted: finance checks as finance, and legal review is the host's or the city's.
        SheetReplaced: a newer list stands.
        OpinionGiven: there is one.
        BadCompliance: without its number, or a return without words.
    """
    form.check()
    case, sheet = await _on_sheet(session, principal, ref, form.sheet)
    if sheet.by == principal.account:
        raise SamePerson
    permitted = can_check_promises if form.kind is OpinionKind.finance else can_review_legally
    if not permitted(principal, sheet.county, sheet.by):
        raise NotPermitted
    if form.kind in case.opinions:
        raise OpinionGiven
    opinion = CommitmentOpinion(
        **form.model_dump(),
        city=sheet.city,
        made_by=sheet.by,
        by=principal.account,
        by_name=principal.name,
        office=principal.office,
        on_date=case.today,
    )
    session.add(opinion)
    after = {"kind": form.kind.value, "outcome": form.outcome.value, "number": form.number}
    await _record(session, principal, "compliance.opinion", sheet.id, after, case)
    return sheet.county


async def record_review(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: FairReviewForm
) -> str:
    """Record the fair-competition review of the standing list; return the host's county.

    Raises:
        NoSuchProject, NoSuchSheet: none that the asker may read.
        NotPermitted: the review is the host's to record.
        SheetReplaced: a newer list stands.
        BadCompliance: an exception without its ground, article, comparison and end; dates that cannot be.
    """
    case, sheet = await _on_sheet(session, principal, ref, form.sheet)
    form.check(case.today)
    if not can_keep_compliance(principal, sheet.county, sheet.park):
        raise NotPermitted
    review = FairReview(
        **form.model_dump(),
        city=sheet.city,
        id=uuid7(),
        by=principal.account,
        by_name=principal.name,
        on_date=case.today,
    )
    session.add(review)
    after = {"conclusion": form.conclusion.value, "review_again_on": form.review_again_on.isoformat()}
    await _record(session, principal, "compliance.fair_review", sheet.id, after, case)
    return sheet.county


async def record_minutes(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: MinutesForm
) -> str:
    """Record the minutes of the collective decision on the standing list; return the host's county.

    Raises:
        NoSuchProject, NoSuchSheet: none that the asker may read.
        NotPermitted: the minutes are the host's to record.
        SheetReplaced: a newer list stands.
        BadCompliance: a meeting that has not taken place.
    """
    case, sheet = await _on_sheet(session, principal, ref, form.sheet)
    form.check(case.today)
    if not can_keep_compliance(principal, sheet.county, sheet.park):
        raise NotPermitted
    minutes = CollectiveMinutes(
        **form.model_dump(),
        city=sheet.city,
        id=uuid7(),
        by=principal.account,
        by_name=principal.name,
        on_date=case.today,
    )
    session.add(minutes)
    after = {"body": form.body.value, "number": form.number, "held_on": form.held_on.isoformat()}
    await _record(session, principal, "compliance.minutes", sheet.id, after, case)
    return sheet.county


async def clear_clause(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: ClearanceForm
) -> str:
    """Say why a found clause is none, which counts once another person agrees; return the host's county.

    Raises:
        NoSuchProject: none whose records the asker may read.
        NotPermitted: this is the host's or the city's to say.
        NoSuchFinding: no blocking passage of any text of the case is named so.
    """
    case = await open_case(session, principal, ref, form.county, lock=True)
    if not can_clear_clause(principal, case.letter.county):
        raise NotPermitted
    named = (form.text_sha256, form.rule, form.start)
    item = next(
        (
            item
            for item in case.found
            if (item.text.sha256, item.finding.rule, item.finding.start) == named
            and item.finding.weight is Weight.blocking
        ),
        None,
    )
    if item is None:
        raise NoSuchFinding
    clearance = ClauseClearance(
        city=case.project.city,
        id=uuid7(),
        project=case.project.id,
        county=case.letter.county,
        text_sha256=form.text_sha256,
        rule=form.rule,
        start=form.start,
        passage=item.finding.passage,
        reason=form.reason,
        by=principal.account,
        by_name=principal.name,
        on_date=case.today,
    )
    session.add(clearance)
    after = {"rule": form.rule.value, "passage": item.finding.passage, "reason": form.reason}
    await _record(session, principal, "compliance.clause_explained", clearance.id, after, case)
    return case.letter.county


async def answer_clearance(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    clearance_id: UUID,
    form: ClearanceAnswerForm,
) -> str:
    """Agree as the second person that a found clause is none, or refuse with words; return the host's county.

    Raises:
        NoSuchProject, NoSuchFinding: none that the asker may read.
        SamePerson: who gave the reason does not confirm it.
        NotPermitted: the second person is of the city's office.
        ClearanceAnswered: it is answered.
    """
    found = await repo.clearance(session, principal.city, clearance_id)
    if found is None:
        raise NoSuchFinding
    case = await open_case(session, principal, ref, found.county)
    if case.project.id != found.project:
        raise NoSuchFinding
    if found.by == principal.account:
        raise SamePerson
    if not can_confirm_clearance(principal, found.by):
        raise NotPermitted
    if await repo.answered(session, principal.city, clearance_id):
        raise ClearanceAnswered
    answer = ClauseClearanceAnswer(
        city=found.city,
        clearance=found.id,
        made_by=found.by,
        agreed=form.agreed,
        reason=form.reason,
        by=principal.account,
        by_name=principal.name,
        on_date=case.today,
    )
    session.add(answer)
    after = {"agreed": form.agreed, "reason": form.reason}
    await _record(session, principal, "compliance.clause_answered", found.id, after, case)
    return found.county


async def _on_sheet(
    session: AsyncSession, principal: Principal, ref: str | UUID, sheet_id: UUID
) -> tuple[Case, CommitmentSheet]:
    """Open the case of a list and make sure that this list stands."""
    sheet = await repo.sheet(session, principal.city, sheet_id)
    if sheet is None:
        raise NoSuchSheet
    case = await open_case(session, principal, ref, sheet.county, lock=True)
    if case.project.id != sheet.project:
        raise NoSuchSheet
    if case.sheet is None or case.sheet.id != sheet.id:
        raise SheetReplaced
    return case, sheet


async def _record(
    session: AsyncSession,
    principal: Principal,
    action: str,
    about: UUID,
    after: dict[str, Any],
    case: Case,
) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="compliance",
        entity_id=about,
        after={"project": str(case.project.id), "county": case.letter.county, **after},
    )
    await session.flush()
