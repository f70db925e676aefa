"""The city's decision on a match (市级审定): the first rank, or an override with a closed reason."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, State
from allocation.matching.eligibility import blockers
from allocation.matching.result import Blocker
from auth.errors import NotPermitted
from auth.policy import can_decide, differs
from auth.principal import Principal
from services.compliance import service as compliance
from services.kit.clock import Clock
from services.kit.errors import FieldError, SamePerson
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.matching import repo
from services.matching.errors import (
    BadDecision,
    DecisionWaits,
    NoSuchDecision,
    NoSuchMatch,
    NoSuchRun,
    OutdatedRun,
    ParkCannot,
    PriceNotTold,
    RunNotDone,
)
from services.matching.questions import repo as questions
from services.matching.snapshot import build_pool, lead_of
from services.matching.tables import MatchDecision, MatchRun
from services.matching.words import RULES, DecidingBody, DecisionState, OverrideReason, RunState
from services.projects import service as projects
from services.projects.steps.chained import require_end_of_chain, several_sign
from services.projects.tables import Project


async def decide(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    park: str,
    run_id: UUID,
    *,
    override_reason: OverrideReason | None = None,
    minutes: str = "",
    note: str = "",
    version: int | None = None,
) -> MatchDecision:
    """Decide for a host. The hold is taken at once, unless a second signer is needed first.

    One is needed for the reason `other`, and for every override where several people sign a decision.

    Args:
        session: the decision's transaction.
        principal: the city's officer.
        ref: the project's public or internal id.
        park: the host.
        run_id: the run that the decision rests on; the latest stored one.
        override_reason: why another than the first rank.
        minutes: number of the minutes (会议纪要); a meeting's decision and major projects need one.
        note: words of the officer.
        version: the project's version that the officer saw.

    Raises:
        NoSuchProject, NoSuchRun, NoSuchMatch: there is none.
        NotPermitted: only the city's office decides.
        RunNotDone, OutdatedRun: the run is not the one to decide on.
        BadDecision: an override without its reason, a meeting without minutes.
        PriceNotTold: another than the first rank, whose exact price on this run nobody asked for yet.
        DecisionWaits: one waits for its second signer.
        ParkCannot: a hard rule stands against the park today.
        ComplianceMissing: a record that the decision needs is not there; `errors` names each.
        ChainOpen: several people sign the first rank, on its approval sheet.
        MoveRefused, AlreadyHeld: the pool refuses the hold.
    """
    if not can_decide(principal):
        raise NotPermitted
    dossier = await projects.open_dossier(session, principal, ref, version=version)
    project = dossier.project
    run = await _run_to_decide_on(session, principal.city, run_id)
    rank, price = await _rank(session, run, project.id, park)
    told = await questions.override_price(session, project.city, run.id, project.id, park)
    sums = None if told is None else told.answer
    if sums is not None and (sums["loss"] or 0) >= 0:
        price = sums["loss"]
    reason = None if rank == 1 else override_reason
    _check_reason(rank, reason, minutes, note)
    if rank == 1:
        await require_end_of_chain(session, dossier, Action.hold)
    earlier = await repo.decisions(session, project.city, project.id)
    if any(row.state is DecisionState.waiting for row in earlier):
        raise DecisionWaits
    await _check_park(session, project, park)
    if rank != 1 and sums is None:
        raise PriceNotTold
    await _check_records(session, project, park)
    decision = MatchDecision(
        city=project.city,
        id=uuid7(),
        run=run.id,
        project=project.id,
        park=park,
        rank=rank,
        override_reason=reason,
        minutes=minutes,
        note=note,
        price=price,
        question=None if told is None else told.id,
        told=sums,
        body=_body(reason, major=dossier.is_major),
        decided_on=dossier.today,
        state=DecisionState.waiting,
        decided_by=principal.account,
    )
    session.add(decision)
    await session.flush()
    await session.refresh(decision)
    # Where several sign the first rank, one person's override would be the way round them.
    override = reason is not None and await several_sign(session, dossier, Action.hold)
    if reason is not OverrideReason.other and not override:
        await _hold(session, principal, decision)
    await _record(session, principal, decision, "matching.decided")
    return decision


async def countersign(
    session: AsyncSession, principal: Principal, decision_id: UUID, *, agree: bool
) -> MatchDecision:
    """Sign a waiting decision as the second person, or refuse it.

    Raises:
        NotPermitted: only the city's office signs.
        NoSuchDecision: none waits under this id.
        SamePerson: the first signer cannot be the second.
        ParkCannot: a hard rule stands against the park today.
        ComplianceMissing: a record that the decision needs is not there any more.
        MoveRefused, AlreadyHeld: the pool refuses the hold.
    """
    if not can_decide(principal):
        raise NotPermitted
    decision = await repo.decision(session, principal.city, decision_id)
    if decision is None or decision.state is not DecisionState.waiting:
        raise NoSuchDecision
    if decision.decided_by == principal.account or not differs(decision.decided_by, principal):
        raise SamePerson
    decision.second_by, decision.second_at = principal.account, datetime.now(UTC)
    if agree:
        dossier = await projects.open_dossier(session, principal, decision.project)
        await _check_park(session, dossier.project, decision.park)
        await _check_records(session, dossier.project, decision.park)
        await _hold(session, principal, decision)
    else:
        decision.state = DecisionState.refused
        await session.flush()
    await _record(session, principal, decision, "matching.countersigned")
    return decision


async def _run_to_decide_on(session: AsyncSession, city: str, run_id: UUID) -> MatchRun:
    run = await repo.run(session, city, run_id)
    if run is None:
        raise NoSuchRun
    if run.state is not RunState.done:
        raise RunNotDone
    latest = await repo.latest_done(session, city)
    if latest is None or latest.id != run.id:
        raise OutdatedRun
    return run


async def _rank(
    session: AsyncSession, run: MatchRun, project: UUID, park: str
) -> tuple[int | None, int | None]:
    """Return the park's rank in the run and the price of taking it; (None, None) beyond the best three."""
    if await repo.placement(session, run.city, run.id, project) is None:
        raise NoSuchMatch
    for candidate in await repo.candidates(session, run.city, run.id, project):
        if candidate.park == park:
            return candidate.rank, candidate.price
    return None, None


