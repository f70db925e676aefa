"""Reopenings, adjustment sheets and recomputation over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.responses import Response as Answer

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, set_etag, versioned
from services.ledger import adjustments, reopening
from services.ledger.adjustment_reading import find_adjustment, shown_lines
from services.ledger.recompute import recompute
from services.ledger.reopening_schemas import (
    AdjustmentLine,
    Adjustments,
    AdjustmentView,
    ApproveAdjustment,
    AskAdjustment,
    AskReopening,
    Recomputation,
    RefuseReopening,
    RejectAdjustment,
    Reopenings,
    ReopeningView,
    Waiting,
)
from services.ledger.reopening_views import (
    adjustment_summaries,
    adjustment_view,
    may_recompute,
    recomputation_view,
    reopening_view,
)

router = APIRouter()

Closer = Annotated[Principal, Depends(Requires(Scope.statements_close))]
Issuer = Annotated[Principal, Depends(Requires(Scope.statements_write))]
Reader = Annotated[Principal, Depends(Requires(Scope.ledger_read))]
Year = Annotated[int, Path(ge=2000, le=2100)]
Period = Annotated[str, Path(pattern=r"^[0-9]{4}(Q[1-4]|-(0[1-9]|1[0-2]))?$")]


def _sheet_made(answer: AdjustmentView) -> dict[str, str]:
    return versioned(answer) | {"Location": f"/v1/adjustments/{answer.id}"}


@router.get("/v1/years/{year}/reopenings")
async def get_reopenings(year: Year, session: SessionDep, principal: Reader) -> Reopenings:
    """List how often a closed year was opened again, by whom and why."""
    found = await reopening.reopenings_of(session, principal.city, year)
    return Reopenings(items=[reopening_view(one) for one in found])


@router.post("/v1/years/{year}/reopenings", status_code=201, response_model=ReopeningView)
async def post_reopening(
    year: Year,
    body: AskReopening,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Closer,
    clock: ClockDep,
) -> Answer:
    """Ask for a closed year to be opened again. Another person allows it; no closed month is booked in."""

    async def effect() -> ReopeningView:
        today = await clock.today(session, principal.city)
        found = await reopening.request_reopening(
            session, principal, year, body.reason, body.words, body.document_no, today
        )
        return reopening_view(found)

    return await idempotent.run(principal, principal.city, effect, status=201, headers=versioned)


@router.post("/v1/years/{year}/reopenings/{number:uuid}/approve", response_model=ReopeningView)
async def post_reopening_approval(
    year: Year,
    number: UUID,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Closer,
    clock: ClockDep,
) -> Answer:
    """Allow what another person asked for: the year's statements may have a next version."""

    async def effect() -> ReopeningView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        found = await reopening.approve_reopening(session, principal, year, number, today, seen)
        return reopening_view(found)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/years/{year}/reopenings/{number:uuid}/refuse", response_model=ReopeningView)
async def post_reopening_refusal(
    year: Year,
    number: UUID,
    body: RefuseReopening,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Closer,
    clock: ClockDep,
) -> Answer:
    """Refuse what another person asked for, with a reason."""

    async def effect() -> ReopeningView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        found = await reopening.refuse_reopening(session, principal, year, number, body.words, today, seen)
        return reopening_view(found)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.get("/v1/adjustments/waiting")
async def get_waiting(session: SessionDep, principal: Reader) -> Waiting:
    """List the differences of closed years that wait for an adjustment sheet, by a dry run."""
    lines = shown_lines(principal, await adjustments.waiting(session, principal.city))
    return Waiting(items=[AdjustmentLine(**line) for line in lines])


@router.get("/v1/adjustments")
async def get_adjustments(session: SessionDep, principal: Reader) -> Adjustments:
    """List the adjustment sheets, newest first."""
    found = await adjustments.adjustments(session, principal.city)
    return Adjustments(items=adjustment_summaries(principal, found))


@router.get("/v1/adjustments/{number:uuid}")
async def get_adjustment(
    number: UUID, response: Response, session: SessionDep, principal: Reader
) -> AdjustmentView:
    """Show an adjustment sheet with its figures."""
    found = await find_adjustment(session, principal, number)
    set_etag(response, found.revision)
    return adjustment_view(principal, found)


@router.post("/v1/adjustments", status_code=201, response_model=AdjustmentView)
async def post_adjustment(
    body: AskAdjustment,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Answer:
    """Make a sheet of the differences of some agreements. Another person approves it."""

    async def effect() -> AdjustmentView:
        today = await clock.today(session, principal.city)
        asked = adjustments.AdjustmentRequest(**body.model_dump())
        return adjustment_view(principal, await adjustments.make_adjustment(session, principal, asked, today))

    return await idempotent.run(principal, principal.city, effect, status=201, headers=_sheet_made)


@router.post("/v1/adjustments/{number:uuid}/approve", response_model=AdjustmentView)
async def post_adjustment_approval(
    number: UUID,
    body: ApproveAdjustment,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Answer:
    """Approve a sheet that another person made, by its hash; the next run books it."""

    async def effect() -> AdjustmentView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        found = await adjustments.approve_adjustment(session, principal, number, body.sha256, today, seen)
        return adjustment_view(principal, found)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.post("/v1/adjustments/{number:uuid}/reject", response_model=AdjustmentView)
async def post_adjustment_rejection(
    number: UUID,
    body: RejectAdjustment,
    request: Request,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Issuer,
    clock: ClockDep,
) -> Answer:
    """Decide that the differences of a sheet are not booked, with a reason."""

    async def effect() -> AdjustmentView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        found = await adjustments.reject_adjustment(session, principal, number, body.reason, today, seen)
        return adjustment_view(principal, found)

    return await idempotent.run(principal, principal.city, effect, headers=versioned)


@router.get("/v1/periods/{period}/recomputation")
async def get_recomputation(period: Period, session: SessionDep, principal: Reader) -> Recomputation:
    """Recompute a month, quarter or year from what was known then and compare it byte for byte."""
    may_recompute(principal)
    return recomputation_view(await recompute(session, principal.city, period))
