"""数据导入: upload, preview of exactly what will be written, confirm; templates, exports, bad rows."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.sharing.reconciling import Declared
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.session import ConsolePrincipal, NeedsScope
from services.interchange import exports, repo, service
from services.interchange.amounts import Quantity
from services.interchange.faults import MESSAGES, BadCell, UnusableFile
from services.interchange.plan import Action
from services.interchange.routes import Name
from services.interchange.sending import send
from services.interchange.specs import TABLES, TABLES_BY_KIND
from services.interchange.units import MONEY_YUAN
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import Locale, gettext, lazy, locale_of
from services.kit.pagination import Page

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.imports_read))]
Importer = Annotated[Principal, Depends(NeedsScope(Scope.imports_write))]
Exporter = Annotated[Principal, Depends(NeedsScope(Scope.exports_read))]
SHOWN_PLANS: Final = 20
SHOWN_ROWS: Final = 50
BAD: Final = "bad"
YUAN: Final = Quantity(MONEY_YUAN, signed=True, places=2)
TABS: Final = (
    (Action.new.value, lazy("新增")),
    (Action.changed.value, lazy("更新")),
    (Action.same.value, lazy("相同")),
    (BAD, lazy("错误")),
)


def with_marks(text: str) -> str:
    """Set thousands marks in a decimal: `585576690.66` is shown as `585,576,690.66`."""
    whole, point, decimals = text.partition(".")
    return f"{int(whole):,}{point}{decimals}" if whole.lstrip("-").isdigit() else text


@router.get("/imports")
async def imports(
    request: Request,
    principal: Reader,
    session: SessionDep,
    kind: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Show the upload form, the tables with their templates and exports, and the latest imports."""
    return await _index(request, principal, session, {}, kind)


