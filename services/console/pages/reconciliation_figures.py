"""报送入库数: an office states what was paid in, by a form or a file."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Query, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.sharing.taxes import Tax
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.pages.imports import typed
from services.console.reconciling import common
from services.console.session import NeedsScope
from services.interchange import exports
from services.interchange.amounts import Quantity
from services.interchange.faults import UnusableFile
from services.interchange.figure_files import FIGURES, FigureFileHasFaults, state_file
from services.interchange.sending import send
from services.interchange.service import clean_name
from services.interchange.units import MONEY_YUAN
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import Locale, gettext, lazy, locale_of
from services.reconciliation import repo, service
from services.reconciliation.visibility import visible

router = APIRouter()

Writer = Annotated[Principal, Depends(NeedsScope(Scope.reconciliation_write))]
Word = Annotated[str, Query(max_length=40)]
YUAN = Quantity(MONEY_YUAN, places=2)
SHOWN_FAULTS = 20


@router.get("/reconciliation/figures")
async def figures(
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    agreement: Word = "",
    month: Word = "",
) -> Response:
    """Show the form: one agreement and month with all taxes, or a file."""
    today = await clock.today(session, principal.city)
    filled = {"agreement": agreement, "month": month or today.strftime("%Y-%m")}
    return await _form(request, principal, session, filled, {})


async def _form(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    filled: dict[str, str],
    errors: dict[str, str],
) -> Response:
    own = visible(principal, await repo.agreements(session, principal.city))
    return render(
        request,
        principal,
        "reconciliation/figures.html",
        status=422 if errors else 200,
        errors=errors,
        filled=filled,
        agreements=[(one.code, one.code) for one in own],
        **await common(request, principal, session, "/reconciliation"),
    )


@router.post("/reconciliation/figures")
async def state(request: Request, principal: Writer, session: SessionDep, clock: ClockDep) -> Response:
    """Store what the form states: 303 to the comparison, or 422 with the form and what is wrong."""
    sent = await request.form()
    filled = {name: str(text)[:40] for name, text in sent.items() if name != "csrf"}
    errors: dict[str, str] = {}
    locale = locale_of(request)
    rows = []
    for tax in Tax:
        paid = typed(YUAN, filled.get(f"paid_{tax.value}", ""), f"paid_{tax.value}", errors, locale)
        refund = typed(YUAN, filled.get(f"refund_{tax.value}", ""), f"refund_{tax.value}", errors, locale)
        if paid is not None or refund is not None:
            rows.append(
                service.FigureInput(
                    agreement=filled.get("agreement", ""),
                    month=filled.get("month", "").strip(),
                    tax=tax.value,
                    paid_fen=paid or 0,
                    refund_fen=refund or 0,
                )
            )
    if errors:
        return await _form(request, principal, session, filled, errors)
    today = await clock.today(session, principal.city)
    try:
        async with session.begin_nested():
            done = await service.state_figures(session, principal, rows, today)
    except DomainError as error:
        return await _form(request, principal, session, filled, field_errors(request, error))
    return _stated(request, rows[0].month, done)


@router.post("/reconciliation/figures/file")
async def state_by_file(
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Store what a file states, all of it or nothing."""
    locale = locale_of(request)
    if file is None or not file.filename:
        return await _form(request, principal, session, {}, {"file": gettext(lazy("请选择文件"), locale)})
    today = await clock.today(session, principal.city)
    data = await file.read()
    try:
        async with session.begin_nested():
            done = await state_file(session, principal, clean_name(file.filename), data, today)
    except UnusableFile as error:
        return await _form(request, principal, session, {}, {"file": error.say(locale)})
    except FigureFileHasFaults as error:
        said = "；".join(
            gettext(
                lazy("第 {row} 行 {column}：{reason}"),
                locale,
                row=fault.row,
                column=fault.column,
                reason=fault.say(locale),
            )
            for fault in error.faults[:20]
        )
        return await _form(request, principal, session, {}, {"file": said})
    except DomainError as error:
        found = "；".join(dict.fromkeys(field_errors(request, error).values()))
        return await _form(request, principal, session, {}, {"file": found})
    return _stated(request, today.strftime("%Y"), done)


def _told(error: FigureFileHasFaults, locale: Locale) -> str:
    """Say the first faults of a file in one line."""
    return "；".join(
        gettext(
            lazy("第 {row} 行 {column}：{reason}"),
            locale,
            row=fault.row,
            column=fault.column,
            reason=fault.say(locale),
        )
        for fault in error.faults[:SHOWN_FAULTS]
    )


def _stated(request: Request, period: str, done: service.StatedBatch) -> Response:
    return redirect(
        request,
        f"/reconciliation?period={period}",
        "已报送 {n} 行，变动差异 {moved} 项",
        n=done.rows,
        moved=done.moved,
    )


@router.get("/reconciliation/figures-template.{form}")
async def figures_template(request: Request, form: exports.Format, principal: Writer) -> Response:  # noqa: ARG001 -- the right is asked for
    """Send a blank file for figures."""
    return send(exports.blank(FIGURES, form, locale_of(request)))
