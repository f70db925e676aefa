"""What is done at the end of a sheet on the pool's matters, by the pool's own service functions."""

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, State
from auth.principal import Principal, Role
from services.approvals.matters import Subject
from services.matching import repo as matches
from services.matching import service as matching
from services.projects import service as projects
from services.projects.dossier import open_dossier
from services.projects.errors import NoSuchProject
from services.projects.schemas import MoveForm


async def _move(
    session: AsyncSession, principal: Principal, subject: Subject, action: Action, reason: str
) -> None:
    await projects.move(session, principal, subject.id, MoveForm(action=action, reason=reason))


async def reviewed(session: AsyncSession, principal: Principal, subject: Subject, reason: str) -> None:
    """Approve the registration inside the county."""
    await _move(session, principal, subject, Action.review, reason)


async def returned(session: AsyncSession, principal: Principal, subject: Subject, reason: str) -> None:
    """Return the registration to its county, if the signer may: a leader or the city."""
    if principal.role in {Role.county_leader, Role.city_office}:
        await _move(session, principal, subject, Action.return_, reason)


async def resubmitted(session: AsyncSession, principal: Principal, subject: Subject, reason: str) -> None:
    """Register the returned lead again."""
    dossier = await open_dossier(session, principal, subject.id)
    if dossier.project.state is State.returned:
        await _move(session, principal, subject, Action.resubmit, reason)


async def pooled(session: AsyncSession, principal: Principal, subject: Subject, reason: str) -> None:
    """Let the lead into the pool."""
    await _move(session, principal, subject, Action.pool, reason)


async def not_pooled(session: AsyncSession, principal: Principal, subject: Subject, reason: str) -> None:
    """Refuse the request; the lead stays with its county."""
    await _move(session, principal, subject, Action.refuse_transfer, reason)


async def released(session: AsyncSession, principal: Principal, subject: Subject, reason: str) -> None:
    """Release the first-negotiation protection."""
    await _move(session, principal, subject, Action.release, reason or "首谈保护期满，经审批确认释放")


async def decided(session: AsyncSession, principal: Principal, subject: Subject, reason: str) -> None:
    """Decide for the park that the investor chose, on the latest run; one record each."""
    dossier = await open_dossier(session, principal, subject.id)
    run = await matches.latest_done(session, principal.city)
    if run is None or dossier.chosen is None:
        raise NoSuchProject
    await matching.decide(session, principal, subject.id, dossier.chosen[1], run.id, note=reason)
