"""结算拨付: settlements, the year's summary, what is open and how old, next year's estimate; their files."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from allocation.sharing.ageing import Age
from allocation.sharing.statement import Direction
from allocation.sharing.taxes import Tax
from auth.money import can_issue_statement
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.session import NeedsScope
from services.console.settlement_words import TONES, actions_of, progress_of, tabs_of
from services.documents import settlement_files as files
from services.documents.routes import public_url, send
from services.documents.settlement_files import Form
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import gettext, locale_of
from services.settlement import service
from services.settlement.answers import register_view
from services.settlement.schemas import SettlementView
from services.settlement.words import Held

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.statements_read))]
CursorText = Annotated[str | None, Query(max_length=400)]
AnyYear = Annotated[int | None, Query(ge=2000, le=2100)]
PAGE_SIZE = 50


@router.get("/settlements")
async def settlements(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, cursor: CursorText = None
) -> Response:
    """List settlements."""
    today = await clock.today(session, principal.city)
    page = await service.settlement_page(
        session,
        principal,
        request.app.state.settings.secret.get_secret_value(),
        today,
        year=None,
        limit=PAGE_SIZE,
        cursor=cursor,
    )
    return render(
        request,
        principal,
        "settlement/list.html",
        tabs=tabs_of("/settlements", locale_of(request)),
        page=page,
        tones=TONES,
        year=today.year - 1,
        may_propose=can_issue_statement(principal),
    )


@router.get("/settlements/summary")
async def summary(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, year: AnyYear = None
) -> Response:
    """Show 结算汇总表 of a year."""
    today = await clock.today(session, principal.city)
    asked = year or today.year - 1
    found = await service.read_summary(session, principal, asked)
    return render(
        request,
        principal,
        "settlement/summary.html",
        tabs=tabs_of("/settlements/summary", locale_of(request)),
        found=found,
        whole=len(found.counties) != 1,
        year=asked,
        taxes={tax.value: tax.zh for tax in Tax},
        may_propose=can_issue_statement(principal),
        errors={},
    )


@router.get("/settlements/summary.{form}")
async def summary_file(
    form: Form,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    year: Annotated[int, Query(ge=2000, le=2100)],
) -> Response:
    """Give 结算汇总表 as PDF or workbook."""
    today = await clock.today(session, principal.city)
    return send(await files.summary_file(session, principal, year, today, public_url(request), form))


@router.get("/settlements/unsettled")
async def unsettled(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show 未结清册 and 账龄 of the business date."""
    today = await clock.today(session, principal.city)
    found = register_view(await service.register(session, principal, today), today)
    return render(
        request,
        principal,
        "settlement/unsettled.html",
        tabs=tabs_of("/settlements/unsettled", locale_of(request)),
        found=found,
        ages=list(Age),
        heads=[(gettext(age.zh, locale_of(request)), "num") for age in Age],
        sides=[(side, [row for row in found.ageing if row.direction is side]) for side in Direction],
        orders={row.number: row.id for row in await service.orders_of(session, principal)},
    )


@router.get("/settlements/unsettled.{form}")
async def unsettled_file(
    form: Form, request: Request, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Give 未结清册 and 账龄 as PDF or workbook."""
    today = await clock.today(session, principal.city)
    return send(await files.register_file(session, principal, today, public_url(request), form))


@router.get("/settlements/forecast")
async def forecast(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, year: AnyYear = None
) -> Response:
    """Show a year's estimate for the budget."""
    today = await clock.today(session, principal.city)
    asked = min(max(year or today.year + 1, today.year), today.year + 10)
    return render(
        request,
        principal,
        "settlement/forecast.html",
        tabs=tabs_of("/settlements/forecast", locale_of(request)),
        found=await service.read_forecast(session, principal, asked, today),
        years=[(str(one), str(one)) for one in range(today.year, today.year + 3)],
    )


@router.get("/settlements/{number:uuid}")
async def settlement(
    number: UUID, request: Request, principal: Reader, session: SessionDep, clock: ClockDep
) -> Response:
    """Show a settlement: parts and nets, lines, what is held, steps, orders."""
    found = await service.find_settlement(session, principal, number)
    one = await service.view(session, principal, found, await clock.today(session, principal.city))
    held = one.body["held"] if one.body is not None else _held(one)
    return render(
        request,
        principal,
        "settlement/settlement.html",
        one=one,
        held=held,
        reasons={reason.value: reason.zh for reason in Held},
        taxes={tax.value: tax.zh for tax in Tax},
        names={part.county: part.county_name for part in one.parts},
        tones=TONES,
        actions=actions_of(one),
        progress=progress_of(one, locale_of(request)),
    )


def _held(one: SettlementView) -> list[dict[str, Any]]:
    """The lines held of the parts that a county sees."""
    return [line for part in one.parts for line in part.body["held"]]


@router.get("/settlements/{number:uuid}/orders.csv")
async def orders_csv(number: UUID, principal: Reader, session: SessionDep) -> Response:
    """Give a settlement's payment orders as csv."""
    return send(await files.orders_csv(session, principal, number))


@router.get("/settlements/{number:uuid}/orders.xlsx")
async def orders_xlsx(number: UUID, principal: Reader, session: SessionDep) -> Response:
    """Give a settlement's payment orders as a workbook."""
    return send(await files.orders_xlsx(session, principal, number))
