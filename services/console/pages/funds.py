"""到位资金: the list with its sums, the form, and one entry with its course."""

import json
import re
from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, UploadFile
from starlette.responses import Response

from allocation.evidence_kinds import ACCEPTED, EvidenceKind
from allocation.figures import wan
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import field_errors, redirect, render
from services.console.funds_forms import ENTRY, read_entry, typed
from services.console.funds_project import hosted, project_for, read_project
from services.console.once import Done, once
from services.console.session import NeedsScope
from services.documents.funds_paper import funds_xlsx
from services.documents.routes import send
from services.files import service as store
from services.files.words import EVIDENCE_KINDS
from services.funds import entries, views
from services.funds.errors import NoSuchFunds, NotYetSigned
from services.funds.schemas import FundFilter
from services.funds.words import CURRENCIES, ENTRY_STATES, ENTRY_TONES, EntryState
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.projects.tables import Project
from services.projects.words import FUND_KINDS, FundKind
from services.regions.repo import load_counties, load_parks, unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.funds_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.funds_write))]
Step = Annotated[Literal["confirm", "refuse", "withdraw"], Path()]
Typed = Annotated[str, Query(max_length=40)]
PROOFS: Final = tuple(kind for kind in EvidenceKind if kind in ACCEPTED["paid_in"])
STEPS: Final = {
    "confirm": lazy("已确认，从现在起计入到位资金"),
    "refuse": lazy("已记录：未予确认"),
    "withdraw": lazy("已撤销，记录仍保留"),
}


def year_of(text: str, today: date) -> int:
    """Read a year; the current one where none is named."""
    return int(text) if re.fullmatch("20[0-9]{2}", text) else today.year


def asked_of(
    today: date, year: str, month: str, fund_kind: str, county: str, park: str, project: str, state: str
) -> FundFilter:
    """Read a page's filters; what names nothing is left out."""
    known = state in {one.value for one in EntryState}
    return FundFilter(
        year=None if year == "all" or (known and not year) else year_of(year, today),
        month=month if re.fullmatch("20[0-9]{2}-(0[1-9]|1[0-2])", month) else None,
        fund_kind=FundKind(fund_kind) if fund_kind in {one.value for one in FundKind} else None,
        county=county or None,
        park=park or None,
        project=project or None,
        state=EntryState(state) if known else None,
    )


async def asked(
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    year: Typed = "",
    month: Typed = "",
    fund_kind: Typed = "",
    county: Typed = "",
    park: Typed = "",
    project: Typed = "",
    state: Typed = "",
) -> FundFilter:
    """Give the filters of a request, for its own year where none is named."""
    today = await clock.today(session, principal.city)
    return asked_of(today, year, month, fund_kind, county, park, project, state)


Filters = Annotated[FundFilter, Depends(asked)]


