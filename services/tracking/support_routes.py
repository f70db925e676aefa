"""What hangs on a project over HTTP: sponsors, visits, blocks, reviews, cultivation, owners of stages."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.tracking import project, registers, reviewing, support
from services.tracking.cases import Tracked
from services.tracking.project_views import (
    BlocksAnswer,
    DepartmentsAnswer,
    LookBacksAnswer,
    ProjectTracking,
    SponsorsAnswer,
)
from services.tracking.schemas import (
    BlockEndForm,
    BlockForm,
    CoordinationForm,
    CultivationForm,
    DepartmentForm,
    LookBackForm,
    SponsorEndForm,
    SponsorForm,
)

router = APIRouter(prefix="/tracking")

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Keeper = Annotated[Principal, Depends(Requires(Scope.projects_progress))]
Office = Annotated[Principal, Depends(Requires(Scope.regions_write))]
Ref = Annotated[str, Path(min_length=1, max_length=40, description="public id of the project")]
Sponsor = Annotated[UUID, Path(description="id of a sponsor's entry")]
Block = Annotated[UUID, Path(description="id of what blocks")]


async def _after(
    session: SessionDep,
    principal: Principal,
    once: IdempotencyDep,
    act: Callable[[], Awaitable[Tracked]],
    status: int = 201,
) -> Response:
    """Do something once and answer with the project's tracking as it stands then."""

    async def effect() -> ProjectTracking:
        return await project.tracking_of(session, principal, await act())

    return await once.run(principal, principal.city, effect, status=status)


@router.get("/projects/{ref}")
async def get_project(ref: Ref, principal: Reader, session: SessionDep) -> ProjectTracking:
    """Show a project's stages, who answers for them, its sponsors, visits, blocks and reviews."""
    return await project.project_tracking(session, principal, ref)


@router.post("/projects/{ref}/sponsors", status_code=201, response_model=ProjectTracking)
async def post_sponsor(
    ref: Ref, body: SponsorForm, principal: Keeper, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Name who answers for a project in one of the five roles (五个一)."""
    return await _after(session, principal, once, lambda: support.name_sponsor(session, principal, ref, body))


@router.post("/sponsors/{sponsor}/end", response_model=ProjectTracking)
async def post_sponsor_end(
    sponsor: Sponsor, body: SponsorEndForm, principal: Keeper, session: SessionDep, once: IdempotencyDep
) -> Response:
    """End a sponsor's time, with the reason."""
    return await _after(
        session, principal, once, lambda: support.end_sponsor(session, principal, sponsor, body), 200
    )


@router.post("/projects/{ref}/coordination", status_code=201, response_model=ProjectTracking)
async def post_coordination(
    ref: Ref, body: CoordinationForm, principal: Keeper, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Enter a visit, a meeting, or what it settled."""
    return await _after(session, principal, once, lambda: support.coordinate(session, principal, ref, body))


@router.post("/projects/{ref}/blocks", status_code=201, response_model=ProjectTracking)
async def post_block(
    ref: Ref, body: BlockForm, principal: Keeper, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Enter what a project waits for: land, water, energy, power and the like."""
    return await _after(session, principal, once, lambda: support.raise_block(session, principal, ref, body))


@router.post("/blocks/{block}/clear", response_model=ProjectTracking)
async def post_block_clear(
    block: Block, body: BlockEndForm, principal: Keeper, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Say how a block was resolved, with evidence."""
    return await _after(
        session, principal, once, lambda: support.clear_block(session, principal, block, body), 200
    )


@router.post("/projects/{ref}/look-backs", status_code=201, response_model=ProjectTracking)
async def post_look_back(
    ref: Ref, body: LookBackForm, principal: Office, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Record the review of a large project (回看)."""
    return await _after(session, principal, once, lambda: reviewing.look_back(session, principal, ref, body))


@router.post("/projects/{ref}/cultivation", status_code=201, response_model=ProjectTracking)
async def post_cultivation(
    ref: Ref, body: CultivationForm, principal: Keeper, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Mark a producing project as cultivated, then as above scale."""
    return await _after(session, principal, once, lambda: reviewing.cultivate(session, principal, ref, body))


@router.get("/sponsors")
async def get_sponsors(principal: Reader, session: SessionDep, clock: ClockDep) -> SponsorsAnswer:
    """List who answers for the projects that one tracks, those quiet for longest first."""
    return await registers.sponsors(session, principal, await clock.today(session, principal.city))


@router.get("/blocks")
async def get_blocks(principal: Reader, session: SessionDep, clock: ClockDep) -> BlocksAnswer:
    """List what blocks the projects that one tracks, the longest first."""
    return await registers.blocks(session, principal, await clock.today(session, principal.city))


@router.get("/look-backs")
async def get_look_backs(principal: Reader, session: SessionDep, clock: ClockDep) -> LookBacksAnswer:
    """List the reviews that are to be held of large projects, the earliest due first."""
    return await registers.due_list(session, principal, await clock.today(session, principal.city))


@router.get("/departments")
async def get_departments(principal: Reader, session: SessionDep, clock: ClockDep) -> DepartmentsAnswer:
    """List which department answers for each stage, with the dated rules of the city."""
    return await registers.departments(session, principal, await clock.today(session, principal.city))


@router.post("/departments", status_code=201, response_model=DepartmentsAnswer)
async def post_department(
    body: DepartmentForm, principal: Office, session: SessionDep, clock: ClockDep, once: IdempotencyDep
) -> Response:
    """Say which department answers for a stage from a day on."""

    async def effect() -> DepartmentsAnswer:
        await reviewing.set_department(session, principal, body)
        return await registers.departments(session, principal, await clock.today(session, principal.city))

    return await once.run(principal, principal.city, effect, status=201)
