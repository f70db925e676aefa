"""Questions over HTTP: why not, would win if, the price of an override, alternatives, scenarios."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep, Idempotent
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT, Page
from services.kit.routing import link_next
from services.matching.questions import reading, service
from services.matching.questions.forms import AlternativesForm, PairForm, ScenarioForm, WouldWinForm
from services.matching.questions.schemas import QuestionAnswer, WhyNotCard
from services.matching.questions.tables import MatchQuestion
from services.matching.questions.words import QuestionKind
from services.matching.schemas import Code, Strict

router = APIRouter(prefix="/v1/matches", tags=["matches"])

Reader = Annotated[Principal, Depends(Requires(Scope.matches_read))]
Asker = Annotated[Principal, Depends(Requires(Scope.matches_ask))]
Runner = Annotated[Principal, Depends(Requires(Scope.matches_run))]
Decider = Annotated[Principal, Depends(Requires(Scope.matches_decide))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]


class WhyNotQuery(Strict):
    """Which parks: one, a county's, or all that the reader may see."""

    park: Code | None = None
    county: Code | None = None


class ScenariosQuery(Strict):
    """The place in the list."""

    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


@router.get("/runs/{run_id}/projects/{ref}/why-not")
async def get_why_not(
    run_id: UUID,
    ref: Ref,
    session: SessionDep,
    principal: Reader,
    asked: Annotated[WhyNotQuery, Query()],
) -> WhyNotCard:
    """Tell why a project is not at a park or a county, as stored with the run; nothing is computed anew."""
    return await reading.why_not(session, principal, ref, run_id, park=asked.park, county=asked.county)


@router.get("/projects/{ref}/questions")
async def get_questions(
    ref: Ref, session: SessionDep, principal: Reader, run: Annotated[UUID | None, Query()] = None
) -> list[QuestionAnswer]:
    """List what was asked about a project on a run (by default the latest); a county sees what it asked."""
    return await service.questions_of(session, principal, ref, run)


@router.get("/questions/{question_id}")
async def get_question(question_id: UUID, session: SessionDep, principal: Reader) -> QuestionAnswer:
    """Show a question and, once it is worked out, its stored answer."""
    return await service.question_of(session, principal, question_id)


@router.post("/projects/{ref}/why-not", status_code=202)
async def post_why_not(
    ref: Ref, body: PairForm, session: SessionDep, principal: Asker, once: IdempotencyDep
) -> QuestionAnswer:
    """Ask for scores and what is short at a park beside the proposed host; Location tells the answer."""
    return await _accepted(
        session,
        principal,
        once,
        lambda: service.ask_pair(session, principal, ref, QuestionKind.why_not, body),
    )


@router.post("/projects/{ref}/would-win", status_code=202)
async def post_would_win(
    ref: Ref, body: WouldWinForm, session: SessionDep, principal: Asker, once: IdempotencyDep
) -> QuestionAnswer:
    """Ask what would have to change for a project to be placed at a park; the pool is solved again."""
    return await _accepted(
        session,
        principal,
        once,
        lambda: service.ask_pair(session, principal, ref, QuestionKind.would_win, body, level=body.level),
    )


@router.post("/projects/{ref}/override-prices", status_code=202)
async def post_override_price(
    ref: Ref, body: PairForm, session: SessionDep, principal: Decider, once: IdempotencyDep
) -> QuestionAnswer:
    """Ask what it costs the whole city to place a project at a park against the run, and who else moves."""
    return await _accepted(
        session,
        principal,
        once,
        lambda: service.ask_pair(session, principal, ref, QuestionKind.override_price, body),
    )


@router.post("/projects/{ref}/alternatives", status_code=202)
async def post_alternatives(
    ref: Ref, body: AlternativesForm, session: SessionDep, principal: Decider, once: IdempotencyDep
) -> QuestionAnswer:
    """Ask for the best three other hosts of a project, everything else solved again around each."""
    return await _accepted(
        session, principal, once, lambda: service.ask_alternatives(session, principal, ref, body)
    )


@router.post("/scenarios", status_code=202)
async def post_scenario(
    body: ScenarioForm, session: SessionDep, principal: Runner, once: IdempotencyDep
) -> QuestionAnswer:
    """Ask what other weights or other figures of parks would change of a run's plan."""
    return await _accepted(
        session,
        principal,
        once,
        lambda: service.ask_scenario(session, principal, body),
    )


@router.get("/scenarios")
async def get_scenarios(
    request: Request,
    response: Response,
    session: SessionDep,
    principal: Reader,
    asked: Annotated[ScenariosQuery, Query()],
) -> Page[QuestionAnswer]:
    """List scenarios, latest first; for the city office and the auditor."""
    found = await service.scenarios(
        session,
        principal,
        secret=request.app.state.settings.secret.get_secret_value(),
        cursor=asked.cursor,
        limit=asked.limit,
    )
    link_next(request, response, found.next)
    return found


async def _accepted(
    session: AsyncSession, principal: Principal, once: Idempotent, ask: Callable[[], Awaitable[MatchQuestion]]
) -> QuestionAnswer:
    """Ask once, however often the request comes, and say where the answer will be."""

    async def effect() -> QuestionAnswer:
        return await service.question_of(session, principal, (await ask()).id)

    return await once.run(  # type: ignore[return-value] # a stored answer is sent as it was
        principal,
        principal.city,
        effect,
        status=202,
        headers=lambda question: {"Location": f"/v1/matches/questions/{question.id}"},
    )
