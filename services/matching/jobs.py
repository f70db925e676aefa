"""What the worker does for matching."""

from typing import Final
from uuid import UUID

import structlog

from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.queue import Handler
from services.matching.process import Limits, solve_apart
from services.matching.protocol import Task
from services.matching.questions import service as questions
from services.matching.questions import work
from services.matching.run_requests import ENTRYPOINT
from services.matching.runs import execute
from services.settings import Settings

_NICE: Final = 10

log = structlog.get_logger()


async def warm_up(settings: Settings) -> None:
    """Compile the kernels where that has not been done, behind everything else: no officer waits for it.

    Compiled code is kept on disk, so that later starts find it; a failure is logged and harms nothing, since
    a run compiles what it finds missing.
    """
    limits = Limits(seconds=1, memory_mb=settings.solver_memory_mb)
    outcome = await solve_apart({"task": Task.kernels}, limits, niceness=_NICE)
    log.info("matching.kernels_ready" if outcome.failure is None else "matching.kernels_not_ready")


def handlers(database: Database, settings: Settings, clock: Clock) -> dict[str, Handler]:
    """Give the jobs of this slice by name."""

    async def run(payload: bytes) -> None:
        city, _, run_id = payload.decode().partition(":")
        await execute(database, clock, city, UUID(run_id), memory_mb=settings.solver_memory_mb)

    async def question(payload: bytes) -> None:
        city, _, question_id = payload.decode().partition(":")
        await work.execute(database, city, UUID(question_id), memory_mb=settings.solver_memory_mb)

    return {ENTRYPOINT: run, questions.ENTRYPOINT: question}
