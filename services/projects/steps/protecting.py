"""The end of a protection: the county answers, the city extends or confirms the release; no timer does."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.clocks import add_months
from allocation.lifecycle import Action
from auth import policy
from auth.principal import Principal
from services.kit.errors import FieldError, SamePerson
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.kit.workdays import working_calendar
from services.projects.dossier import Dossier, facts_of, open_dossier
from services.projects.errors import NotYours
from services.projects.protection_errors import (
    ExtensionTooLate,
    ExtensionUsed,
    NoRequest,
    NotProgress,
    NotProtected,
)
from services.projects.protection_schemas import AnswerForm, ExtensionForm, ReleaseForm
from services.projects.protection_words import EVIDENCED, AnswerKind, Decision
from services.projects.standing import Standing
from services.projects.steps.chained import require_end_of_chain
from services.projects.steps.common import given, make_move, note_move
from services.projects.tables import Project, ProjectMove, ProtectionAnswer, ProtectionDecision

ANSWERED, REFUSED = "answer_protection", "refuse_extension"
"""What the history calls a county's answer and the city's refusal to extend."""


async def answer(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: AnswerForm,
    *,
    version: int | None = None,
) -> Project:
    """Answer for a lead under protection: progress, a request to extend, consent to release, or passing on.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        NotYours: the lead is another county's.
        NotProtected: it is not under protection.
        NotProgress: words without evidence.
        ExtensionTooLate: the protection has ended.
        ExtensionUsed: it cannot be extended again, or a request waits already.
        Stale: somebody moved the lead since `version`.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    if not policy.can_transfer(principal, dossier.project.origin):
        raise NotYours
    standing, until = _standing(dossier)
    _check(dossier, standing, until, form)
    project = dossier.project
    row = ProtectionAnswer(
        city=project.city,
        id=uuid7(),
        project=project.id,
        protected_until=until,
        **form.model_dump(),
        by=principal.account,
        by_name=principal.name,
        office=principal.office,
        on_date=dossier.today,
    )
    session.add(row)
    record = {name: text for name, text in form.model_dump(mode="json").items() if text}
    record["answer"] = str(row.id)
    return await note_move(session, dossier, ANSWERED, record, form.files)


def _standing(dossier: Dossier) -> tuple[Standing, date]:
    """Return how the protection stands, and its end."""
    until = dossier.project.protected_until
    if dossier.protection is None or until is None:
        raise NotProtected
    return dossier.protection, until


def _check(dossier: Dossier, standing: Standing, until: date, form: AnswerForm) -> None:
    evidenced = form.kind in EVIDENCED
    missing = [
        name
        for name, value in (
            ("evidence_kind", form.evidence_kind),
            ("evidence", form.evidence),
            ("happened_on", form.happened_on),
        )
        if evidenced and not value
    ]
    errors = [FieldError(f"/{name}", "no_evidence", lazy("请附佐证：种类、内容和日期")) for name in missing]
    if form.happened_on is not None and form.happened_on > dossier.today:
        errors.append(FieldError("/happened_on", "future", lazy("日期不能晚于今天")))
    if form.kind is not AnswerKind.progress and not form.reason:
        errors.append(FieldError("/reason", "no_reason", lazy("请填写原因")))
    if errors:
        raise NotProgress(errors=errors)
    if form.kind is not AnswerKind.extension:
        return
    facts = facts_of(dossier)
    if facts.protection_over:
        raise ExtensionTooLate(until=until.isoformat())
    if facts.extended_before or standing.request is not None:
        raise ExtensionUsed


async def decide_extension(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: ExtensionForm,
    *,
    version: int | None = None,
) -> Project:
    """Grant or refuse the extension that a county asked for in time; the city may be late, the county not.

    Raises:
        NotYours: the asker is not the city's office.
        SamePerson: the asker asked for it.
        NoRequest: none waits.
        Stale: somebody moved the lead since `version`.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    if not policy.can_accept(principal):
        raise NotYours
    request = _standing(dossier)[0].request
    if request is None:
        raise NoRequest
    if not policy.differs(request.by, principal):
        raise SamePerson
    record = {"reason": form.reason, "answer": str(request.id)}
    if form.outcome is Decision.granted:
        facts = given(facts_of(dossier), reason=form.reason, evidence=request.evidence)
        await make_move(session, dossier, Action.extend, facts, record=record)
        await prolong(session, dossier)
    else:
        await note_move(session, dossier, REFUSED, record)
    session.add(
        ProtectionDecision(
            city=dossier.project.city,
            answer=request.id,
            asked_by=request.by,
            outcome=form.outcome,
            reason=form.reason,
            by=principal.account,
            by_name=principal.name,
            office=principal.office,
            on_date=dossier.today,
        )
    )
    await session.flush()
    return dossier.project


async def prolong(session: AsyncSession, dossier: Dossier) -> None:
    """Set the new end of a protection that was just extended, and whether it may be extended again."""
    project, settings = dossier.project, dossier.settings
    if project.protected_until is not None:
        later = add_months(project.protected_until, settings.protection_months)
        project.protected_until = working_calendar().next_working(later)
    used = await _extensions(session, project)
    project.protection_extended = used >= settings.protection_extensions
    await session.flush()


async def _extensions(session: AsyncSession, project: Project) -> int:
    """Count the extensions since the protection began."""
    moved = (col(ProjectMove.city) == project.city, col(ProjectMove.project) == project.id)
    began = select(func.coalesce(func.max(col(ProjectMove.seq)), 0)).where(
        *moved, col(ProjectMove.action).in_([Action.accept, Action.reaccept])
    )
    counted = select(func.count()).where(
        *moved,
        col(ProjectMove.action) == Action.extend,
        col(ProjectMove.seq) > began.scalar_subquery(),
    )
    return (await session.execute(counted)).scalar_one()


async def confirm_release(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: ReleaseForm,
    *,
    version: int | None = None,
) -> Project:
    """Confirm that a lead is released: its protection has ended, or its county agrees.

    Raises:
        NotYours: the asker is not the city's office.
        NotProtected: the lead is not under protection.
        MoveRefused: the protection runs and the county has not agreed, or a request to extend waits.
        ChainOpen: several people sign a release, on its approval sheet.
        Stale: somebody moved the lead since `version`.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    if not policy.can_accept(principal):
        raise NotYours
    await require_end_of_chain(session, dossier, Action.release)
    standing, _until = _standing(dossier)
    facts = given(facts_of(dossier), reason=form.reason)
    last = standing.last
    record = {
        "reason": form.reason,
        "pieces": len(standing.pieces),
        **({"answer": str(last.id)} if last else {}),
    }
    return await make_move(session, dossier, Action.release, facts, record=record)


async def confirm_releases(
    session: AsyncSession, principal: Principal, refs: Sequence[str], form: ReleaseForm
) -> list[Project]:
    """Confirm several releases at once: all of them, or none.

    Raises:
        NotYours, NotProtected, MoveRefused: as `confirm_release`, for the first lead that stands against it.
    """
    # In one order, so that two batches never wait for each other.
    return [await confirm_release(session, principal, ref, form) for ref in sorted(set(refs))]
