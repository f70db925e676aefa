"""公开受理 over HTTP for anybody: `/v1/intake`. No account; counted by address.

A wrong tracking code and one of another form answer alike, and every look is counted before it is answered.
The answer to `POST /v1/intake` is stored nowhere: sent again under the same key it is made again.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request
from starlette.responses import Response

from services.intake import offers
from services.intake.counting import NOBODY, count_look, count_offer
from services.intake.schemas import OfferIn, OfferLeft, OfferStatus
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of

router = APIRouter()

Code = Annotated[str, Path(min_length=1, max_length=60, description="tracking code")]
Key = Annotated[str | None, Header(description="16 to 128 characters, one for each offer")]


def address_of(request: Request) -> str:
    """Return the address that asks, as the server sees it."""
    return request.client.host if request.client else "unknown"


async def count_leaving(request: Request, clock: ClockDep) -> None:
    """Count an offer of this address, before anything else holds a connection."""
    await count_offer(request.app.state.database, NOBODY, address_of(request), clock.now())


async def count_looking(request: Request, clock: ClockDep) -> None:
    """Count a look-up of this address, before anything else holds a connection."""
    await count_look(request.app.state.database, address_of(request), clock.now())


@router.post("/intake", status_code=201, dependencies=[Depends(count_leaving)])
async def post_intake(
    request: Request,
    response: Response,
    body: OfferIn,
    session: SessionDep,
    clock: ClockDep,
    idempotency_key: Key = None,
) -> OfferLeft:
    """Leave an idea and a contact; the answer holds the tracking code, once."""
    secret = request.app.state.settings.secret.get_secret_value()
    today = await clock.today(session, body.city)
    left, before = await offers.leave(session, body, today, secret=secret, key=idempotency_key)
    response.headers["Cache-Control"] = "no-store"
    if before:
        response.headers["Idempotency-Replayed"] = "true"
    return left


@router.get("/intake/{code}", dependencies=[Depends(count_looking)])
async def get_intake(
    code: Code, request: Request, response: Response, session: SessionDep, clock: ClockDep
) -> OfferStatus:
    """Show how far an offer has come, who answers, by when."""
    response.headers["Cache-Control"] = "no-store"
    today = await offers.today_of(session, clock, code)
    return await offers.status(session, code, today, locale_of(request))


@router.post("/intake/{code}/withdraw", dependencies=[Depends(count_looking)])
async def post_intake_withdraw(
    code: Code, request: Request, session: SessionDep, clock: ClockDep
) -> OfferStatus:
    """Take an offer back and have the contact erased. Doing it twice does no more."""
    today = await offers.today_of(session, clock, code)
    return await offers.withdraw(session, code, today, locale_of(request))
