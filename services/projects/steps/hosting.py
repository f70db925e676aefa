"""What candidate hosts do in the pool: apply, are proposed, decline, step back."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.clocks import Rule, Unit, deadline
from allocation.lifecycle import Action
from auth.principal import Principal
from services.kit.workdays import working_calendar
from services.projects.dossier import facts_of, open_dossier
from services.projects.limits import require_room_to_apply
from services.projects.room import require_room
from services.projects.schemas import ApplicationForm, DeclineForm, StepBackForm
from services.projects.steps.common import ask, close_candidate, make_move, park_of
from services.projects.tables import Application, Project, Proposal
from services.projects.words import ApplicationState, Exit, ProposalState


async def apply(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: ApplicationForm,
    *,
    version: int | None = None,
) -> Project:
    """Apply for a pooled lead with what a park offers.

    Raises:
        NoSuchPark: there is no such park.
        MoveRefused: with every reason against it.
        LimitReached: the county has too many open holds, pauses, applied too often; or the lead is too new.
        OverOffered: the park, plot or hall has not so much left beside what it has promised.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    park = await park_of(session, principal.city, form.park)
    facts = facts_of(dossier, park.owner, park.code)
    ask(dossier, Action.apply, facts)
    pooled_on = dossier.project.pooled_on
    await require_room_to_apply(
        session, principal.city, park.owner, dossier.today, dossier.settings, pooled_on
    )
    await require_room(
        session, principal.city, park.code, dossier.project.id, form, plot=form.plot, hall=form.hall
    )
    project = await make_move(
        session,
        dossier,
        Action.apply,
        facts,
        record={"county": park.owner, "park": park.code},
    )
    session.add(
        Application(
            **form.model_dump(),
            city=project.city,
            project=project.id,
            county=park.owner,
            applied_on=dossier.today,
            applied_by=None if principal.is_system else principal.account,
            state=ApplicationState.open,
        )
    )
    await session.flush()
    return project


async def propose(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    parks: Sequence[str],
    *,
    run: UUID | None = None,
    version: int | None = None,
) -> Project:
    """Propose a pooled lead to parks, best first; parks that are proposed already keep their proposal.

    The matcher calls this when a run is stored, the city office by hand. The proposed counties may then see
    exact requirements and, after accepting the floor terms, the name.

    Raises:
        NoSuchPark: there is no such park.
        MoveRefused: with every reason against it.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    known = {row.park for row in dossier.proposals}
    period = Rule(dossier.settings.host_reply_days, Unit.working_days)
    limit = deadline(dossier.today, period, working_calendar())
    fresh = []
    for rank, code in enumerate(parks, start=1):
        park = await park_of(session, principal.city, code)
        ask(dossier, Action.propose, facts_of(dossier, park.owner, park.code))
        if park.code not in known:
            fresh.append((rank, park))
    if not fresh:
        return dossier.project
    rank, park = fresh[0]
    project = await make_move(
        session,
        dossier,
        Action.propose,
        facts_of(dossier, park.owner, park.code),
        record={"parks": [park.code for _, park in fresh], "run": str(run) if run else None},
    )
    for rank, park in fresh:
        session.add(
            Proposal(
                city=project.city,
                project=project.id,
                county=park.owner,
                park=park.code,
                run=run,
                rank=rank,
                proposed_on=dossier.today,
                answer_by=limit.on,
                state=ProposalState.open,
            )
        )
    await session.flush()
    return project


async def decline(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: DeclineForm,
    *,
    version: int | None = None,
) -> Project:
    """Decline a lead that was proposed or applied for; costs nothing, and needs a reason of the closed list.

    Raises:
        MoveRefused: with every reason against it; "other" needs words.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    park = await park_of(session, principal.city, form.park)
    facts = facts_of(dossier, park.owner, park.code)
    explained = form.reason is not Exit.other or bool(form.remark)
    project = await make_move(
        session,
        dossier,
        Action.decline,
        replace(facts, reason_given=explained),
        record={"county": park.owner, "reason": form.reason.value, "remark": form.remark},
    )
    await close_candidate(session, project, park.owner, dossier.today, ApplicationState.declined)
    return project


async def step_back(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: StepBackForm,
    *,
    version: int | None = None,
) -> Project:
    """Take back an application before the decision.

    Raises:
        MoveRefused: with every reason against it.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    park = await park_of(session, principal.city, form.park)
    project = await make_move(
        session,
        dossier,
        Action.step_back,
        facts_of(dossier, park.owner, park.code),
        record={"county": park.owner},
    )
    await close_candidate(session, project, park.owner, dossier.today, ApplicationState.withdrawn)
    return project