@router.post("/imports")
async def upload(
    request: Request,
    principal: Importer,
    session: SessionDep,
    kind: Annotated[str, Form(max_length=40)] = "",
    file: Annotated[UploadFile | None, File()] = None,
    declared_rows: Annotated[str, Form(max_length=12)] = "",
    declared_sum: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    """Plan the file: 303 to the preview, or 422 with the form and what is wrong with the file as a whole."""
    locale = locale_of(request)
    errors: dict[str, str] = {}
    declared = _declared(declared_rows, declared_sum, errors, locale)
    said = {"rows": declared_rows, "sum": declared_sum}
    if kind not in TABLES_BY_KIND:
        errors["kind"] = gettext(lazy("请选择要导入的表"), locale)
    data = await file.read() if file is not None and file.filename else b""
    if file is None or not file.filename:
        errors["file"] = gettext(lazy("请选择文件"), locale)
    if errors or file is None:
        return await _index(request, principal, session, errors, kind, said)
    try:
        async with session.begin_nested():
            row = await service.plan_file(session, principal, kind, file.filename or "", data, declared)
    except UnusableFile as error:
        return await _index(request, principal, session, {"file": error.say(locale)}, kind, said)
    except DomainError as error:
        return await _index(request, principal, session, field_errors(request, error), kind, said)
    return redirect(request, f"/imports/{row.id}")


def _declared(rows: str, total: str, errors: dict[str, str], locale: Locale) -> Declared:
    """Read the sender's control totals; what is no number goes among the errors."""
    return Declared(
        typed(Quantity(), rows, "declared_rows", errors, locale),
        typed(YUAN, total, "declared_sum", errors, locale),
    )


def typed(kind: Quantity, text: str, field: str, errors: dict[str, str], locale: Locale) -> int | None:
    """Read a number that somebody typed as a file's cell would be read; blank is None."""
    if not text.strip():
        return None
    try:
        found: int = kind.reader("")(text)
    except BadCell as error:
        errors[field] = gettext(MESSAGES[error.code], locale, **error.facts)
        return None
    return found


async def _index(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    errors: dict[str, str],
    kind: str,
    typed_in: dict[str, str] | None = None,
) -> Response:
    readable = [table.kind for table in TABLES if service.may_see_imports(principal, table)]
    return render(
        request,
        principal,
        "imports/index.html",
        status=422 if errors else 200,
        errors=errors,
        kind=kind,
        own=[(table.kind, table.title) for table in TABLES if service.may_import(principal, table)],
        typed={"rows": "", "sum": ""} | (typed_in or {}),
        tables=[
            (table, service.may_import(principal, table), exports.may_export(principal, table))
            for table in TABLES
        ],
        titles={table.kind: table.title for table in TABLES},
        plans=await repo.load_plans(session, principal.city, readable, SHOWN_PLANS),
    )


@router.get("/imports/{plan}")
async def preview(
    request: Request,
    plan: UUID,
    principal: Reader,
    session: SessionDep,
    show: Annotated[str, Query(pattern="^(new|changed|same|bad)?$")] = "",
    after: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> Response:
    """Show what the file would do, row by row: this, and nothing else, is what a confirmation writes."""
    return await _preview(request, principal, session, plan, show, after, {})


async def _preview(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    plan: UUID,
    show: str,
    after: int,
    errors: dict[str, str],
) -> Response:
    row = await service.find_plan(session, principal, plan)
    locale = locale_of(request)
    view = await service.show_plan(session, row, locale)
    filled = [name for name in (BAD, *(action.value for action in Action)) if view.counts[name]]
    shown = show or filled[0]
    table = TABLES_BY_KIND[row.kind]
    faults = service.faults_of(row)[after:]
    page: Page[object]
    if shown == BAD:
        cut = faults[:SHOWN_ROWS]
        page = Page(items=list(cut), next=str(after + SHOWN_ROWS) if len(faults) > len(cut) else None)
    else:
        found = service.rows_of(row, Action(shown), after, SHOWN_ROWS + 1)
        following = str(found[SHOWN_ROWS - 1].row) if len(found) > SHOWN_ROWS else None
        page = Page(items=list(found[:SHOWN_ROWS]), next=following)
    return render(
        request,
        principal,
        "imports/plan.html",
        status=422 if errors else 200,
        errors=errors,
        plan=view,
        shown=shown,
        tabs=[(name, gettext(text, locale), view.counts[name]) for name, text in TABS],
        headers=[column.header for column in table.columns],
        numeric=[column.type.numeric for column in table.columns],
        page=page,
        say=lambda fault: fault.say(locale),
        marks=with_marks,
        may_commit=service.may_import(principal, table) and row.state.value == "planned",
        to_write=view.counts["new"] + view.counts["changed"],
    )


@router.post("/imports/{plan}/commits")
async def commit(
    request: Request,
    plan: UUID,
    principal: Importer,
    session: SessionDep,
    clock: ClockDep,
    good_rows_only: Annotated[str, Form(max_length=1)] = "",
) -> Response:
    """Write the plan as it was shown, or say why not."""
    try:
        async with session.begin_nested():
            row = await service.commit_plan(
                session, principal, plan, clock, good_rows_only=good_rows_only == "1"
            )
    except DomainError as error:
        return await _preview(request, principal, session, plan, "", 0, field_errors(request, error))
    return redirect(request, f"/imports/{plan}", "已入库 {n} 行", n=row.written)


@router.get("/imports/{plan}/errors.xlsx")
async def errors_workbook(request: Request, plan: UUID, principal: Reader, session: SessionDep) -> Response:
    """Send the bad rows with their reasons."""
    row = await service.find_plan(session, principal, plan)
    return send(exports.bad_rows(service.reading_of(row), locale_of(request)))


@router.get("/templates/{kind}.{form}")
async def template(
    request: Request, kind: Name, form: exports.Format, principal: ConsolePrincipal
) -> Response:
    """Send a blank file."""
    return send(exports.template(principal, kind, form, locale_of(request)))


@router.get("/exports/{kind}.{form}")
async def export(kind: Name, form: exports.Format, principal: Exporter, session: SessionDep) -> Response:
    """Send the rows of a table that this person may see."""
    return send(await exports.export(session, principal, kind, form))
