"""Clocks and the report on who is late over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.clocks import report, service
from services.clocks.schemas import ClockFilter, ClockView, ExpertForm, OverdueReport
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT, Page
from services.kit.routing import etag, link_next, require_if_match
from services.projects import service as projects
from services.projects.answers import ProjectAnswer

router = APIRouter(prefix="/v1", tags=["clocks"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.projects_write))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]


class ClockQuery(ClockFilter):
    """Which clocks are meant, and the place in their list."""

    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT


@router.get("/clocks")
async def get_clocks(
    request: Request,
    response: Response,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    asked: Annotated[ClockQuery, Query()],
) -> Page[ClockView]:
    """List the clocks that run: of one's own county, and the city's on its leads; the city sees all."""
    today = await clock.today(session, principal.city)
    found = await service.clocks_page(
        session,
        principal,
        today,
        ClockFilter.model_validate(asked.model_dump(exclude={"cursor", "limit"})),
        secret=request.app.state.settings.secret.get_secret_value(),
        limit=asked.limit,
        cursor=asked.cursor,
    )
    link_next(request, response, found.next)
    return found


@router.get("/projects/{ref}/clocks")
async def get_clocks_of(ref: Ref, principal: Reader, session: SessionDep, clock: ClockDep) -> list[ClockView]:
    """List the clocks that run on one lead, as far as one sees them."""
    dossier = await projects.open_dossier(session, principal, ref)
    today = await clock.today(session, principal.city)
    return await service.clocks_of(session, principal, dossier.project.id, today)


@router.get("/reports/overdue")
async def get_overdue(principal: Reader, session: SessionDep, clock: ClockDep) -> OverdueReport:
    """Tell who is late and who hoards; a county finds only itself."""
    return await report.overdue(session, principal, await clock.today(session, principal.city))


@router.post("/projects/{ref}/expert-help", response_model=ProjectAnswer)
async def post_expert_help(
    ref: Ref,
    request: Request,
    body: ExpertForm,
    principal: Writer,
    session: SessionDep,
    once: IdempotencyDep,
) -> Response:
    """Enter that experts are asked about a registration: the judging may then take longer."""

    async def effect() -> ProjectAnswer:
        version = require_if_match(request)
        moved = await service.ask_experts(session, principal, ref, body, version=version)
        return ProjectAnswer(project=await projects.project(session, principal, moved.public_id))

    return await once.run(principal, principal.city, effect, headers=_version)


def _version(answer: ProjectAnswer) -> dict[str, str]:
    return {"ETag": etag(getattr(answer.project, "version", 0))}
