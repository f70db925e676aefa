"""Libraries over HTTP: `/v1/libraries`, the chain map, a project's code, and the city's layouts."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.kit.pagination import MAX_LIMIT
from services.kit.routing import link_next, require_if_match, set_etag, versioned
from services.libraries import chains, codes, publishing, service, trying
from services.libraries.answers import (
    ChainsAnswer,
    ChangesAnswer,
    CodeAnswer,
    LibrariesAnswer,
    LibraryAnswer,
)
from services.libraries.built_in import shelf
from services.libraries.reading import layout_schema
from services.libraries.schemas import (
    LayoutAnswer,
    LayoutForm,
    LayoutIn,
    LayoutsAnswer,
    LayoutTrial,
    PreviewAnswer,
)

router = APIRouter(prefix="/v1", tags=["libraries"])

Reader = Annotated[Principal, Depends(Requires(Scope.projects_read))]
LayoutReader = Annotated[Principal, Depends(Requires(Scope.regions_read))]
Writer = Annotated[Principal, Depends(Requires(Scope.regions_write))]
AsOf = Annotated[date | None, Query(description="the day asked about; today by default")]


@router.get("/libraries")
async def get_libraries(
    session: SessionDep, principal: Reader, clock: ClockDep, as_of: AsOf = None
) -> LibrariesAnswer:
    """List the libraries of the layout in force with their counts."""
    today = await clock.today(session, principal.city)
    return await service.libraries(session, principal, today, as_of)


@router.get("/libraries/chains")
async def get_chain_map(session: SessionDep, principal: Reader, clock: ClockDep) -> ChainsAnswer:
    """Show the chain map: nodes, projects by stage, parks, planned projects, target firms, gaps."""
    return await chains.chain_map(session, principal, await clock.today(session, principal.city))


@router.get("/libraries/{library}")
async def get_library(
    request: Request,
    response: Response,
    session: SessionDep,
    principal: Reader,
    clock: ClockDep,
    library: str,
    as_of: AsOf = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
) -> LibraryAnswer:
    """Show what is in a library: since when, by which rule, and what would move it on."""
    found = await service.library(
        session,
        principal,
        library,
        await clock.today(session, principal.city),
        as_of=as_of,
        secret=request.app.state.settings.secret.get_secret_value(),
        cursor=cursor,
        limit=limit,
    )
    link_next(request, response, found.next)
    return found


@router.get("/libraries/{library}/changes")
async def get_library_changes(
    session: SessionDep,
    principal: Reader,
    clock: ClockDep,
    library: str,
    since: Annotated[date | None, Query(description="the month's first by default")] = None,
    as_of: AsOf = None,
) -> ChangesAnswer:
    """List what entered and left a library since a day."""
    today = await clock.today(session, principal.city)
    return await service.changes(session, principal, library, today, begin=since, as_of=as_of)


@router.get("/projects/{ref}/code")
async def get_project_code(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep, ref: str
) -> CodeAnswer:
    """Tell the address that a project's code leads to."""
    today = await clock.today(session, principal.city)
    public_url: str = request.app.state.settings.public_url
    return await codes.project_code(session, principal, ref[:40], public_url, today)


class SvgResponse(Response):
    """A picture, for the API's description."""

    media_type = "image/svg+xml"


@router.get("/projects/{ref}/code.svg", response_class=SvgResponse)
async def get_project_code_picture(
    request: Request, session: SessionDep, principal: Reader, clock: ClockDep, ref: str
) -> Response:
    """Draw a project's code as a QR code."""
    found = await get_project_code(request, session, principal, clock, ref)
    return SvgResponse(
        codes.drawn(found.address),
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


@router.get("/library-layouts")
async def get_layouts(
    session: SessionDep, principal: LayoutReader, clock: ClockDep, response: Response
) -> LayoutsAnswer:
    """List all versions of the layout, newest first; the ETag is the newest version's number, 0 for none."""
    found = await publishing.layouts(session, principal, await clock.today(session, principal.city))
    set_etag(response, found.revision)
    return found


@router.get("/library-layouts/schema")
async def get_layout_schema(_principal: LayoutReader) -> dict[str, Any]:
    """Give the JSON Schema of a layout."""
    return layout_schema()


@router.get("/library-layouts/examples")
async def get_layout_examples(_principal: LayoutReader) -> dict[str, LayoutIn]:
    """Give the layouts that come with the program, by name: documents to begin with."""
    return dict(shelf())


@router.get("/library-layouts/{layout_version:int}")
async def get_layout(
    session: SessionDep, principal: LayoutReader, clock: ClockDep, response: Response, layout_version: int
) -> LayoutAnswer:
    """Show one version of the layout with its document."""
    today = await clock.today(session, principal.city)
    found = await publishing.layout(session, principal, layout_version, today)
    set_etag(response, found.revision)
    return found


@router.post("/library-layouts/preview")
async def post_layout_preview(
    body: LayoutTrial, session: SessionDep, principal: Writer, clock: ClockDep
) -> PreviewAnswer:
    """Try a layout on the city's data; nothing is stored."""
    return await trying.preview(session, principal, body.layout, await clock.today(session, principal.city))


@router.post("/library-layouts", status_code=201)
async def post_layout(
    request: Request,
    body: LayoutForm,
    session: SessionDep,
    principal: Writer,
    clock: ClockDep,
    once: IdempotencyDep,
) -> LayoutAnswer:
    """Publish a version of the layout; `If-Match` names the newest one, "0" for none."""
    after = require_if_match(request)

    async def effect() -> LayoutAnswer:
        today = await clock.today(session, principal.city)
        return await publishing.publish(session, principal, body, today, after)

    return await once.run(principal, principal.city, effect, status=201, headers=versioned)  # type: ignore[return-value] # a Response of this model


@router.post("/library-layouts/{layout_version:int}/confirmation")
async def post_layout_confirmation(
    request: Request,
    session: SessionDep,
    principal: Writer,
    clock: ClockDep,
    once: IdempotencyDep,
    layout_version: int,
) -> LayoutAnswer:
    """Confirm the newest version, as another person than its maker."""
    newest = require_if_match(request)

    async def effect() -> LayoutAnswer:
        today = await clock.today(session, principal.city)
        return await publishing.confirm(session, principal, layout_version, today, newest)

    return await once.run(principal, principal.city, effect, status=200, headers=versioned)  # type: ignore[return-value] # a Response of this model
