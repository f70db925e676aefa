"""公开受理 inside: what the public left, to judge, give to a county; which lead came of it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.intake_forms import ASSIGN, FILED, REFUSE
from services.console.plain_forms import Shown, read, revision_of
from services.console.project_fields import Field
from services.console.session import NeedsScope
from services.intake import inbox
from services.intake.schemas import AssignIn, ContactRead, FiledIn, OfferAnswer, RefuseIn
from services.intake.words import OFFER_FROM, OFFER_REFUSALS, OFFER_STATES, OfferAction
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.regions.repo import load_regions, unit_names

router = APIRouter()

Teller = Annotated[Principal, Depends(NeedsScope(Scope.projects_write))]
Judge = Annotated[Principal, Depends(NeedsScope(Scope.projects_accept))]

Form = TypeVar("Form", AssignIn, RefuseIn, FiledIn)

DONE = {
    OfferAction.receive: lazy("收到"),
    OfferAction.respond: lazy("响应"),
    OfferAction.assign: lazy("交县区对接"),
    OfferAction.refuse: lazy("不采纳"),
    OfferAction.file: lazy("登记为线索"),
    OfferAction.withdraw: lazy("提交人撤回"),
    OfferAction.read_contact: lazy("查看联系人"),
    OfferAction.erase_contact: lazy("到期删除联系方式"),
}


@router.get("/intake")
async def show_inbox(request: Request, principal: Teller, session: SessionDep, clock: ClockDep) -> Response:
    """List what the public left."""
    today = await clock.today(session, principal.city)
    return render(
        request,
        principal,
        "intake/inbox.html",
        items=(await inbox.inbox(session, principal, today)).items,
        states=OFFER_STATES,
        senders=OFFER_FROM,
        names=await unit_names(session, principal.city),
    )


@router.get("/intake/{offer:uuid}")
async def show_offer(
    offer: UUID, request: Request, principal: Teller, session: SessionDep, clock: ClockDep
) -> Response:
    """Show one offer, never its contact."""
    found = await inbox.offer(session, principal, offer, await clock.today(session, principal.city))
    return await _page(request, principal, session, found)


@router.post("/intake/{offer:uuid}/respond")
async def post_respond(
    offer: UUID, request: Request, principal: Judge, session: SessionDep, clock: ClockDep
) -> Response:
    """Tell the sender that it is being looked at."""
    today = await clock.today(session, principal.city)
    await inbox.respond(session, principal, offer, today, revision_of(await request.form()))
    return redirect(request, f"/intake/{offer}", lazy("已响应"))


@router.post("/intake/{offer:uuid}/contact")
async def post_contact(
    offer: UUID, request: Request, principal: Judge, session: SessionDep, clock: ClockDep
) -> Response:
    """Show whom to call; the look is written down."""
    today = await clock.today(session, principal.city)
    contact = await inbox.read_contact(session, principal, offer, today)
    found = await inbox.offer(session, principal, offer, today)
    return await _page(request, principal, session, found, contact=contact)


@router.post("/intake/{offer:uuid}/assign")
async def post_assign(
    offer: UUID, request: Request, principal: Judge, session: SessionDep, clock: ClockDep
) -> Response:
    """Give it to a county: 303 to the offer, 422 with the form otherwise."""
    today = await clock.today(session, principal.city)
    made, shown, sent = await read(request, await _assign_fields(session, principal), AssignIn)

    async def act(form: AssignIn) -> OfferAnswer:
        return await inbox.assign(session, principal, offer, form, today, revision_of(sent))

    return await _act(request, principal, session, clock, offer, "assign", made, shown, act)


@router.post("/intake/{offer:uuid}/refuse")
async def post_refuse(
    offer: UUID, request: Request, principal: Judge, session: SessionDep, clock: ClockDep
) -> Response:
    """Decline it: 303 to the offer, 422 with the form otherwise."""
    today = await clock.today(session, principal.city)
    made, shown, sent = await read(request, REFUSE, RefuseIn)

    async def act(form: RefuseIn) -> OfferAnswer:
        return await inbox.refuse(session, principal, offer, form, today, revision_of(sent))

    return await _act(request, principal, session, clock, offer, "refuse", made, shown, act)


@router.post("/intake/{offer:uuid}/lead")
async def post_lead(
    offer: UUID, request: Request, principal: Teller, session: SessionDep, clock: ClockDep
) -> Response:
    """Say which lead it became: 303 to the offer, 422 with the form otherwise."""
    today = await clock.today(session, principal.city)
    found = await inbox.offer(session, principal, offer, today)
    made, shown, sent = await read(request, await _lead_fields(session, principal, found), FiledIn)

    async def act(form: FiledIn) -> OfferAnswer:
        return await inbox.file(session, principal, offer, form.project, today, revision_of(sent))

    return await _act(request, principal, session, clock, offer, "lead", made, shown, act)


async def _act(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    offer: UUID,
    which: str,
    made: Form | None,
    shown: Shown,
    act: Callable[[Form], Awaitable[OfferAnswer]],
) -> Response:
    if made is not None:
        try:
            async with session.begin_nested():
                await act(made)
        except DomainError as error:
            shown.errors = field_errors(request, error)
        else:
            return redirect(request, f"/intake/{offer}", lazy("已办理"))
    found = await inbox.offer(session, principal, offer, await clock.today(session, principal.city))
    return await _page(request, principal, session, found, wrong={which: shown})


async def _assign_fields(session: AsyncSession, principal: Principal) -> Sequence[Field]:
    rows = [(row.code, row.name) for row in await load_regions(session, principal.city)]
    return tuple(item.with_options(rows) if item.name == "county" else item for item in ASSIGN)


async def _lead_fields(session: AsyncSession, principal: Principal, found: OfferAnswer) -> Sequence[Field]:
    leads = await inbox.leads_for(session, principal, found)
    return tuple(item.with_options(leads) for item in FILED)


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    found: OfferAnswer,
    *,
    contact: ContactRead | None = None,
    wrong: dict[str, Shown] | None = None,
) -> Response:
    forms = wrong or {}
    errors = next((shown.errors for shown in forms.values()), {})
    return render(
        request,
        principal,
        "intake/offer.html",
        status=422 if errors else 200,
        offer=found,
        contact=contact,
        errors=errors,
        assign=forms.get("assign") or Shown(await _assign_fields(session, principal)),
        refuse=forms.get("refuse") or Shown(REFUSE),
        lead=forms.get("lead") or Shown(await _lead_fields(session, principal, found)),
        states=OFFER_STATES,
        senders=OFFER_FROM,
        refusals=OFFER_REFUSALS,
        done=DONE,
        names=await unit_names(session, principal.city),
    )
