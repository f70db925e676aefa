"""How a run is asked for: its row and its job in one transaction."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.kit import queue
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.matching import repo
from services.matching.errors import TooManyRuns
from services.matching.schemas import RunForm
from services.matching.tables import MatchRun
from services.matching.words import RunState

ENTRYPOINT: Final = "matching.run"
DEFAULT_RUN: Final = RunForm()
RUNS_AN_HOUR: Final = 6


async def request_run(session: AsyncSession, principal: Principal, form: RunForm = DEFAULT_RUN) -> MatchRun:
    """Ask for a run: its row and its job are there together or not at all.

    Args:
        session: the asker's transaction.
        principal: who asks.
        form: seconds, seed, and whether the latest plan is to be repaired.

    Raises:
        TooManyRuns: this person asked too often within an hour.
    """
    if not principal.is_system:
        asked = await repo.recent_runs(session, principal.city, principal.account, datetime.now(UTC))
        if asked >= RUNS_AN_HOUR:
            raise TooManyRuns(retry_after=600)
    return await queue_run(
        session,
        MatchRun(
            city=principal.city,
            id=uuid7(),
            state=RunState.queued,
            seconds=form.seconds,
            seed=form.seed,
            warm=form.warm,
            churn_budget=form.churn_budget if form.warm else None,
            requested_by=principal.account,
            requested_office=principal.office,
            round=1,
            attempts=0,
        ),
        principal,
    )


async def queue_run(session: AsyncSession, run: MatchRun, principal: Principal) -> MatchRun:
    """Write a run with its job and its audit event."""
    session.add(run)
    await session.flush()
    await session.refresh(run)
    await queue_job(session, run)
    await record_event(
        session,
        run.city,
        actor=principal,
        action="matching.run_requested",
        entity="match_run",
        entity_id=run.id,
        after={
            "seconds": run.seconds,
            "seed": run.seed,
            "warm": run.warm,
            "replaces": str(run.replaces or ""),
        },
    )
    return run


async def queue_job(session: AsyncSession, run: MatchRun) -> None:
    """Queue a run's next attempt."""
    key = f"{run.city}:{ENTRYPOINT}:{run.id}:{run.attempts}"
    await queue.enqueue(session, ENTRYPOINT, f"{run.city}:{run.id}".encode(), key)
