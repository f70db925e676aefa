"""Promises against the purse, and days out, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.tracking import outings, promises
from services.tracking.outing_views import BoardAnswer, OutingsAnswer, OutingView
from services.tracking.promise_views import PromisesAnswer, PromiseView, PurseView
from services.tracking.schemas import (
    BecauseForm,
    OutingForm,
    PaymentForm,
    PromiseReviewForm,
    StrengthForm,
)

router = APIRouter()

Reader = Annotated[Principal, Depends(Requires(Scope.funds_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.funds_write))]
Looker = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Goer = Annotated[Principal, Depends(Requires(Scope.projects_progress))]
County = Annotated[str | None, Query(max_length=6, pattern="^[0-9]*$")]
Year = Annotated[int | None, Query(ge=2000, le=2100)]
Seq = Annotated[int, Path(ge=1, le=10_000)]


@router.get("/promises")
async def get_promises(
    principal: Reader, session: SessionDep, county: County = None, year: Year = None
) -> PromisesAnswer:
    """List promised amounts with what was paid, and each county's years against its fiscal strength."""
    return await promises.register(session, principal, county or None, year)


@router.post("/promises/{sheet}/{seq}/payments", status_code=201, response_model=PromiseView)
async def post_payment(
    sheet: UUID, seq: Seq, body: PaymentForm, principal: Writer, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Enter what was paid of a promise, by its voucher."""

    async def effect() -> PromiseView:
        return await promises.pay(session, principal, sheet, seq, body)

    return await once.run(principal, principal.city, effect, status=201)


@router.post("/promises/strengths", status_code=201, response_model=PurseView)
async def post_strength(
    body: StrengthForm, principal: Writer, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Enter a county's fiscal strength of a year, with its source."""

    async def effect() -> PurseView:
        return await promises.set_strength(session, principal, body)

    return await once.run(principal, principal.city, effect, status=201)


@router.post("/promises/strengths/{strength}/reviews", status_code=201, response_model=PurseView)
async def post_review(
    strength: UUID, body: PromiseReviewForm, principal: Writer, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Review a county's promises of a year against its strength, as another person."""

    async def effect() -> PurseView:
        return await promises.review(session, principal, strength, body)

    return await once.run(principal, principal.city, effect, status=201)


@router.get("/outings")
async def get_outings(principal: Looker, session: SessionDep) -> OutingsAnswer:
    """List the trips of one's own unit; of all units for the city's office."""
    return await outings.trips(session, principal)


@router.get("/outings/board")
async def get_board(
    principal: Looker, session: SessionDep, day: Annotated[date | None, Query()] = None
) -> BoardAnswer:
    """Show the weekly board: every unit's days out, by who led; whom they met is not on it."""
    return await outings.board(session, principal, day)


@router.post("/outings", status_code=201, response_model=OutingView)
async def post_outing(
    body: OutingForm, principal: Goer, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Enter a trip of one's own unit."""

    async def effect() -> OutingView:
        return await outings.log(session, principal, body)

    return await once.run(principal, principal.city, effect, status=201)


@router.post("/outings/{outing}/withdraw", response_model=OutingView)
async def post_withdraw(
    outing: UUID, body: BecauseForm, principal: Goer, session: SessionDep, once: IdempotencyDep
) -> Response:
    """Withdraw a trip that was entered wrongly; it stays on record and counts no more."""

    async def effect() -> OutingView:
        return await outings.withdraw(session, principal, outing, body)

    return await once.run(principal, principal.city, effect)
