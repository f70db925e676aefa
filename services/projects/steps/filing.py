"""From registration to protection: register, correct, review, accept, extend, release."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from stdnum.cn import uscc

from allocation.lifecycle import Action, Reason, State
from auth import policy
from auth.errors import OfficerSuspended
from auth.principal import Principal
from services.entry.service import keep_check
from services.entry.words import CheckStage
from services.kit.clock import Clock
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.projects.dossier import Dossier, facts_of, open_dossier
from services.projects.errors import BadProject, MoveRefused, NotYours
from services.projects.identity import code_name, name_key, new_public_id
from services.projects.protection import protected_until
from services.projects.schemas import MoveForm, ProjectForm
from services.projects.steps.common import given, make_move, write_move
from services.projects.steps.gates import examine_form, examine_project, missing_facts
from services.projects.steps.protecting import prolong
from services.projects.steps.warning import name_and_warn, take_note
from services.projects.tables import Project
from services.regions.repo import load_region

CODE_DIGITS = 4


async def register(session: AsyncSession, principal: Principal, form: ProjectForm) -> Project:
    """Register a lead for its origin.

    Raises:
        OfficerSuspended: the officer is suspended.
        NotYours: the origin is another county.
        BadProject: no reason, no such origin, facts of the channel missing, or dates that cannot be.
        EntryRefused: it lies outside the scope, or breaks an entry rule that refuses.
    """
    if principal.suspended:
        raise OfficerSuspended
    if not policy.can_register(principal, form.origin):
        raise NotYours
    today = await Clock().today(session, principal.city)
    await _check(session, principal.city, form, today)
    found = await examine_form(session, principal.city, form, today)
    found.refuse()
    public_id = new_public_id()
    project = Project(
        **form.model_dump(),
        city=principal.city,
        code=await _next_code(session, principal.city, today.year),
        public_id=public_id,
        code_name=code_name(public_id),
        name_key=name_key(form.investor_name),
        registered_on=today,
        state=State.registered,
        registrar=None if principal.is_system else principal.account,
    )
    session.add(project)
    await session.flush()
    await write_move(session, principal, project, "register", came_from=None, on_date=today)
    await keep_check(session, principal, project.id, CheckStage.register, found, today)
    await name_and_warn(session, project, today)
    return project


async def correct(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: ProjectForm,
    *,
    version: int | None = None,
) -> Project:
    """Correct a lead that is registered or returned; the origin stays.

    Raises:
        NotYours: the lead is another county's.
        MoveRefused: the lead has been reviewed.
        BadProject: the content breaks a rule.
        EntryRefused: it lies outside the scope, or breaks an entry rule that refuses.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    project = dossier.project
    if not policy.can_register(principal, project.origin) or form.origin != project.origin:
        raise NotYours
    if not may_correct(dossier):
        raise MoveRefused((Reason.wrong_state,))
    await _check(session, principal.city, form, dossier.today)
    found = await examine_form(session, principal.city, form, dossier.today)
    found.refuse()
    changes = form.model_dump()
    before = {name: getattr(project, name) for name in changes if getattr(project, name) != changes[name]}
    for name, value in changes.items():
        setattr(project, name, value)
    project.name_key = name_key(form.investor_name)
    project.version += 1
    project.updated_at = Clock().now()
    await session.flush()
    await write_move(
        session,
        principal,
        project,
        "correct",
        came_from=project.state,
        on_date=dossier.today,
        record={"fields": sorted(before)},
    )
    await keep_check(session, principal, project.id, CheckStage.correct, found, dossier.today)
    await name_and_warn(session, project, dossier.today)
    return project


def may_correct(dossier: Dossier) -> bool:
    """Tell whether the asker may correct the content: the origin or the office, before the review."""
    project = dossier.project
    early = project.state in {State.registered, State.returned}
    return early and policy.can_register(dossier.principal, project.origin)


async def _check(session: AsyncSession, city: str, form: ProjectForm, today: date) -> None:
    errors = missing_facts(form, today)
    if not uscc.is_valid(form.investor_credit_code):
        errors.append(FieldError("/investor_credit_code", "check_digit", lazy("信用代码的校验位不符")))
    if await load_region(session, city, form.origin) is None:
        errors.append(FieldError("/origin", "unknown", lazy("没有这个县区")))
    if form.first_talk_on > today:
        errors.append(FieldError("/first_talk_on", "future", lazy("日期不能晚于今天")))
    if form.land_deadline <= today:
        errors.append(FieldError("/land_deadline", "past", lazy("最迟供地日期应晚于今天")))
    if errors:
        raise BadProject(errors=errors)


async def _examine_once_more(session: AsyncSession, dossier: Dossier) -> None:
    """Examine a lead that is being accepted; an imported one is flagged and not refused.

    Raises:
        EntryRefused: it breaks an entry rule that refuses.
    """
    project = dossier.project
    found = await examine_project(session, project)
    if project.filing_reason is not None:
        found.refuse()
    await keep_check(session, dossier.principal, project.id, CheckStage.accept, found, dossier.today)


async def _next_code(session: AsyncSession, city: str, year: int) -> str:
    """Return the next 登记编号 of the year: prefecture, year, running number."""
    prefix = f"{city[:4]}-{year}-"
    # Two registrations at once would read the same last number: the second waits.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"project {prefix}", 0))))
    last = (
        await session.execute(
            select(func.max(col(Project.code))).where(
                col(Project.city) == city, col(Project.code).like(f"{prefix}%")
            )
        )
    ).scalar_one()
    number = int(last.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{number:0{CODE_DIGITS}d}"


async def file_move(session: AsyncSession, dossier: Dossier, form: MoveForm) -> Project:
    """Make a plain move before the pool: review, return, resubmit, accept, extend, release, ….

    Raises:
        MoveRefused: with every reason against it.
    """
    project = dossier.project
    facts = given(
        facts_of(dossier),
        reason=form.reason,
        evidence=form.evidence,
        minutes=form.minutes,
        files=form.files,
    )
    if form.action is Action.review:
        # Only the leader of the very county checks what its officer entered.
        facts = replace(
            facts,
            maker_is_other=policy.can_review(dossier.principal, project.origin, project.registrar),
        )
    record: dict[str, Any] = {
        name: text
        for name, text in (("reason", form.reason), ("evidence", form.evidence), ("minutes", form.minutes))
        if text
    }
    moved = await make_move(session, dossier, form.action, facts, record=record, files=form.files)
    if form.action is Action.accept:
        await _examine_once_more(session, dossier)
        await take_note(session, dossier, form.reason)
    if form.action in {Action.accept, Action.reaccept}:
        project.accepted_on = dossier.today
        project.accepted_at = await session.scalar(select(func.clock_timestamp()))
        project.protected_until = await protected_until(session, project.city, dossier.today)
        project.protection_extended = False
    elif form.action is Action.extend:
        await prolong(session, dossier)
    await session.flush()
    return moved