@router.get("/funds")
async def funds_page(
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    filters: Filters,
    cursor: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Show the rows under the filter, and the year by month, kind, county and park."""
    today, locale = await clock.today(session, principal.city), locale_of(request)
    year = filters.year or today.year
    page = await views.page(
        session,
        principal,
        filters,
        secret=request.app.state.settings.secret.get_secret_value(),
        cursor=cursor or None,
    )
    found = await views.summary(session, principal, year, filters.month, filters.county, today)
    return render(
        request,
        principal,
        "funds/list.html",
        page=page,
        found=found,
        asked=filters,
        year=year,
        bars=[(line.month, max(line.fen, 0), wan(line.fen)) for line in found.months],
        names=await unit_names(session, principal.city),
        counties=[(row.code, row.name) for row in await load_counties(session, principal.city)],
        parks=[(row.code, row.name) for row in await load_parks(session, principal.city)],
        kinds=[(kind.value, gettext(words, locale)) for kind, words in FUND_KINDS.items()],
        states=[(state.value, gettext(words, locale)) for state, words in ENTRY_STATES.items()],
        writes=has_scope(principal.role, Scope.funds_write),
        **_words(),
    )


@router.get("/funds.xlsx")
async def funds_workbook(
    request: Request, principal: Reader, session: SessionDep, clock: ClockDep, filters: Filters
) -> Response:
    """Give all rows under the filter as a workbook."""
    today = await clock.today(session, principal.city)
    return send(await funds_xlsx(session, principal, filters, today, locale_of(request)))


@router.get("/funds/new")
async def new_form(
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    project: Typed = "",
    replaces: Typed = "",
) -> Response:
    """Show the form of an entry, or of the revision of one that counts."""
    values: dict[str, str] = dict.fromkeys(ENTRY, "")
    values["project"], values["currency"] = project, "CNY"
    values["purpose"] = EvidenceKind.bank_slip.value
    values["month"] = f"{await clock.today(session, principal.city):%Y-%m}"
    if replaces:
        old = await views.entry_view(session, principal, _uuid(replaces))
        values |= {
            "project": old.project,
            "month": old.month,
            "fund_kind": old.fund_kind.value,
            "currency": old.currency.value,
            "corrects_month": old.corrects_month or "",
            "replaces": str(old.id),
        }
    meant = await project_for(session, principal, values["project"]) if values["project"] else None
    return await _form(request, principal, session, values, {}, meant)


@router.post("/funds/new")
async def post_new(
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    purpose: Annotated[EvidenceKind, Form()] = EvidenceKind.bank_slip,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Enter funds with the file that proves them: 303 to the entry, 422 with the form otherwise."""
    values = typed(ENTRY, await request.form())
    name = (file.filename if file else None) or ""
    content = await file.read() if file else b""
    locale = locale_of(request)
    meant, refused = await read_project(session, principal, values, locale)
    form, errors = read_entry(values, [], locale)
    values["purpose"] = purpose.value
    if form is None or refused:
        without = {} if content else {"file": gettext(lazy("请附验资报告、银行回单或发票"), locale)}
        return await _form(request, principal, session, values, refused | errors | without | refused, meant)
    asked_for = form

    async def keep() -> Done:
        today = await clock.today(session, principal.city)
        if content:
            kept = await store.upload(session, principal, name, content, purpose=purpose, today=today)
            asked_for.files = [kept.id]
        made = await entries.enter(session, principal, asked_for, today)
        return Done(to=f"/funds/{made.id}", note=lazy("已填报，待本地财政或领导确认后计入"))

    try:
        told = json.dumps([values, name]).encode() + content
        return await once(request, principal, session, keep, content=told)
    except DomainError as error:
        named = field_errors(request, error)
        wrong = {{"files": "file"}.get(key, key): text for key, text in named.items()}
        if isinstance(error, NotYetSigned):
            wrong = {"project": " ".join(named.values())}
        return await _form(request, principal, session, values, wrong, meant)


@router.get("/funds/{entry:uuid}")
async def entry_page(entry: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show one entry with its course, its files, and what one may do now."""
    return await _entry(request, principal, session, entry, {})


@router.post("/funds/{entry:uuid}/{step}")
async def post_step(
    entry: UUID,
    step: Step,
    request: Request,
    principal: Writer,
    session: SessionDep,
    clock: ClockDep,
    seen: Annotated[int, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Confirm, refuse or withdraw an entry: 303 to it, 422 with the page otherwise."""
    if step != "confirm" and not reason.strip():
        missing = {str(step): gettext(lazy("请填写原因"), locale_of(request))}
        return await _entry(request, principal, session, entry, missing)
    try:
        async with session.begin_nested():
            today = await clock.today(session, principal.city)
            if step == "confirm":
                await entries.confirm(session, principal, entry, today, seen)
            else:
                act = entries.refuse if step == "refuse" else entries.withdraw
                await act(session, principal, entry, reason.strip(), today, seen)
    except DomainError as error:
        wrong = {"": " ".join(field_errors(request, error).values())}
        return await _entry(request, principal, session, entry, wrong)
    return redirect(request, f"/funds/{entry}", STEPS[step])


async def _form(
    request: Request,
    principal: Principal,
    session: SessionDep,
    values: dict[str, str],
    errors: dict[str, str],
    project: Project | None,
) -> Response:
    """Show the form; the project is asked for where none is known or the one that is known is refused."""
    locale = locale_of(request)
    known = None if "project" in errors else project
    return render(
        request,
        principal,
        "funds/new.html",
        status=422 if errors else 200,
        form=values,
        errors=errors,
        project=known,
        hosted=[] if known else await hosted(session, principal),
        kinds=[(kind.value, gettext(words, locale)) for kind, words in FUND_KINDS.items()],
        currencies=[(one.value, gettext(words, locale)) for one, words in CURRENCIES.items()],
        proofs=[(kind.value, gettext(EVIDENCE_KINDS[kind], locale)) for kind in PROOFS],
    )


async def _entry(
    request: Request, principal: Principal, session: SessionDep, entry: UUID, errors: dict[str, str]
) -> Response:
    found = await views.entry_view(session, principal, entry)
    return render(
        request,
        principal,
        "funds/entry.html",
        status=422 if errors else 200,
        one=found,
        errors=errors,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "fund_kinds": FUND_KINDS,
        "currency_words": CURRENCIES,
        "state_words": ENTRY_STATES,
        "tones": ENTRY_TONES,
    }


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NoSuchFunds from None
