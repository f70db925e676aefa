"""公开受理 from outside, without an account: leave an idea, follow it by its code, take it back.

The code is shown on the page that answers the form and nowhere else; that page sent again shows it again.
"""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Path, Request
from starlette.responses import RedirectResponse, Response

from services.console.frame import field_errors, render
from services.console.intake_forms import OFFER
from services.console.plain_forms import Shown, read
from services.console.project_fields import Field
from services.console.session import is_ours
from services.intake import offers
from services.intake.errors import UnknownCode
from services.intake.public_routes import count_leaving, count_looking
from services.intake.schemas import OfferIn
from services.intake.words import CONSENT_TEXT
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError, Forbidden
from services.kit.i18n import gettext, lazy, locale_of
from services.kit.tables import uuid7
from services.regions.repo import load_cities

router = APIRouter()

Code = Annotated[str, Path(min_length=1, max_length=60)]


async def from_our_page(request: Request) -> None:
    """Refuse a form that another site sent for somebody.

    Raises:
        Forbidden: the browser names another site.
    """
    if not is_ours(request):
        raise Forbidden


async def _fields(session: SessionDep) -> tuple[Field, ...]:
    cities = [(row.city, row.name) for row in await load_cities(session)]
    return tuple(item.with_options(cities) if item.name == "city" else item for item in OFFER)


@router.get("/offer")
async def new_offer(request: Request, session: SessionDep) -> Response:
    """Show the form, and the field for a code that one has."""
    fields = await _fields(session)
    own = fields[0].options
    return _form(request, Shown(fields, {"city": own[0][0]} if len(own) == 1 else {}), str(uuid7()))


@router.post("/offer", dependencies=[Depends(from_our_page), Depends(count_leaving)])
async def post_offer(request: Request, session: SessionDep, clock: ClockDep) -> Response:
    """Keep the idea and show the code, once; 422 with the form otherwise."""
    fields = await _fields(session)
    sent = await request.form()
    ticked, once = sent.get("consent") == "1", str(sent.get("once", ""))
    if not ticked:
        _made, shown, _sent = await read(request, fields, OfferIn, consent=True)
        shown.errors["consent"] = gettext(lazy("请阅读并勾选同意"), locale_of(request))
        return _form(request, shown, once)
    made, shown, _sent = await read(request, fields, OfferIn, consent=True)
    if made is None:
        return _form(request, shown, once)
    secret = request.app.state.settings.secret.get_secret_value()
    try:
        today = await clock.today(session, made.city)
        left, _before = await offers.leave(session, made, today, secret=secret, key=once)
    except DomainError as error:
        shown.errors = field_errors(request, error)
        return _form(request, shown, once)
    return render(request, None, "intake/left.html", left=left)


@router.post("/offer/find", dependencies=[Depends(from_our_page)])
async def find_offer(code: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Lead to the page of a code."""
    return RedirectResponse(f"/offer/{quote(code.strip() or '-', safe='')}", status_code=303)


@router.get("/offer/{code}", dependencies=[Depends(count_looking)])
async def show_offer(code: Code, request: Request, session: SessionDep, clock: ClockDep) -> Response:
    """Show how far it has come, who answers, by when."""
    return await _status(request, session, clock, code)


@router.post("/offer/{code}/withdraw", dependencies=[Depends(from_our_page), Depends(count_looking)])
async def post_withdraw(code: Code, request: Request, session: SessionDep, clock: ClockDep) -> Response:
    """Take it back and have the contact erased."""
    return await _status(request, session, clock, code, withdraw=True)


async def _status(
    request: Request, session: SessionDep, clock: ClockDep, code: str, *, withdraw: bool = False
) -> Response:
    locale = locale_of(request)
    today = await offers.today_of(session, clock, code)
    shown: Any = None
    try:
        act = offers.withdraw if withdraw else offers.status
        shown = await act(session, code, today, locale)
    except UnknownCode:
        return render(request, None, "intake/status.html", status=404, code="", shown=None)
    return render(request, None, "intake/status.html", code=code, shown=shown)


def _form(request: Request, form: Shown, once: str) -> Response:
    return render(
        request,
        None,
        "intake/leave.html",
        status=form.status,
        form=form,
        errors=form.errors,
        consent=CONSENT_TEXT,
        once=once,
    )
