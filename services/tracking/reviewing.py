"""回看 of large projects, 在库培育→规上 after production, and the dated rules of who answers for a stage."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import STAGES
from allocation.tracking.looking_back import due_on
from auth.principal import Principal
from auth.tracking import can_look_back, can_set_stage_rules
from services.files.binding import bind_all, check_evidence
from services.files.words import Subject
from services.kit.clock import Clock
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.projects.tables import Project
from services.regions.settings import DEFAULTS, CitySettings, setting_history, settings_book
from services.tracking.cases import Tracked, open_kept, open_tracked, seen_by
from services.tracking.errors import AlreadyEnded, BadTracking, NotYourTracking
from services.tracking.kinds import CultivationStage, Occasion
from services.tracking.record import made, record
from services.tracking.schemas import CultivationForm, DepartmentForm, LookBackForm
from services.tracking.tables import Cultivation, LookBack, StageDepartment

Book = Callable[[date], CitySettings]


@dataclass(frozen=True, slots=True)
class Due:
    """A review that is to be held of a project by a day."""

    project: Project
    occasion: Occasion
    due_on: date


def due_of(project: Project, book: Book) -> dict[Occasion, date]:
    """Return by when a project is looked at again, by occasion; nothing of one below the threshold.

    The threshold and the months are those in force on the day of the step that is looked back on.
    """
    steps = {Occasion.signing: project.signed_on, Occasion.production: project.produced_on}
    found = {}
    for occasion, happened in steps.items():
        if happened is None or project.investment_fen < book(happened).look_back_threshold_fen:
            continue
        rules = book(happened)
        months = (
            rules.look_back_signing_months
            if occasion is Occasion.signing
            else rules.look_back_production_months
        )
        day = due_on(happened, months)
        if day is not None:
            found[occasion] = day
    return found


async def due_reviews(session: AsyncSession, principal: Principal) -> list[Due]:
    """Return the reviews not yet held of the projects that somebody tracks, the earliest due first."""
    # Twenty thousand projects are not read for a few hundred; which figure holds for each, its own days say.
    asked = await setting_history(session, principal.city, "look_back_threshold_fen")
    least = min([DEFAULTS.look_back_threshold_fen, *(value for _, value in asked)])
    query = select(Project).where(
        seen_by(principal),
        col(Project.state).in_(STAGES),
        col(Project.signed_on).is_not(None),
        col(Project.investment_fen) >= least,
    )
    book = await settings_book(session, principal.city)
    rows = await session.execute(
        select(col(LookBack.project), col(LookBack.occasion)).where(col(LookBack.city) == principal.city)
    )
    held = {(row[0], row[1]) for row in rows}
    found = [
        Due(project, occasion, day)
        for project in await session.scalars(query)
        for occasion, day in due_of(project, book).items()
        if (project.id, occasion) not in held
    ]
    return sorted(found, key=lambda row: (row.due_on, row.project.public_id))


async def look_back(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: LookBackForm
) -> Tracked:
    """Record the review of a large project.

    Raises:
        NoSuchProject: none.
        NotYourTracking: the city's office alone looks back.
        BadTracking: below the threshold, before the step, or on a day to come.
        AlreadyEnded: this review was held.
        NoSuchFile, WrongEvidence: a file that the asker may not read, or that proves something else.
    """
    case = await open_tracked(session, principal, ref, lock=True)
    if not can_look_back(principal):
        raise NotYourTracking
    due = due_of(case.project, await settings_book(session, principal.city)).get(form.occasion)
    if due is None:
        told = lazy("项目未到该步骤，或投资额未达到回看标准")
        raise BadTracking(errors=[FieldError("/occasion", "not-due", told)])
    project = case.project
    since = project.signed_on if form.occasion is Occasion.signing else project.produced_on
    if form.held_on > case.today or (since is not None and form.held_on < since):
        told = lazy("回看日期应在签约或投产之后、今天以前")
        raise BadTracking(errors=[FieldError("/held_on", "order", told)])
    same = select(LookBack).where(
        col(LookBack.city) == principal.city,
        col(LookBack.project) == project.id,
        col(LookBack.occasion) == form.occasion,
    )
    if await session.scalar(same.limit(1)) is not None:
        raise AlreadyEnded
    files = await check_evidence(session, principal, "look_back", form.files)
    row = LookBack(
        **form.model_dump(exclude={"files"}),
        **made(principal, case.today),
        id=uuid7(),
        project=project.id,
        due_on=due,
        files=[file.model_dump() for file in files],
    )
    session.add(row)
    await session.flush()
    await bind_all(session, principal, files, Subject.project, project.id, today=case.today)
    facts = {"occasion": form.occasion.value, "finding": form.finding.value}
    await record(session, principal, "tracking.looked_back", "look_back", row.id, case, facts)
    return case


async def cultivate(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: CultivationForm
) -> Tracked:
    """Mark a producing project as cultivated (在库培育), then as above scale (规上).

    Raises:
        NoSuchProject, NotYourTracking: not the asker's to track, or to keep.
        AlreadyEnded: it was marked so before.
        BadTracking: before production, above scale before cultivation, or on a day to come.
    """
    case = await open_kept(session, principal, ref)
    key = (principal.city, case.project.id)
    if await session.get(Cultivation, (*key, form.stage)) is not None:
        raise AlreadyEnded
    produced = case.project.produced_on
    if produced is None or not produced <= form.since <= case.today:
        told = lazy("投产之后才能列入培育，日期不能早于投产、不能晚于今天")
        raise BadTracking(errors=[FieldError("/since", "order", told)])
    if form.stage is CultivationStage.above_scale:
        before = await session.get(Cultivation, (*key, CultivationStage.cultivated))
        if before is None or before.since > form.since:
            told = lazy("先列入在库培育，再认定为规上企业")
            raise BadTracking(errors=[FieldError("/stage", "skipped", told)])
    row = Cultivation(**form.model_dump(), **made(principal, case.today), project=case.project.id)
    session.add(row)
    await session.flush()
    told_of = {"stage": form.stage.value, "since": form.since.isoformat()}
    await record(session, principal, "tracking.cultivated", "cultivation", case.project.id, case, told_of)
    return case


async def set_department(session: AsyncSession, principal: Principal, form: DepartmentForm) -> None:
    """Say which department answers for a stage from a day on; earlier days keep theirs.

    Raises:
        NotYourTracking: the city's office sets this.
        BadTracking: a day that is past, or for which it is set.
    """
    if not can_set_stage_rules(principal):
        raise NotYourTracking
    today = await Clock().today(session, principal.city)
    if form.effective_from < today:
        told = lazy("生效日期不能早于今天，以前的日子不再改动")
        raise BadTracking(errors=[FieldError("/effective_from", "past", told)])
    key = (principal.city, form.stage, form.effective_from)
    if await session.get(StageDepartment, key) is not None:
        told = lazy("这一天已经设定过，请另选生效日期")
        raise BadTracking(errors=[FieldError("/effective_from", "taken", told)])
    facts = {name: value for name, value in made(principal, today).items() if name != "on_date"}
    session.add(StageDepartment(**form.model_dump(), **facts))
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="tracking.department_set",
        entity="stage_department",
        entity_id=form.stage.value,
        after={"department": form.department.value, "effective_from": form.effective_from.isoformat()},
    )
