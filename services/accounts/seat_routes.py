"""Seats and suspensions over HTTP: choose the acting post; give and end posts; suspend and lift."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal, Role
from auth.scopes import Scope
from services.accounts import seating
from services.accounts.schemas import OFFICE_PATTERN, REGION_PATTERN, Input
from services.accounts.seat_tables import AccountPost, Suspension
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.inputs import Reason

router = APIRouter(tags=["accounts"])

Self = Annotated[Principal, Depends(Requires(Scope.me))]
Reader = Annotated[Principal, Depends(Requires(Scope.accounts_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.accounts_write))]


class SeatView(BaseModel):
    """A capacity to act in. Without `post` and `delegation` it is the account's own post."""

    role: Role
    office: str
    county: str
    post: UUID | None
    delegation: UUID | None
    lent_by: str | None
    until_on: date | None
    acting: bool = False


class SeatsView(BaseModel):
    """All of a person's seats."""

    items: list[SeatView]


class TakeSeat(Input):
    """The seat to act from; neither is one's own post."""

    post: Annotated[UUID | None, Field(strict=False)] = None
    delegation: Annotated[UUID | None, Field(strict=False)] = None


class GivePost(Input):
    """A further post: a role in an office."""

    role: Annotated[Role, Field(strict=False)]
    office: Annotated[str, Field(pattern=OFFICE_PATTERN)]
    county: Annotated[str, Field(pattern=REGION_PATTERN)]


class PostView(BaseModel):
    """A further post of an account."""

    id: UUID
    role: Role
    office: str
    county: str
    since: date
    ended_on: date | None


class Suspend(Input):
    """Days on which an officer may read and may not act; open without `until_on`."""

    from_on: Annotated[date, Field(strict=False)]
    until_on: Annotated[date | None, Field(strict=False)] = None
    reason: Reason


class SuspensionView(BaseModel):
    """A suspension."""

    id: UUID
    from_on: date
    until_on: date | None
    reason: str
    made_name: str
    lifted_on: date | None


class StandingView(BaseModel):
    """The further posts and the suspensions of an account."""

    posts: list[PostView]
    suspensions: list[SuspensionView]


def seat_view(seat: seating.Seat, principal: Principal) -> SeatView:
    """Return a seat as its person sees it."""
    acting = (seat.post, seat.delegation) == (
        None if principal.delegation else principal.post,
        principal.delegation,
    )
    return SeatView(
        role=seat.role,
        office=seat.office,
        county=seat.county,
        post=seat.post,
        delegation=seat.delegation,
        lent_by=seat.lent_by,
        until_on=seat.until_on,
        acting=acting,
    )


def _post(row: AccountPost) -> PostView:
    return PostView.model_validate(row, from_attributes=True)


def _suspension(row: Suspension) -> SuspensionView:
    return SuspensionView.model_validate(row, from_attributes=True)


@router.get("/v1/me/posts")
async def get_own_posts(session: SessionDep, principal: Self, clock: ClockDep) -> SeatsView:
    """List the seats that one may act from today."""
    today = await clock.today(session, principal.city)
    seats = await seating.seats_of(session, principal.city, principal.account, today)
    return SeatsView(items=[seat_view(seat, principal) for seat in seats])


@router.post("/v1/me/post", response_model=SeatView)
async def post_own_post(
    body: TakeSeat, session: SessionDep, idempotent: IdempotencyDep, principal: Self, clock: ClockDep
) -> Response:
    """Act from another seat; the next request of this sign-in does."""

    async def effect() -> SeatView:
        today = await clock.today(session, principal.city)
        seat = await seating.take_seat(session, principal, body.post, body.delegation, today)
        return seat_view(seat, principal).model_copy(update={"acting": True})

    return await idempotent.run(principal, principal.city, effect)


@router.get("/v1/accounts/{account}/standing")
async def get_standing(
    account: UUID, session: SessionDep, principal: Reader, clock: ClockDep
) -> StandingView:
    """Show an account's further posts and suspensions."""
    await seating.seats_of(session, principal.city, account, await clock.today(session, principal.city))
    return StandingView(
        posts=[_post(row) for row in await seating.posts_of(session, principal.city, account)],
        suspensions=[
            _suspension(row) for row in await seating.suspensions_of(session, principal.city, account)
        ],
    )


@router.post("/v1/accounts/{account}/posts", status_code=201, response_model=PostView)
async def post_post(
    account: UUID,
    body: GivePost,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Give an account's person a further post."""

    async def effect() -> PostView:
        today = await clock.today(session, principal.city)
        return _post(
            await seating.give_post(
                session,
                principal,
                account,
                role=body.role,
                office=body.office,
                county=body.county,
                today=today,
            )
        )

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.post("/v1/accounts/{account}/posts/{post}/end", response_model=StandingView)
async def post_end_post(
    account: UUID,
    post: UUID,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """End a further post."""

    async def effect() -> StandingView:
        today = await clock.today(session, principal.city)
        await seating.end_post(session, principal, account, post, today)
        return await get_standing(account, session, principal, clock)

    return await idempotent.run(principal, principal.city, effect)


@router.post("/v1/accounts/{account}/suspensions", status_code=201, response_model=SuspensionView)
async def post_suspension(
    account: UUID, body: Suspend, session: SessionDep, idempotent: IdempotencyDep, principal: Writer
) -> Response:
    """Suspend an officer: reading stays, acting is refused with `officer-suspended`."""

    async def effect() -> SuspensionView:
        return _suspension(
            await seating.suspend(
                session,
                principal,
                account,
                from_on=body.from_on,
                until_on=body.until_on,
                reason=body.reason,
            )
        )

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.post("/v1/accounts/{account}/suspensions/{suspension}/lift", response_model=SuspensionView)
async def post_lift(
    account: UUID,
    suspension: UUID,
    session: SessionDep,
    idempotent: IdempotencyDep,
    principal: Writer,
    clock: ClockDep,
) -> Response:
    """Lift a suspension."""

    async def effect() -> SuspensionView:
        today = await clock.today(session, principal.city)
        return _suspension(await seating.lift(session, principal, account, suspension, today))

    return await idempotent.run(principal, principal.city, effect)
