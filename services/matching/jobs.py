"""What the worker does for matching."""

from uuid import UUID

from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.queue import Handler
from services.matching.questions import service as questions
from services.matching.questions import work
from services.matching.run_requests import ENTRYPOINT
from services.matching.runs import execute
from services.settings import Settings


def handlers(database: Database, settings: Settings, clock: Clock) -> dict[str, Handler]:
    """Give the jobs of this slice by name."""

    async def run(payload: bytes) -> None:
        city, _, run_id = payload.decode().partition(":")
        await execute(database, clock, city, UUID(run_id), memory_mb=settings.solver_memory_mb)

    async def question(payload: bytes) -> None:
        city, _, question_id = payload.decode().partition(":")
        await work.execute(database, city, UUID(question_id), memory_mb=settings.solver_memory_mb)

    return {ENTRYPOINT: run, questions.ENTRYPOINT: question}
