"""市外签约方: parties outside the city and how each settles; one declares, another checks."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.money import can_declare_outside_party
from auth.principal import Principal
from auth.scopes import Scope
from services.agreements import parties
from services.agreements.errors import PartyKept
from services.agreements.parties import OutsidePartyIn
from services.agreements.words import OUTSIDE_KINDS
from services.console.frame import redirect, render
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import gettext, lazy, locale_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.agreements_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.agreements_write))]
Checker = Annotated[Principal, Depends(NeedsScope(Scope.agreements_witness))]
FIELDS = ("code", "name", "place", "kind", "route", "account")


async def _form(request: Request) -> dict[str, str]:
    sent = await request.form()
    return {name: str(sent.get(name, ""))[:600] for name in FIELDS}


DeclarationForm = Annotated[dict[str, str], Depends(_form)]


@router.get("/outside-parties")
async def outside_parties(request: Request, principal: Reader, session: SessionDep) -> Response:
    """List declared parties, with the form of a new one for those who declare."""
    return await _page(request, principal, session, dict.fromkeys(FIELDS, ""), {})


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    form: dict[str, Any],
    errors: dict[str, str],
) -> Response:
    locale = locale_of(request)
    return render(
        request,
        principal,
        "agreements/outside_parties.html",
        status=422 if errors else 200,
        found=await parties.list_parties(session, principal),
        kinds=[(kind.value, gettext(text, locale)) for kind, text in OUTSIDE_KINDS.items()],
        labels=OUTSIDE_KINDS,
        may_declare=can_declare_outside_party(principal),
        form=form,
        errors=errors,
    )


@router.post("/outside-parties")
async def declare(
    request: Request, principal: Writer, session: SessionDep, form: DeclarationForm
) -> Response:
    """Declare a party outside the city."""
    locale = locale_of(request)
    try:
        declared = OutsidePartyIn.model_validate(form)
        async with session.begin_nested():
            await parties.declare_party(session, principal, declared)
    except ValidationError as error:
        wrong = gettext(lazy("请填写，或改到允许的范围之内"), locale)
        errors = {str(place["loc"][0]): wrong for place in error.errors()}
    except PartyKept as error:
        errors = {"code": gettext(error.title, locale)}
    else:
        return redirect(request, "/outside-parties", lazy("已申报市外签约方 {name}"), name=declared.name)
    return await _page(request, principal, session, form, errors)


@router.post("/outside-parties/{code}/check")
async def check(
    request: Request, principal: Checker, session: SessionDep, clock: ClockDep, code: str
) -> Response:
    """Check a declared party."""
    party = await parties.check_party(session, principal, code, clock.now())
    return redirect(request, "/outside-parties", lazy("已复核市外签约方 {name}"), name=party.name)
