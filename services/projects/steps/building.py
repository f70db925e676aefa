"""After signing: contract, incorporation, ready, start, statistics, completion, production, full output."""

from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from services.projects.dossier import Dossier, facts_of
from services.projects.schemas import MoveForm
from services.projects.steps.common import end_transfer, given, make_move
from services.projects.tables import Project
from services.projects.words import TransferState

STAGE_DATES: Final = {
    Action.sign_own: "signed_on",
    Action.contract: "contracted_on",
    Action.incorporate: "incorporated_on",
    Action.make_ready: "ready_on",
    Action.start: "started_on",
    Action.enlist: "counted_on",
    Action.complete: "completed_on",
    Action.produce: "produced_on",
    Action.reach_output: "full_output_on",
}
"""The column that keeps the date of each step, in the order of the steps."""


def last_date(project: Project) -> date:
    """Return the date of the last step that was recorded."""
    known = [getattr(project, name) for name in STAGE_DATES.values()]
    return max((day for day in known if day is not None), default=project.registered_on)


async def stage_move(session: AsyncSession, dossier: Dossier, form: MoveForm) -> Project:
    """Record a step with its date and evidence. Signing one's own lead makes the origin its host.

    Raises:
        MoveRefused: with every reason against it.
    """
    project = dossier.project
    host = project.origin if form.action is Action.sign_own else project.host_county
    facts = replace(
        given(
            facts_of(dossier, host, project.host_park),
            reason=form.reason,
            evidence=form.evidence,
            files=form.files,
        ),
        date_given=form.on_date is not None,
        date_not_future=form.on_date is not None and form.on_date <= dossier.today,
        date_in_order=form.on_date is not None and form.on_date >= last_date(project),
    )
    project = await make_move(
        session,
        dossier,
        form.action,
        facts,
        on_date=form.on_date,
        record={"evidence": form.evidence} if form.evidence else {},
        changes={STAGE_DATES[form.action]: form.on_date}
        | ({"host_county": host} if form.action is Action.sign_own else {}),
        files=form.files,
    )
    if form.action is Action.sign_own:
        await end_transfer(session, project, TransferState.ended)
    return project
