"""密钥保管说明: who holds which key; handing one in, confirming it, retiring it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.money import can_confirm_evidence_key, can_hand_in_evidence_key
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.documents.evidence_paper import key_paper
from services.documents.routes import send
from services.evidence import keys
from services.evidence.states import KeyState
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.ledger import repo as ledger
from services.ledger.visibility import county_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.statements_read))]
Keeper = Annotated[Principal, Depends(NeedsScope(Scope.evidence_keys))]
Line = Annotated[str, Form(max_length=300)]
Code = Annotated[str, Form(max_length=6)]


@router.get("/evidence/keys")
async def key_list(request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show the keys and who holds them."""
    return await _page(request, principal, session, {})


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    errors: dict[str, str],
    form: dict[str, str] | None = None,
) -> Response:
    shown = await keys.shown_keys(session, principal)
    own = county_of(principal)
    names = await ledger.region_names(session, principal.city)
    may_change = {
        row.id
        for row in shown
        if row.county is not None
        and row.state is not KeyState.retired
        and can_confirm_evidence_key(principal, row.county)
    }
    return render(
        request,
        principal,
        "evidence/keys.html",
        status=422 if errors else 200,
        rows=shown,
        names=names,
        may_change=may_change,
        may_confirm={
            row.id
            for row in shown
            if row.id in may_change
            and row.state is KeyState.proposed
            and row.proposed_by != principal.account
        },
        own=own if own and can_hand_in_evidence_key(principal, own, held_by_city=False) else None,
        key_name=await keys.key_name(session, principal.city, own) if own else "",
        may_hold=can_hand_in_evidence_key(principal, "", held_by_city=True),
        counties={code: name for code, name in names.items() if code != principal.city},
        form={"vkey": "", "county": "", **(form or {})},
        errors=errors,
    )


@router.get("/evidence/keys.pdf")
async def key_pdf(principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Print the paper that says who holds which key."""
    return send(await key_paper(session, principal, await clock.today(session, principal.city)))


@router.post("/evidence/keys")
async def post_key(
    request: Request, principal: Keeper, session: SessionDep, county: Code = "", vkey: Line = ""
) -> Response:
    """Hand in a county's key, or let the city's server hold one: 303, or 422 with the form."""
    try:
        async with session.begin_nested():
            if can_hand_in_evidence_key(principal, county, held_by_city=True):
                secret = request.app.state.settings.secret.get_secret_value()
                await keys.hold_for(session, principal, county, secret)
            else:
                await keys.hand_in(session, principal, county, vkey)
    except DomainError as error:
        form = {"vkey": vkey, "county": county}
        return await _page(request, principal, session, field_errors(request, error), form)
    return redirect(request, "/evidence/keys", lazy("已提交，待另一人复核"))


@router.post("/evidence/keys/{key}/confirm")
async def post_confirmation(
    key: UUID, request: Request, principal: Keeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Confirm a key that another person handed in."""
    try:
        async with session.begin_nested():
            await keys.confirm_key(session, principal, key, clock.now())
    except DomainError as error:
        return await _page(request, principal, session, field_errors(request, error))
    return redirect(request, "/evidence/keys", lazy("公钥已复核，开始使用"))


@router.post("/evidence/keys/{key}/retire")
async def post_retirement(
    key: UUID, request: Request, principal: Keeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Retire a key."""
    try:
        async with session.begin_nested():
            await keys.retire_key(session, principal, key, clock.now())
    except DomainError as error:
        return await _page(request, principal, session, field_errors(request, error))
    return redirect(request, "/evidence/keys", lazy("公钥已停用"))
