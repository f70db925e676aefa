"""Everything that can be done with matches: the one door for routes, pages, jobs and the demo."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.kit.pagination import Page, decode_cursor, encode_cursor, page_of
from services.matching import repo
from services.matching.decisions import countersign, decide
from services.matching.errors import NoSuchDecision
from services.matching.explanations import decision_answer, match_of, placements, run_of
from services.matching.run_answers import run_answer
from services.matching.run_requests import request_run
from services.matching.runs import execute
from services.matching.schemas import AnyRun
from services.matching.tables import MatchDecision, MatchRun
from services.regions import repo as regions

__all__ = [
    "countersign",
    "decide",
    "decision_answer",
    "execute",
    "latest",
    "list_runs",
    "match_of",
    "placements",
    "request_run",
    "run_answer",
    "run_of",
    "unit_names",
    "waiting_decision",
]


async def list_runs(
    session: AsyncSession, principal: Principal, *, secret: str, cursor: str | None = None, limit: int = 20
) -> Page[AnyRun]:
    """Return one page of the city's runs, latest first.

    Raises:
        BadCursor: a cursor of another list or person.
    """
    bound = f"runs|{principal.account}"
    before = UUID(decode_cursor(secret, bound, cursor)[0]) if cursor else None
    rows = await repo.runs(session, principal.city, before=before, limit=limit + 1)
    return page_of(
        rows,
        limit,
        item=lambda run: run_answer(principal, run),
        cursor=lambda run: encode_cursor(secret, bound, [str(run.id)]),
    )


async def latest(session: AsyncSession, principal: Principal) -> MatchRun | None:
    """Return the city's latest stored run."""
    return await repo.latest_done(session, principal.city)


async def unit_names(session: AsyncSession, principal: Principal) -> dict[str, str]:
    """Return the names of the city's regions and parks by their codes."""
    return await regions.unit_names(session, principal.city)


async def waiting_decision(session: AsyncSession, principal: Principal, decision_id: UUID) -> MatchDecision:
    """Return a decision that waits for a second signer.

    Raises:
        NoSuchDecision: there is none.
    """
    found = [row for row in await repo.waiting(session, principal.city) if row.id == decision_id]
    if not found:
        raise NoSuchDecision
    return found[0]
