"""The log over HTTP: checkpoints and their consistency, keys, co-signatures, bundles."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from fastapi import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response

from allocation.evidence.cosigning import Request
from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.evidence import bundles, cosignatures, keys, repo
from services.evidence.bundles import BundleFile
from services.evidence.errors import NothingSealed
from services.evidence.schemas import (
    Checkpoints,
    CheckpointView,
    Consistency,
    CosignatureView,
    Keys,
    KeyView,
    NewCosignature,
    NewKey,
    StatementEvidenceView,
    checkpoint_view,
    key_view,
)
from services.evidence.standing import standing_of
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.idempotency import IdempotencyDep
from services.ledger.views import find

router = APIRouter(prefix="/v1/evidence", tags=["evidence"])

Reader = Annotated[Principal, Depends(Requires(Scope.statements_read))]
Confirmer = Annotated[Principal, Depends(Requires(Scope.statements_confirm))]
KeyKeeper = Annotated[Principal, Depends(Requires(Scope.evidence_keys))]
Size = Annotated[int, Query(ge=1, lt=2**53)]
Year = Annotated[int, Query(ge=2000, le=2100)]
CountyPath = Annotated[str, Path(pattern=r"^[0-9]{6}$")]
CountyQuery = Annotated[str | None, Query(pattern=r"^[0-9]{6}$")]


def send(file: BundleFile) -> Response:
    """Answer with a bundle as a file that no cache keeps."""
    return Response(
        file.content,
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def request_file(county: str, found: Request) -> Response:
    """Answer with what a county is to co-sign, as a file."""
    return PlainTextResponse(
        found.text,
        headers={
            "Content-Disposition": f'attachment; filename="cosign-{county}-{found.checkpoint.size}.txt"',
            "Cache-Control": "no-store",
        },
    )


@router.get("/checkpoints")
async def get_checkpoints(
    session: SessionDep,
    principal: Reader,
    before: Size | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Checkpoints:
    """Give the checkpoints, the newest first."""
    rows = await repo.checkpoints(session, principal.city, before, limit)
    return Checkpoints(items=[checkpoint_view(row) for row in rows])


@router.get("/checkpoints/latest")
async def get_latest(session: SessionDep, principal: Reader) -> CheckpointView:
    """Give the newest checkpoint."""
    newest = await repo.latest_checkpoint(session, principal.city)
    if newest is None:
        raise NothingSealed
    return checkpoint_view(newest)


@router.get("/consistency")
async def get_consistency(
    session: SessionDep,
    principal: Reader,
    old: Annotated[int, Query(alias="from", ge=1, lt=2**53)],
    to: Size | None = None,
) -> Consistency:
    """Prove that one checkpoint is the beginning of another, by default of the newest."""
    found = await cosignatures.consistency(session, principal.city, old, to)
    return Consistency(
        old=found.old,
        new=found.checkpoint.size,
        proof=[step.hex() for step in found.proof],
        note=found.note.document,
    )


@router.get("/requests/{county}", response_class=PlainTextResponse)
async def get_request(county: CountyPath, session: SessionDep, principal: Reader) -> Response:
    """Give what a county is to co-sign, as `yipanqi cosign` reads it (C2SP tlog-witness)."""
    return request_file(county, await cosignatures.request_for(session, principal, county))


@router.post("/cosignatures", status_code=201, response_model=CosignatureView)
async def post_cosignature(
    body: NewCosignature, session: SessionDep, idempotent: IdempotencyDep, principal: Confirmer
) -> Response:
    """Hand in a county's co-signature."""

    async def effect() -> CosignatureView:
        kept = await cosignatures.hand_in(session, principal, body.county, body.note)
        return CosignatureView(county=kept.county, size=kept.size, time=kept.time, line=kept.line)

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.get("/keys")
async def get_keys(session: SessionDep, principal: Reader) -> Keys:
    """Give the log's keys and those of the counties that this person may know of."""
    return Keys(items=[key_view(row) for row in await keys.shown_keys(session, principal)])


@router.post("/keys", status_code=201, response_model=KeyView)
async def post_key(
    body: NewKey, request: HttpRequest, session: SessionDep, idempotent: IdempotencyDep, principal: KeyKeeper
) -> Response:
    """Hand in a county's public key, or let the city's server hold one; another person confirms it."""

    async def effect() -> KeyView:
        if body.vkey is not None:
            return key_view(await keys.hand_in(session, principal, body.county, body.vkey))
        secret = request.app.state.settings.secret.get_secret_value()
        return key_view(await keys.hold_for(session, principal, body.county, secret))

    return await idempotent.run(principal, principal.city, effect, status=201)


@router.post("/keys/{key}/confirm", response_model=KeyView)
async def post_confirmation(
    key: UUID, session: SessionDep, idempotent: IdempotencyDep, principal: KeyKeeper, clock: ClockDep
) -> Response:
    """Confirm a key that another person handed in; it takes the place of the county's former one."""

    async def effect() -> KeyView:
        return key_view(await keys.confirm_key(session, principal, key, clock.now()))

    return await idempotent.run(principal, principal.city, effect)


@router.post("/keys/{key}/retire", response_model=KeyView)
async def post_retirement(
    key: UUID, session: SessionDep, idempotent: IdempotencyDep, principal: KeyKeeper, clock: ClockDep
) -> Response:
    """Retire a key at once: lost, copied, or its keeper left."""

    async def effect() -> KeyView:
        return key_view(await keys.retire_key(session, principal, key, clock.now()))

    return await idempotent.run(principal, principal.city, effect)


@router.get("/statements/{statement}")
async def get_standing(statement: UUID, session: SessionDep, principal: Reader) -> StatementEvidenceView:
    """Tell whether a statement is sealed and co-signed."""
    found = await standing_of(session, principal, await find(session, principal, statement))
    return StatementEvidenceView(
        standing=found.standing,
        entry=found.entry,
        cosigned=[
            CosignatureView(county=one.county, size=one.size, time=one.time, line=one.line)
            for one in found.cosigned
        ],
    )


@router.get("/bundles/{statement}", response_class=Response)
async def get_bundle(statement: UUID, session: SessionDep, principal: Reader) -> Response:
    """Give the proof bundle of a statement."""
    return send(await bundles.statement_bundle(session, principal, statement))


@router.get("/bundles", response_class=Response)
async def get_bundles(
    session: SessionDep, principal: Reader, year: Year | None = None, county: CountyQuery = None
) -> Response:
    """Give the bundle of a county's year, of everybody's, or without a year of the whole log."""
    if year is None:
        return send(await bundles.log_bundle(session, principal))
    return send(await bundles.year_bundle(session, principal, year, county))
