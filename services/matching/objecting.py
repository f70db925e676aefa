"""A county objects to a match: whom it concerns, until when, and what is put on record."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.clocks import Rule, Unit, deadline
from allocation.evidence_kinds import EvidenceKind
from allocation.lifecycle import POOL_STATES
from auth.objections import can_object_to_match
from auth.principal import Principal
from services.files import binding
from services.files.words import Subject
from services.kit.clock import Clock
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.kit.workdays import working_calendar
from services.matching import objection_repo as repo
from services.matching.objection_errors import NothingToObjectTo, ObjectionOpen
from services.matching.objection_schemas import MatchObjectionForm
from services.matching.objection_tables import MatchObjection, MatchObjectionMessage
from services.matching.objection_words import Side, Standing
from services.projects.tables import Project
from services.projects.words import ProposalState
from services.regions.settings import settings_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A proposal or decision that concerns a county.

    Attributes:
        project: the project.
        standing: as what the county is concerned.
        decision: the decision; None before there is one.
        run: the run behind the proposals, where a run made them.
        due_on: the last day of the period in which a county objects.
    """

    project: Project
    standing: Standing
    decision: UUID | None
    run: UUID | None
    due_on: date


async def concern_of(
    session: AsyncSession, city: str, county: str, project: Project, decision: UUID | None, today: date
) -> Concern | None:
    """Tell how a project's proposals, or a decision on it, concern a county; None where they do not."""
    proposals = await repo.proposals(session, city, project.id)
    applied = any(row.county == county for row in await repo.applications(session, city, project.id))
    proposed = next((row for row in proposals if row.county == county), None)
    if project.origin == county:
        standing = Standing.origin
    elif applied or proposed is not None:
        standing = Standing.applicant if applied else Standing.candidate
    else:
        return None
    if decision is None:
        standing_now = [row for row in proposals if row.state is ProposalState.open]
        if not standing_now or project.state not in POOL_STATES:
            return None
        since = (proposed or standing_now[0]).proposed_on
        run = standing_now[0].run
    else:
        found = await repo.decision(session, city, decision)
        if found is None or found.project != project.id:
            return None
        since, run = found.decided_on or today, found.run
    days = (await settings_on(session, city, today)).match_objection_days
    limit = deadline(since, Rule(days, Unit.working_days), working_calendar())
    return Concern(project=project, standing=standing, decision=decision, run=run, due_on=limit.on)


async def object_to(
    session: AsyncSession,
    principal: Principal,
    form: MatchObjectionForm,
    *,
    decision: UUID | None = None,
    ref: str | None = None,
) -> UUID:
    """Object to a decision, or to a project's proposals before there is one; return the objection's id.

    A late objection is taken and flagged. Nothing stands still meanwhile.

    Raises:
        NothingToObjectTo: none that concerns the asker's county.
        ObjectionOpen: the county has an unanswered objection to the same thing.
        NoSuchFile: the file is not one's own upload.
    """
    city, today = principal.city, await Clock().today(session, principal.city)
    project = await _project(session, city, decision, ref)
    county = principal.county or ""
    concern = None if project is None else await concern_of(session, city, county, project, decision, today)
    if concern is None or not can_object_to_match(principal, {county}):
        raise NothingToObjectTo
    if await repo.open_to(session, city, concern.project.id, county, decision):
        raise ObjectionOpen
    days = (await settings_on(session, city, today)).match_objection_answer_days
    made = MatchObjection(
        city=city,
        id=uuid7(),
        project=concern.project.id,
        decision=decision,
        run=concern.run,
        county=county,
        standing=concern.standing,
        ground=form.ground,
        reasons=form.reasons,
        evidence=form.evidence,
        by=principal.account,
        by_name=principal.name,
        on_date=today,
        due_on=concern.due_on,
        answer_by=deadline(today, Rule(days, Unit.working_days), working_calendar()).on,
    )
    session.add(made)
    await session.flush()
    if form.file is not None:
        await add_message(session, principal, made.id, Side.county, "", form.file, today)
    await record_event(
        session,
        city,
        actor=principal,
        action="matching.objected",
        entity="match_objection",
        entity_id=made.id,
        after={
            "project": str(made.project),
            "decision": None if decision is None else str(decision),
            "county": county,
            "ground": form.ground.value,
            "late": today > made.due_on,
        },
    )
    return made.id


async def _project(
    session: AsyncSession, city: str, decision: UUID | None, ref: str | None
) -> Project | None:
    if decision is None:
        return None if ref is None else await repo.project(session, city, ref)
    found = await repo.decision(session, city, decision)
    return None if found is None else await repo.project(session, city, found.project)


async def add_message(
    session: AsyncSession,
    principal: Principal,
    objection: UUID,
    side: Side,
    text: str,
    file: UUID | None,
    today: date,
) -> None:
    """Write a message of the thread and bind its file to the objection.

    Raises:
        NoSuchFile: the file is none that this person may read.
    """
    if file is not None:
        await binding.bind(
            session,
            principal,
            file,
            Subject.objection,
            objection,
            proves=EvidenceKind.other,
            today=today,
        )
    session.add(
        MatchObjectionMessage(
            city=principal.city,
            id=uuid7(),
            objection=objection,
            side=side,
            text=text,
            file=file,
            by=principal.account,
            by_name=principal.name,
            on_date=today,
        )
    )
    await session.flush()
