"""Imports, templates and exports over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, File, Path, Query, Request, UploadFile
from starlette.responses import Response

from allocation.sharing.reconciling import Declared
from allocation.units import FEN_LIMIT
from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.interchange import exports, repo, service
from services.interchange.figure_routes import router as figure_router
from services.interchange.plan import Action
from services.interchange.schemas import CommitBody, ImportView, PlanRowView, TablesView, TableView
from services.interchange.sending import send
from services.interchange.specs import TABLES
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import locale_of
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import DEFAULT_LIMIT, MAX_LIMIT, Page, decode_cursor, encode_cursor, page_of

router = APIRouter()
own = APIRouter(prefix="/v1", tags=["interchange"])

Reader = Annotated[Principal, Depends(Requires(Scope.imports_read))]
Importer = Annotated[Principal, Depends(Requires(Scope.imports_write))]
Exporter = Annotated[Principal, Depends(Requires(Scope.exports_read))]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str | None, Query(max_length=400)]
Kind = Annotated[str, Query(max_length=40, pattern="^[a-z_]+$", description="the table, such as parks")]
Name = Annotated[str, Path(max_length=40, pattern="^[a-z_]+$")]
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {media: {} for media in exports.MEDIA_TYPES.values()}, "description": "the file"}
}


def _secret(request: Request) -> str:
    return str(request.app.state.settings.secret.get_secret_value())


@own.get("/tables")
async def get_tables(principal: Annotated[Principal, Depends(Requires(Scope.me))]) -> TablesView:
    """List the fifteen tables that this person may import or export, with the headers of their files."""
    views = [
        TableView(
            kind=table.kind,
            title=table.title,
            headers=[column.header for column in table.columns],
            may_import=service.may_import(principal, table),
            may_export=exports.may_export(principal, table),
        )
        for table in TABLES
    ]
    return TablesView(items=[view for view in views if view.may_import or view.may_export])


@own.post("/imports", status_code=201, response_model=ImportView)
async def post_import(
    request: Request,
    principal: Importer,
    session: SessionDep,
    clock: ClockDep,
    once: IdempotencyDep,
    kind: Kind,
    file: Annotated[UploadFile, File(description="xlsx, or csv in UTF-8 or GB18030; up to 10 MiB")],
    *,
    dry_run: Annotated[bool, Query(description="false commits at once if no row is bad")] = True,
    declared_rows: Annotated[
        int | None, Query(ge=0, le=10**6, description="the sender's count of rows; must fit")
    ] = None,
    declared_fen: Annotated[
        int | None, Query(gt=-FEN_LIMIT, lt=FEN_LIMIT, description="the sender's sum in fen; must fit")
    ] = None,
) -> Response:
    """Plan a file: which rows are new, changed, the same or bad. The plan is stored and can be committed."""
    data = await file.read()
    locale = locale_of(request)
    declared = Declared(declared_rows, declared_fen)

    async def effect() -> ImportView:
        plan = await service.plan_file(session, principal, kind, file.filename or "", data, declared)
        if not dry_run:
            plan = await service.commit_plan(session, principal, plan.id, clock)
        return await service.show_plan(session, plan, locale)

    return await once.run(
        principal,
        principal.city,
        effect,
        status=201,
        headers=lambda view: {"Location": f"/v1/imports/{view.id}"},
    )


@own.get("/imports")
async def get_imports(
    request: Request,
    principal: Reader,
    session: SessionDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ImportView]:
    """List the latest imports of the tables that this person loads."""
    bound = f"imports:{principal.city}:{principal.account}"
    before = UUID(str(decode_cursor(_secret(request), bound, cursor)[0])) if cursor else None
    kinds = [table.kind for table in TABLES if service.may_see_imports(principal, table)]
    rows = await repo.load_plans(session, principal.city, kinds, limit + 1, before)
    locale = locale_of(request)
    return page_of(
        rows,
        limit,
        item=lambda row: service.import_view(row, locale),
        cursor=lambda row: encode_cursor(_secret(request), bound, [str(row.id)]),
    )


@own.get("/imports/{plan}")
async def get_import(request: Request, plan: UUID, principal: Reader, session: SessionDep) -> ImportView:
    """Return a plan: its counts, control totals and first hundred faults."""
    row = await service.find_plan(session, principal, plan)
    return await service.show_plan(session, row, locale_of(request))


@own.get("/imports/{plan}/rows")
async def get_import_rows(
    request: Request,
    plan: UUID,
    principal: Reader,
    session: SessionDep,
    action: Action | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[PlanRowView]:
    """Return the good rows of a plan, all or those that are new, changed or the same."""
    bound = f"import:{plan}:{action}:{principal.account}"
    after = int(decode_cursor(_secret(request), bound, cursor)[0]) if cursor else 0
    row = await service.find_plan(session, principal, plan)
    return page_of(
        service.rows_of(row, action, after, limit + 1),
        limit,
        item=lambda item: item,
        cursor=lambda item: encode_cursor(_secret(request), bound, [item.row]),
    )


@own.get("/imports/{plan}/errors.xlsx", response_class=Response, responses=_FILE)
async def get_import_errors(request: Request, plan: UUID, principal: Reader, session: SessionDep) -> Response:
    """Return a workbook of only the bad rows, each with its reasons."""
    row = await service.find_plan(session, principal, plan)
    return send(exports.bad_rows(service.reading_of(row), locale_of(request)))


@own.post("/imports/{plan}/commits", response_model=ImportView)
async def post_commit(
    request: Request,
    plan: UUID,
    body: CommitBody,
    principal: Importer,
    session: SessionDep,
    clock: ClockDep,
    once: IdempotencyDep,
) -> Response:
    """Commit a plan as it was shown: all rows, or none; only the good ones if asked for."""
    locale = locale_of(request)

    async def effect() -> ImportView:
        row = await service.commit_plan(session, principal, plan, clock, good_rows_only=body.good_rows_only)
        return service.import_view(row, locale)

    return await once.run(principal, principal.city, effect)


@own.get("/templates/{kind}.{form}", response_class=Response, responses=_FILE)
async def get_template(
    request: Request,
    kind: Name,
    form: exports.Format,
    principal: Annotated[Principal, Depends(Requires(Scope.me))],
) -> Response:
    """Return a blank file of a table; the workbook says in a second sheet how to fill it in."""
    return send(exports.template(principal, kind, form, locale_of(request)))


@own.get("/exports/{kind}.{form}", response_class=Response, responses=_FILE)
async def get_export(kind: Name, form: exports.Format, principal: Exporter, session: SessionDep) -> Response:
    """Return the rows of a table that this person may see, as a file that loads back unchanged."""
    return send(await exports.export(session, principal, kind, form))


router.include_router(own)
router.include_router(figure_router)
