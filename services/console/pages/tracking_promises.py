"""承诺台账: promised amounts with what was paid, and each county's years against its fiscal strength."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from auth.tracking import can_keep_promises
from services.console import filters
from services.console.frame import render
from services.console.once import Done
from services.console.plain_forms import Shown
from services.console.project_fields import Field
from services.console.session import NeedsScope
from services.console.tracking_forms import PAYMENT, REVIEW, STRENGTH
from services.console.tracking_page import choices, kept, read_form, show
from services.console.tracking_words import OUTCOME_TONES, WORDS
from services.documents.registers_paper import promises_xlsx
from services.documents.routes import send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import lazy, locale_of
from services.tracking import promises
from services.tracking.errors import NoSuchPromise
from services.tracking.schemas import PaymentForm, PromiseReviewForm, StrengthForm

router = APIRouter(prefix="/promises")

Reader = Annotated[Principal, Depends(NeedsScope(Scope.funds_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.funds_write))]
Short = Annotated[str, Query(max_length=6)]
Seq = Annotated[int, Path(ge=1, le=10_000)]
BACK = ("/promises", lazy("承诺台账"))
ENTER = lazy("登记财力")


@router.get("")
async def register(
    request: Request, principal: Reader, session: SessionDep, county: Short = "", year: Short = ""
) -> Response:
    """Show the register."""
    found = await promises.register(session, principal, county or None, _year(year))
    return render(
        request,
        principal,
        "tracking/promises.html",
        found=found,
        asked={"county": county, "year": year},
        may_enter=any(
            can_keep_promises(principal, code) for code in (principal.county, principal.city) if code
        ),
        counties=(await choices(session, principal))["county"],
        words=WORDS,
        tones=OUTCOME_TONES,
    )


@router.get(".xlsx")
async def workbook(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    county: Short = "",
    year: Short = "",
) -> Response:
    """Give the register of a filter as a workbook."""
    today = await clock.today(session, principal.city)
    locale = locale_of(request)
    asked = _year(year)
    return send(await promises_xlsx(session, principal, today, locale, county=county or None, year=asked))


@router.get("/strengths")
async def show_strength(request: Request, principal: Writer, session: SessionDep) -> Response:
    """Show the form of a county's fiscal strength."""
    return show(request, principal, Shown(await _strength(session, principal)), title=ENTER, back=BACK)


@router.post("/strengths")
async def post_strength(request: Request, principal: Writer, session: SessionDep) -> Response:
    """Enter a county's fiscal strength: 303 to the register, 422 with the form otherwise."""
    made, shown, _sent = await read_form(request, await _strength(session, principal), StrengthForm)
    if made is not None:

        async def act() -> Done:
            await promises.set_strength(session, principal, made)
            return Done(to="/promises", note=lazy("财力已登记，待市级另一人审核"))

        answer = await kept(request, principal, session, shown, act)
        if answer is not None:
            return answer
    return show(request, principal, shown, title=ENTER, back=BACK)


@router.get("/{sheet:uuid}/{seq}/pay")
async def show_pay(
    sheet: UUID, seq: Seq, request: Request, principal: Writer, session: SessionDep
) -> Response:
    """Show the form of a payment."""
    return await _pay(request, principal, session, sheet, seq, Shown(PAYMENT))


@router.post("/{sheet:uuid}/{seq}/pay")
async def post_pay(
    sheet: UUID, seq: Seq, request: Request, principal: Writer, session: SessionDep
) -> Response:
    """Enter what was paid: 303 to the register, 422 with the form otherwise."""
    made, shown, _sent = await read_form(request, PAYMENT, PaymentForm)
    if made is not None:

        async def act() -> Done:
            await promises.pay(session, principal, sheet, seq, made)
            return Done(to="/promises", note=lazy("已登记兑现"))

        answer = await kept(request, principal, session, shown, act)
        if answer is not None:
            return answer
    return await _pay(request, principal, session, sheet, seq, shown)


@router.get("/strengths/{strength:uuid}/review")
async def show_review(strength: UUID, request: Request, principal: Writer, session: SessionDep) -> Response:
    """Show the form of a review."""
    return await _review(request, principal, session, strength, Shown(REVIEW))


@router.post("/strengths/{strength:uuid}/review")
async def post_review(strength: UUID, request: Request, principal: Writer, session: SessionDep) -> Response:
    """Review a county's promises of a year: 303 to the register, 422 with the form otherwise."""
    made, shown, _sent = await read_form(request, REVIEW, PromiseReviewForm)
    if made is not None:

        async def act() -> Done:
            await promises.review(session, principal, strength, made)
            return Done(to="/promises", note=lazy("审核意见已登记"))

        answer = await kept(request, principal, session, shown, act)
        if answer is not None:
            return answer
    return await _review(request, principal, session, strength, shown)


def _year(typed: str) -> int | None:
    """Read the year of a filter; what is none is as if not given."""
    return int(typed) if typed.isascii() and typed.isdigit() else None


async def _strength(session: AsyncSession, principal: Principal) -> list[Field]:
    """The form of a county's strength; one enters one's own county's alone."""
    own = [
        row for row in (await choices(session, principal))["county"] if can_keep_promises(principal, row[0])
    ]
    return [field.with_options(own) if field.name == "county" else field for field in STRENGTH]


async def _pay(
    request: Request, principal: Principal, session: AsyncSession, sheet: UUID, seq: int, shown: Shown
) -> Response:
    item = await promises.find(session, principal, sheet, seq)
    about = [
        (lazy("承诺事项"), item.what),
        (lazy("项目"), item.project_name),
        (lazy("承诺金额（万元）"), filters.wan(item.promised_fen)),
        (lazy("已兑现（万元）"), filters.wan(item.fulfilled_fen)),
    ]
    return show(request, principal, shown, title=lazy("登记兑现"), back=BACK, about=about)


async def _review(
    request: Request, principal: Principal, session: AsyncSession, strength: UUID, shown: Shown
) -> Response:
    found = await promises.register(session, principal)
    purse = next((row for row in found.purses if row.strength == strength), None)
    if purse is None:
        raise NoSuchPromise
    about = [
        (lazy("县区"), purse.county_name),
        (lazy("年度"), purse.year),
        (lazy("承诺金额（万元）"), filters.wan(purse.promised_fen)),
        (lazy("财力（万元）"), filters.wan(purse.strength_fen)),
        (lazy("上限（万元）"), filters.wan(purse.cap_fen)),
    ]
    return show(request, principal, shown, title=lazy("登记审核意见"), back=BACK, about=about)
