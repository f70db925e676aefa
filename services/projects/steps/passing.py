"""Passing a lead on: the origin's request with its floor terms, the city's review, and taking it back."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from auth import policy
from auth.principal import Principal
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.projects.dossier import Dossier, facts_of, open_dossier
from services.projects.errors import BadProject
from services.projects.limits import failed_hold
from services.projects.pool_words import LossReason
from services.projects.protection import window_until
from services.projects.schemas import MoveForm, TransferForm
from services.projects.steps.common import close_candidates, end_transfer, give_back, given, make_move
from services.projects.tables import InvestorConsent, Project, Transfer
from services.projects.words import ConsentKind, TransferState


async def request_transfer(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: TransferForm,
    *,
    version: int | None = None,
) -> Project:
    """Ask to pass a lead on; the investor's consent to the pool is recorded with it.

    Raises:
        BadProject: a consent of tomorrow.
        MoveRefused: with every reason against it.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    if form.investor_consent_on > dossier.today:
        raise BadProject(errors=[FieldError("/investor_consent_on", "future", lazy("日期不能晚于今天"))])
    facts = replace(
        given(facts_of(dossier), reason=form.reason.value, evidence=form.evidence, files=form.files),
        consent_to_pool=True,
        floor_terms_given=True,
    )
    project = await make_move(
        session,
        dossier,
        Action.request_transfer,
        facts,
        record={"reason": form.reason.value, "evidence": form.evidence},
        files=form.files,
    )
    await end_transfer(session, project, TransferState.ended)
    values = {
        **form.model_dump(exclude={"reason"}),
        "reason": form.reason.value,
        "city": project.city,
        "project": project.id,
        "applicant": project.origin,
        "applied_on": dossier.today,
        "state": TransferState.requested,
        "requested_by": None if principal.is_system else principal.account,
    }
    # A request of the same day that was refused is asked anew; the history keeps both.
    await session.execute(
        insert(Transfer)
        .values(id=uuid7(), **values)
        .on_conflict_do_update(index_elements=["city", "project", "applied_on"], set_=values)
    )
    session.add(
        InvestorConsent(
            city=project.city,
            project=project.id,
            kind=ConsentKind.pool,
            consented_on=form.investor_consent_on,
            evidence=form.evidence,
            recorded_by=None if principal.is_system else principal.account,
        )
    )
    await session.flush()
    return project


async def pool_move(session: AsyncSession, dossier: Dossier, form: MoveForm) -> Project:
    """Let a requested transfer into the pool, or refuse it.

    Raises:
        MoveRefused: with every reason against it.
    """
    transfer = dossier.transfer
    facts = given(facts_of(dossier), reason=form.reason)
    if transfer is not None:
        facts = replace(facts, maker_is_other=policy.can_pool(dossier.principal, transfer.requested_by))
    record = {"reason": form.reason} if form.reason else {}
    project = await make_move(session, dossier, form.action, facts, record=record)
    if form.action is Action.refuse_transfer:
        await end_transfer(session, project, TransferState.refused)
    elif transfer is not None:
        transfer.state = TransferState.approved
        project.pooled_on = dossier.today
        project.window_until = await window_until(session, project.city, dossier.today)
        project.recall_from = dossier.today + timedelta(days=transfer.recall_days)
    await session.flush()
    return project


async def take_back(session: AsyncSession, dossier: Dossier, form: MoveForm) -> Project:
    """Take a lead out of the pool or from its host: recall, release, failure, refusal, loss, withdrawal, end.

    The hold is released, all candidates are closed. What goes back to the origin or out ends the transfer;
    what goes back to the pool keeps it, and opens a new window.

    Raises:
        BadProject: a loss for a reason that is not in the closed list.
        MoveRefused: with every reason against it.
    """
    if form.action is Action.lose and form.reason and form.reason not in set(LossReason):
        raise BadProject(errors=[FieldError("/reason", "unknown", lazy("请从清单中选择流失原因"))])
    facts = given(
        facts_of(dossier),
        reason=form.reason,
        evidence=form.evidence,
        minutes=form.minutes,
        files=form.files,
    )
    record = {
        name: text
        for name, text in (("reason", form.reason), ("evidence", form.evidence), ("minutes", form.minutes))
        if text
    }
    if dossier.hold is not None:
        record |= {"county": dossier.hold.county, "park": dossier.hold.park}
    project = await make_move(session, dossier, form.action, facts, record=record, files=form.files)
    failed = dossier.today if failed_hold(form.action, form.reason) else None
    await give_back(session, project.city, project.id, form.reason, failed)
    await close_candidates(session, project, dossier.today)
    if form.action in {Action.release_hold, Action.refuse_hosts, Action.fail_to_pool}:
        project.window_until = await window_until(session, project.city, dossier.today)
    else:
        await end_transfer(session, project, TransferState.ended)
    if form.action is not Action.end:
        project.host_county = project.host_park = None
        project.signed_on = project.contracted_on = project.incorporated_on = project.ready_on = None
    await session.flush()
    return project
