"""Matches over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT, Page
from services.kit.routing import link_next, require_if_match
from services.matching import service
from services.matching.card import MatchCard, card
from services.matching.fair_results import fairness_of
from services.matching.fair_routes import router as fair_router
from services.matching.fair_schemas import RunFairness
from services.matching.run_changes import changes_of
from services.matching.schemas import (
    AnyRun,
    ChangesAnswer,
    DecisionAnswer,
    DecisionForm,
    MatchAnswer,
    PlacementAnswer,
    RunForm,
    SignatureForm,
    Strict,
)
from services.projects import service as projects

router = APIRouter(prefix="/v1/matches", tags=["matches"])
router.include_router(fair_router)

Anybody = Annotated[Principal, Depends(Requires(Scope.me))]
Reader = Annotated[Principal, Depends(Requires(Scope.matches_read))]
Runner = Annotated[Principal, Depends(Requires(Scope.matches_run))]
Decider = Annotated[Principal, Depends(Requires(Scope.matches_decide))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]


class RunsQuery(Strict):
    """The place in the list."""

    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


@router.get("/card")
async def get_card(session: SessionDep, principal: Anybody, clock: ClockDep) -> MatchCard:
    """Show how projects are matched, from the settings that the next run will use; for anybody signed in."""
    return await card(session, principal.city, await clock.today(session, principal.city))


@router.post("/runs", status_code=202)
async def post_run(body: RunForm, session: SessionDep, principal: Runner, once: IdempotencyDep) -> AnyRun:
    """Ask for a run; the answer's Location tells how far it is."""

    async def effect() -> Any:
        run = await service.request_run(session, principal, body)
        return service.run_answer(principal, run)

    return await once.run(  # type: ignore[return-value] # a stored answer is sent as it was
        principal,
        principal.city,
        effect,
        status=202,
        headers=lambda run: {"Location": f"/v1/matches/runs/{run.id}"},
    )


@router.get("/runs")
async def get_runs(
    request: Request,
    response: Response,
    session: SessionDep,
    principal: Reader,
    asked: Annotated[RunsQuery, Query()],
) -> Page[AnyRun]:
    """List runs, latest first; a county sees that they took place, not their sums."""
    found = await service.list_runs(
        session,
        principal,
        secret=request.app.state.settings.secret.get_secret_value(),
        cursor=asked.cursor,
        limit=asked.limit,
    )
    link_next(request, response, found.next)
    return found


@router.get("/runs/{run_id}")
async def get_run(run_id: UUID, session: SessionDep, principal: Reader) -> AnyRun:
    """Show a run."""
    return service.run_answer(principal, await service.run_of(session, principal, run_id))


@router.get("/runs/{run_id}/changes")
async def get_run_changes(run_id: UUID, session: SessionDep, principal: Reader) -> ChangesAnswer | None:
    """Show what a warm run changed against the run that it started from; null for a cold run."""
    return await changes_of(session, principal, await service.run_of(session, principal, run_id))


@router.get("/runs/{run_id}/fairness")
async def get_run_fairness(run_id: UUID, session: SessionDep, principal: Reader) -> RunFairness:
    """Show what a run says about fairness: a county its own line, the city all lines and prices."""
    return await fairness_of(session, principal, await service.run_of(session, principal, run_id))


@router.get("/runs/{run_id}/placements")
async def get_placements(run_id: UUID, session: SessionDep, principal: Reader) -> list[PlacementAnswer]:
    """List what a run says of the projects whose explanation this person may read."""
    return await service.placements(session, principal, await service.run_of(session, principal, run_id))


@router.get("/projects/{ref}")
async def get_match(
    ref: Ref, session: SessionDep, principal: Reader, run: Annotated[UUID | None, Query()] = None
) -> MatchAnswer:
    """Explain a project: its best hosts with their score parts, and every rule against every other park."""
    return await service.match_of(session, principal, ref, run)


@router.post("/projects/{ref}/decisions", status_code=201)
async def post_decision(
    ref: Ref,
    request: Request,
    body: DecisionForm,
    session: SessionDep,
    principal: Decider,
    once: IdempotencyDep,
) -> DecisionAnswer:
    """Decide which host holds a project; `If-Match` names the project's version."""
    version = require_if_match(request)

    async def effect() -> DecisionAnswer:
        decision = await service.decide(
            session,
            principal,
            ref,
            body.park,
            body.run,
            override_reason=body.override_reason,
            minutes=body.minutes,
            note=body.note,
            version=version,
        )
        return service.decision_answer(decision, ref)

    return await once.run(  # type: ignore[return-value] # a stored answer is sent as it was
        principal, principal.city, effect, status=201
    )


@router.post("/decisions/{decision_id}/signatures")
async def post_signature(
    decision_id: UUID, body: SignatureForm, session: SessionDep, principal: Decider, once: IdempotencyDep
) -> DecisionAnswer:
    """Sign a waiting decision as the second person, or refuse it."""

    async def effect() -> DecisionAnswer:
        decision = await service.countersign(session, principal, decision_id, agree=body.agree)
        dossier = await projects.open_dossier(session, principal, decision.project)
        return service.decision_answer(decision, dossier.project.public_id)

    return await once.run(principal, principal.city, effect)  # type: ignore[return-value] # as above