def _body(reason: OverrideReason | None, *, major: bool) -> DecidingBody:
    """Tell who decides: the joint meeting assigns major projects; a special meeting by its minutes."""
    if major:
        return DecidingBody.joint_meeting
    return DecidingBody.special_meeting if reason is OverrideReason.meeting else DecidingBody.office


def _check_reason(rank: int | None, reason: OverrideReason | None, minutes: str, note: str) -> None:
    errors = []
    if rank != 1 and reason is None:
        errors.append(FieldError("/override_reason", "needed", lazy("选择非第一名时必须说明理由")))
    if reason is OverrideReason.meeting and not minutes:
        errors.append(FieldError("/minutes", "needed", lazy("专题会议决定必须填写会议纪要编号")))
    if reason is OverrideReason.other and not note:
        errors.append(FieldError("/note", "needed", lazy("选择“其他”时必须写明理由")))
    if errors:
        raise BadDecision(errors=errors)


async def _check_park(session: AsyncSession, project: Project, park_code: str) -> None:
    """Check every hard rule again on today's ground, one decision of the city at a time.

    A run may be days old, and many decisions rest on it: only this keeps the land from being given twice.
    """
    await repo.one_decision_at_a_time(session, project.city)
    pool = await build_pool(session, project.city, await Clock().today(session, project.city))
    park = next((park for park in pool.parks if park.code == park_code), None)
    if park is None:
        raise NoSuchMatch
    found = blockers(pool, lead_of(project), park)
    if found:
        raise ParkCannot(errors=[_place(blocker) for blocker in found])


async def _check_records(session: AsyncSession, project: Project, park: str) -> None:
    """Refuse a decision without its records; a project that is not up for decision is refused by the pool."""
    if project.state is State.chosen:
        await compliance.require_records(session, project, park)


def _place(blocker: Blocker) -> FieldError:
    return FieldError("/park", blocker.rule.value, RULES[blocker.rule])


async def _hold(session: AsyncSession, principal: Principal, decision: MatchDecision) -> None:
    reason = decision.override_reason.value if decision.override_reason else ""
    hold = await projects.take_hold(
        session,
        principal,
        decision.project,
        decision.park,
        decision.run,
        reason=reason,
        minutes=decision.minutes,
    )
    decision.state, decision.hold = DecisionState.final, hold.id
    await session.flush()


async def _record(session: AsyncSession, principal: Principal, decision: MatchDecision, action: str) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="match_decision",
        entity_id=decision.id,
        after={
            "project": str(decision.project),
            "park": decision.park,
            "rank": decision.rank,
            "reason": decision.override_reason.value if decision.override_reason else None,
            "price": decision.price,
            "question": None if decision.question is None else str(decision.question),
            "state": decision.state.value,
        },
    )
