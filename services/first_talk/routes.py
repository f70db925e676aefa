"""Cases over HTTP: `/v1/first-talk/cases`, their steps, precedents and figures.

All steps need `If-Match` with the case's revision, all posts an `Idempotency-Key`.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.first_talk import service
from services.first_talk.schemas import (
    AgreeForm,
    Because,
    CasePage,
    CaseView,
    Figures,
    HearingForm,
    OfferForm,
    OpenCase,
    PrecedentPage,
    PrecedentQuery,
    RulingForm,
    SaidForm,
    StatementForm,
)
from services.first_talk.tables import Case
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.routing import require_if_match, set_etag, versioned
from services.projects.schemas import Strict

router = APIRouter(prefix="/v1/first-talk", tags=["first talk"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
Speaker = Annotated[Principal, Depends(Requires(Scope.projects_transfer))]
Leader = Annotated[Principal, Depends(Requires(Scope.projects_terms))]
Office = Annotated[Principal, Depends(Requires(Scope.projects_accept))]
Asked = Annotated[PrecedentQuery, Query()]


@router.get("/cases")
async def get_cases(session: SessionDep, principal: Reader, clock: ClockDep) -> CasePage:
    """List the cases that this person may know of, open ones first."""
    today = await clock.today(session, principal.city)
    return CasePage(items=await service.summaries(session, principal, today))


@router.post("/cases", status_code=201, response_model=CaseView)
async def post_case(
    body: OpenCase, session: SessionDep, principal: Speaker, once: IdempotencyDep, clock: ClockDep
) -> Response:
    """Ask for a case on one's own lead; as the city's office, open one between several leads."""

    async def effect() -> CaseView:
        today = await clock.today(session, principal.city)
        made = await service.open_case(session, principal, body, today)
        return await service.view(session, principal, made, today)

    return await once.run(principal, principal.city, effect, status=201, headers=_made)


def _made(answer: CaseView) -> dict[str, str]:
    return {"Location": f"/v1/first-talk/cases/{answer.id}", **versioned(answer)}


@router.get("/cases/{case:uuid}")
async def get_case(
    case: UUID, response: Response, session: SessionDep, principal: Reader, clock: ClockDep
) -> CaseView:
    """Show one case as this person may see it, with what they may do."""
    found = await service.find_case(session, principal, case)
    set_etag(response, found.revision)
    return await service.view(session, principal, found, await clock.today(session, principal.city))


@router.get("/precedents")
async def get_precedents(session: SessionDep, principal: Reader, asked: Asked) -> PrecedentPage:
    """Search earlier rulings, without names."""
    return await service.search(session, principal, asked)


@router.get("/figures")
async def get_figures(session: SessionDep, principal: Office, since: date, until: date) -> Figures:
    """Count conflicts and the days that rulings took."""
    return await service.figures(session, principal, since, until)


Act = Callable[..., Awaitable[Case]]


def _post(path: str, act: Act, form: type[Strict], who: Any, summary: str) -> None:
    """Add one step of a case: a form posted to a sub-resource."""

    async def endpoint(
        case: UUID,
        request: Request,
        session: SessionDep,
        principal: Any,
        once: IdempotencyDep,
        clock: ClockDep,
        body: Any,
    ) -> Any:
        seen = require_if_match(request)

        async def effect() -> CaseView:
            today = await clock.today(session, principal.city)
            said = body.reason if isinstance(body, Because) else body
            moved = await act(session, principal, case, said, today, seen=seen)
            return await service.view(session, principal, moved, today)

        return await once.run(principal, principal.city, effect, headers=versioned)

    # One endpoint for all steps: only the form and the right differ, and FastAPI reads both from here.
    endpoint.__annotations__.update(body=form, principal=who)
    endpoint.__name__ = endpoint.__qualname__ = f"post_case_{path.replace('-', '_').replace('/', '_')}"
    endpoint.__doc__ = summary
    router.add_api_route(f"/cases/{{case:uuid}}/{path}", endpoint, methods=["POST"], response_model=CaseView)


_post("refusal", service.refuse, Because, Office, "Refuse a case that a county asked for.")
_post("withdrawal", service.withdraw, Because, Speaker, "Withdraw a case; the leads go back.")
_post("statements", service.state_case, StatementForm, Speaker, "State one's own side's case.")
_post("hearing", service.set_hearing, HearingForm, Office, "Set the day on which the sides are heard.")
_post("settlement", service.offer, OfferForm, Leader, "Offer a settlement as one side's leader.")
_post("settlement/agreement", service.agree, AgreeForm, Leader, "Agree to the offer on the table.")
_post("settlement/confirmation", service.settle, AgreeForm, Office, "Confirm a settlement all agreed to.")
_post("ruling", service.propose, RulingForm, Office, "Write a ruling, for another person to confirm.")
_post("ruling/check", service.say, SaidForm, Office, "Confirm or reject the ruling that waits.")


@router.post("/cases/{case:uuid}/admission", response_model=CaseView)
async def post_admission(
    case: UUID,
    request: Request,
    session: SessionDep,
    principal: Office,
    once: IdempotencyDep,
    clock: ClockDep,
) -> Response:
    """Open a case that a county asked for: the leads stop and the clocks start."""

    async def effect() -> CaseView:
        seen = require_if_match(request)
        today = await clock.today(session, principal.city)
        moved = await service.admit(session, principal, case, today, seen=seen)
        return await service.view(session, principal, moved, today)

    return await once.run(principal, principal.city, effect, headers=versioned)
