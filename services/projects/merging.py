"""Two leads of one firm become one: the city merges, both histories stay, nobody takes it back."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import FINAL_STATES, POOL_STATES, SIGNED_STATES, State
from auth.errors import NotPermitted
from auth.files import can_merge
from auth.principal import Principal
from services.kit.clock import Clock
from services.kit.errors import SamePerson
from services.kit.events import record_event
from services.projects import merges
from services.projects.dossier import Dossier, open_dossier
from services.projects.merging_errors import MergeRefused, NoMergeAsked, Refusal
from services.projects.merging_schemas import MergeDecision, MergeForm
from services.projects.steps.common import end_transfer, note_move, write_move
from services.projects.tables import MergeState, ProjectMerge
from services.projects.words import TransferState

MERGED: Final = "merge"
TOOK_IN: Final = "merge_in"
"""What the two histories call it; neither names the other lead, whose origin may be another county."""


async def merge(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: MergeForm,
    *,
    version: int | None = None,
) -> ProjectMerge:
    """Merge a lead into another. Where both were accepted, this only asks, and another person decides.

    Raises:
        NotPermitted: somebody other than the city's office asks.
        NoSuchProject: one of the leads is none.
        MergeRefused: with every reason against it.
    """
    if not can_merge(principal):
        raise NotPermitted
    gone, kept = await _both(session, principal, ref, form.into, version)
    await _check(session, gone, kept)
    both_accepted = gone.project.accepted_on is not None and kept.project.accepted_on is not None
    made = ProjectMerge(
        city=principal.city,
        kept=kept.project.id,
        merged=gone.project.id,
        reason=form.reason,
        told=form.told,
        two_people=both_accepted,
        state=MergeState.requested if both_accepted else MergeState.merged,
        made_by=principal.account,
        made_name=principal.name,
        made_on=gone.today,
        decided_name="",
        decided_reason="",
    )
    session.add(made)
    await session.flush()
    if both_accepted:
        await _record(session, principal, made, "merge_requested")
    else:
        await _carry_out(session, gone, kept, made)
    return made


async def decide_merge(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: MergeDecision,
    *,
    version: int | None = None,
) -> ProjectMerge:
    """Confirm a merge that another person asked for, or refuse it with a reason.

    Raises:
        NotPermitted: somebody other than the city's office decides.
        SamePerson: the asker does not decide.
        NoSuchProject: there is no such lead.
        NoMergeAsked: no merge of it is asked for.
        MergeRefused: what stood for it when it was asked for, stands no more.
    """
    if not can_merge(principal):
        raise NotPermitted
    here = await open_dossier(session, principal, ref)
    asked = await merges.live_merge(session, principal.city, here.project.id)
    if asked is None or asked.state is not MergeState.requested:
        raise NoMergeAsked
    if not can_merge(principal, asked.made_by):
        raise SamePerson
    gone, kept = await _both(session, principal, here.project.id, asked.kept, version)
    await session.refresh(asked, with_for_update=True)
    if asked.state is not MergeState.requested:
        raise NoMergeAsked
    asked.decided_by, asked.decided_name = principal.account, principal.name
    asked.decided_on, asked.decided_reason = gone.today, form.reason
    if not form.accept:
        asked.state = MergeState.refused
        await session.flush()
        await _record(session, principal, asked, "merge_refused")
        return asked
    await _check(session, gone, kept, asked=asked)
    asked.state = MergeState.merged
    await session.flush()
    await _carry_out(session, gone, kept, asked)
    return asked


async def _both(
    session: AsyncSession,
    principal: Principal,
    gone: str | UUID,
    kept: str | UUID,
    version: int | None,
) -> tuple[Dossier, Dossier]:
    """Open and lock both leads, always in the same order, so that two merges never wait for each other."""
    first = await open_dossier(session, principal, gone)
    second = await open_dossier(session, principal, kept)
    locked: dict[UUID, Dossier] = {}
    for key in sorted({first.project.id, second.project.id}):
        seen = version if key == first.project.id else None
        locked[key] = await open_dossier(session, principal, key, lock=True, version=seen)
    return locked[first.project.id], locked[second.project.id]


async def _check(
    session: AsyncSession, gone: Dossier, kept: Dossier, *, asked: ProjectMerge | None = None
) -> None:
    """Name every reason against a merge.

    Raises:
        MergeRefused: there is one.
    """
    found = []
    if gone.project.id == kept.project.id:
        found.append(Refusal.same_lead)
    before = await merges.live_merge(session, gone.project.city, gone.project.id)
    if before is not None and before is not asked:
        merged = before.state is MergeState.merged
        found.append(Refusal.merged_before if merged else Refusal.asked_before)
    elif gone.project.state in FINAL_STATES:
        found.append(Refusal.over)
    if gone.project.state in POOL_STATES:
        found.append(Refusal.in_pool)
    if gone.project.state in SIGNED_STATES:
        found.append(Refusal.signed)
    if kept.project.state in FINAL_STATES:
        found.append(Refusal.kept_over)
    if found:
        raise MergeRefused(tuple(found))


async def _carry_out(session: AsyncSession, gone: Dossier, kept: Dossier, made: ProjectMerge) -> None:
    project, came_from = gone.project, gone.project.state
    await end_transfer(session, project, TransferState.ended)
    project.state = State.withdrawn
    project.version += 1
    project.updated_at = Clock().now()
    await session.flush()
    await write_move(
        session,
        gone.principal,
        project,
        MERGED,
        came_from=came_from,
        on_date=gone.today,
        record={"reason": made.reason},
    )
    await note_move(session, kept, TOOK_IN, {"reason": made.reason})
    await _record(session, gone.principal, made, "merged")


async def _record(session: AsyncSession, principal: Principal, made: ProjectMerge, action: str) -> None:
    await record_event(
        session,
        made.city,
        actor=principal,
        action=f"projects.{action}",
        entity="project_merge",
        entity_id=made.id,
        after={"kept": str(made.kept), "merged": str(made.merged), "state": made.state.value},
    )
