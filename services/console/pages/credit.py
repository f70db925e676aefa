"""考核计入: how a year stands, the counting, and the yearly confirmation by five bureaus and the city."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.sharing.terms import CreditRule
from auth.money import can_file_credit, credit_county
from auth.principal import Principal, Role
from auth.scopes import Scope, has_scope
from services.console.frame import field_errors, redirect, render
from services.console.ledger_words import choices, chosen
from services.console.session import NeedsScope
from services.credit import service
from services.credit.schemas import EventView
from services.credit.words import Bureau, CountedIndicator, SheetAction, SheetState
from services.documents.credit_routes import credit_pdf, credit_xlsx
from services.documents.routes import public_url, send
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import Locale, gettext, lazy, locale_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.credit_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.credit_write))]
Field = Annotated[str, Form(max_length=600)]
Seen = Annotated[int, Form(ge=0)]
INDICATORS = {one.value: one.zh for one in CountedIndicator}
RULES = {one.value: one.zh for one in CreditRule}
TONES = {
    SheetState.filed: "warn",
    SheetState.examined: "info",
    SheetState.confirmed: "ok",
    SheetState.superseded: "",
}


@router.get("/credits")
async def credits_page(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    year: Annotated[str, Query(max_length=4)] = "",
) -> Response:
    """Show what a year counts for."""
    return await _year(request, principal, session, clock, year, {})


async def _year(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    year: str,
    errors: dict[str, str],
    month: str = "",
) -> Response:
    today = await clock.today(session, principal.city)
    wanted = int(year) if year.isascii() and year.isdigit() and 2000 <= int(year) <= 2100 else today.year - 1  # noqa: PLR2004 -- years that the API takes too
    return render(
        request,
        principal,
        "credit/year.html",
        status=422 if errors else 200,
        one=await service.year_view(session, principal, wanted, today),
        sheets=await service.sheet_list(session, principal),
        own=credit_county(principal),
        may_count=has_scope(principal.role, Scope.credit_write),
        may_file=can_file_credit(principal) and today.year > wanted,
        month=month or f"{today:%Y-%m}",
        errors=errors,
        indicators=INDICATORS,
        rules=RULES,
        tones=TONES,
    )


@router.post("/credits/runs")
async def post_run(
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    month: Field = "",
    year: Field = "",
) -> Response:
    """Count: 303 to the year, 422 with the form otherwise."""
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            run = await service.count(session, principal, month.strip(), today)
    except DomainError as error:
        errors = {"month": field_errors(request, error).get("", "")}
        return await _year(request, principal, session, clock, year, errors, month)
    return redirect(request, f"/credits?year={year}", lazy("已计入，{n} 项有变动"), n=run.lines)


@router.post("/credits/sheets")
async def post_sheet(
    request: Request, principal: Writer, session: SessionDep, clock: ClockDep, year: Field = ""
) -> Response:
    """File a year: 303 to its sheet, 422 with the year otherwise."""
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            wanted = int(year) if year.isascii() and year.isdigit() else today.year
            made = await service.file_sheet(session, principal, wanted, today)
    except DomainError as error:
        return await _year(request, principal, session, clock, year, field_errors(request, error))
    return redirect(request, f"/credits/{made.id}", lazy("已报备，请五部门审查"))


@router.get("/credits/{sheet:uuid}")
async def sheet_page(sheet: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show a year's sheet."""
    return await _sheet(request, principal, session, sheet, {}, {})


async def _sheet(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    sheet: UUID,
    form: dict[str, str],
    errors: dict[str, str],
) -> Response:
    one = await service.view(session, principal, await service.find(session, principal, sheet))
    locale = locale_of(request)
    finance = principal.role is Role.city_finance
    mine = [bureau for bureau in Bureau if (bureau is Bureau.finance) == finance]
    return render(
        request,
        principal,
        "credit/sheet.html",
        status=422 if errors else 200,
        one=one,
        may_opine=SheetAction.opine in one.actions,
        may_confirm=SheetAction.confirm in one.actions,
        bureaus=choices(mine, locale),
        said=_said(one.events, locale),
        steps=[_step(event, locale) for event in one.events],
        form={"bureau": "", "agrees": "1", "document_no": "", "words": "", "minutes_no": "", **form},
        errors=errors,
        indicators=INDICATORS,
        rules=RULES,
        tones=TONES,
    )


def _said(events: list[EventView], locale: Locale) -> list[tuple[str, str, str]]:
    """Each bureau with what it said last: words, tone and document."""
    newest = {event.facts["bureau"]: event.facts for event in events if event.action is SheetAction.opine}
    found = []
    for bureau in Bureau:
        facts = newest.get(bureau.value)
        if facts is None:
            found.append((gettext(bureau.zh, locale), gettext(lazy("未审查"), locale), "warn"))
        elif facts["agrees"]:
            found.append((gettext(bureau.zh, locale), gettext(lazy("同意"), locale), "ok"))
        else:
            found.append((gettext(bureau.zh, locale), gettext(lazy("不同意"), locale), "bad"))
    return found


def _step(event: EventView, locale: Locale) -> tuple[object, str, str, str]:
    facts = event.facts
    words = " ".join(
        str(part)
        for part in (
            gettext(Bureau(facts["bureau"]).zh, locale) if "bureau" in facts else "",
            facts.get("document_no", ""),
            facts.get("minutes_no", ""),
            facts.get("words", ""),
        )
        if part
    )
    return (event.on, gettext(event.action.zh, locale), words, event.by_name)


@router.post("/credits/{sheet:uuid}/opinions")
async def post_opinion(
    sheet: UUID,
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
    bureau: Field = "",
    agrees: Field = "",
    document_no: Field = "",
    words: Field = "",
) -> Response:
    """Record a bureau's opinion: 303 to the sheet, 422 with the form otherwise."""
    form = {"bureau": bureau, "agrees": agrees, "document_no": document_no, "words": words}
    found: Bureau | None = chosen(Bureau, bureau)
    if found is None:
        errors = {"bureau": gettext(lazy("请选择部门"), locale_of(request))}
        return await _sheet(request, principal, session, sheet, form, errors)
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            await service.give_opinion(
                session,
                principal,
                sheet,
                found,
                agrees=agrees == "1",
                document_no=document_no,
                words=words,
                today=today,
                seen=seen,
            )
    except DomainError as error:
        return await _sheet(request, principal, session, sheet, form, field_errors(request, error))
    return redirect(request, f"/credits/{sheet}", lazy("审查意见已记录"))


@router.post("/credits/{sheet:uuid}/confirmation")
async def post_confirmation(
    sheet: UUID,
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    seen: Seen,
    sha256: Field = "",
    minutes_no: Field = "",
) -> Response:
    """Confirm a year: 303 to the sheet, 422 with the form otherwise."""
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            await service.confirm_sheet(session, principal, sheet, sha256, minutes_no, today, seen)
    except DomainError as error:
        form = {"minutes_no": minutes_no}
        return await _sheet(request, principal, session, sheet, form, field_errors(request, error))
    return redirect(request, f"/credits/{sheet}", lazy("已认定，该年度考核计入不再变动"))


@router.get("/credits/{sheet:uuid}.pdf")
async def sheet_pdf(sheet: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Print a year's sheet."""
    return send(await credit_pdf(session, principal, sheet, public_url(request)))


@router.get("/credits/{sheet:uuid}.xlsx")
async def sheet_xlsx(sheet: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Give a year's sheet as a workbook."""
    return send(await credit_xlsx(session, principal, sheet, public_url(request)))
