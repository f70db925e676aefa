"""What the end of a case does to the leads: one keeps its protection, the others give way; or all go back."""

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import State
from auth.principal import Principal
from services.first_talk import repo
from services.first_talk.tables import Case, CaseParty
from services.first_talk.words import CaseState, Effect, Outcome
from services.projects.steps.disputing import give_way, go_back, hold_for
from services.projects.tables import Project


async def resume(session: AsyncSession, case: Case, party: CaseParty, lead: Project, reason: str) -> None:
    """Return one lead to where the case stopped it; what left the case on its own way stays there."""
    if party.paused and party.state_before is not None and lead.state is State.disputed:
        record = {"reason": reason, "case": case.number}
        # The program itself acts: a county that withdraws its case has no hand in another county's lead.
        system = Principal.system(case.city)
        await go_back(session, system, lead.id, before=party.state_before, record=record)
    if party.paused:
        party.outcome = Outcome.resumed


async def decide(
    session: AsyncSession,
    principal: Principal,
    case: Case,
    *,
    holder: int,
    effect: Effect,
    state: CaseState,
    record: dict[str, Any],
    today: date,
) -> None:
    """End a held case for one side: its lead keeps its protection, those stopped beside it give way.

    Args:
        session: the decider's transaction.
        principal: the city's office.
        case: the case, held.
        holder: the side whose lead stays.
        effect: what becomes of the others.
        state: how the case ends.
        record: what the leads' histories keep: reason, minutes, case.
        today: the business date.

    Raises:
        MoveRefused: the lead that should stay has left the case on its own way.
    """
    for party, lead in await repo.parties_of(session, case):
        party.is_open = False
        if party.seq == holder:
            party.outcome = Outcome.holder
            if party.paused:
                await hold_for(session, principal, lead.id, record=record)
        elif party.paused:
            party.outcome = Outcome(effect.value)
            if lead.state is State.disputed:
                await give_way(session, principal, lead.id, record=record | {"effect": effect.value})
    # Written together with the step that ends the case: after its end a case takes no change at all.
    case.state = state
    case.holder = holder
    case.closed_on = today
