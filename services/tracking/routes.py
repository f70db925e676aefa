"""Tracking over HTTP: the ledgers and the schedule lists; what else is tracked stands in routers beside."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT
from services.kit.routing import link_next, require_if_match, versioned
from services.tracking import ledgers, promise_routes, schedule, support_routes
from services.tracking.cases import open_tracked
from services.tracking.schemas import ItemForm, SegmentFilter, StepForm
from services.tracking.views import ItemsAnswer, ItemView, SegmentsAnswer

router = APIRouter(prefix="/v1", tags=["tracking"])
router.include_router(support_routes.router)
router.include_router(promise_routes.router)

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Keeper = Annotated[Principal, Depends(Requires(Scope.projects_progress))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]


class SegmentQuery(SegmentFilter):
    """Which projects are meant, and the place in their list."""

    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


@router.get("/tracking")
async def get_tracking(
    request: Request,
    response: Response,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    asked: Annotated[SegmentQuery, Query()],
) -> SegmentsAnswer:
    """List the projects of the three ledgers with their days in stage; a county finds its own."""
    found = await ledgers.ledger_page(
        session,
        principal,
        await clock.today(session, principal.city),
        SegmentFilter.model_validate(asked.model_dump(exclude={"cursor", "limit"})),
        secret=request.app.state.settings.secret.get_secret_value(),
        limit=asked.limit,
        cursor=asked.cursor,
    )
    link_next(request, response, found.next)
    return found


@router.get("/tracking/items")
async def get_items(principal: Reader, session: SessionDep, clock: ClockDep) -> ItemsAnswer:
    """List what is not yet struck off, of all projects that one tracks."""
    today = await clock.today(session, principal.city)
    return await schedule.items(session, principal, today, standing=True)


@router.get("/tracking/projects/{ref}/items")
async def get_items_of(ref: Ref, principal: Reader, session: SessionDep) -> ItemsAnswer:
    """List a project's items, those struck off too."""
    case = await open_tracked(session, principal, ref)
    return await schedule.items(session, principal, case.today, project=case.project.id)


@router.post("/tracking/projects/{ref}/items", status_code=201, response_model=ItemView)
async def post_item(
    ref: Ref, body: ItemForm, principal: Keeper, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Put an item on a project's schedule list."""

    async def effect() -> ItemView:
        return await schedule.open_item(session, principal, ref, body)

    return await once.run(principal, principal.city, effect, status=201, headers=versioned)


@router.post("/tracking/items/{item}/steps", response_model=ItemView)
async def post_step(
    item: UUID,
    request: Request,
    body: StepForm,
    principal: Keeper,
    session: SessionDep,
    once: IdempotencyDep,
) -> Response:
    """Take a step of an item: report it done, verify it, strike it off, send it back, open it again."""
    revision = require_if_match(request)

    async def effect() -> ItemView:
        return await schedule.take_step(session, principal, item, body, revision)

    return await once.run(principal, principal.city, effect, headers=versioned)
