"""存证与会签: what is sealed, what waits for a co-signature, and the bundles that outsiders check."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.money import can_confirm_statement, can_see_statement
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.evidence import bundles, cosignatures, repo
from services.evidence.errors import NoYear
from services.evidence.routes import request_file, send
from services.evidence.standing import TONES, standing_of, standings
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.ledger import repo as ledger
from services.ledger import service
from services.ledger.visibility import county_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.statements_read))]
Confirmer = Annotated[Principal, Depends(NeedsScope(Scope.statements_confirm))]
Word = Annotated[str, Query(max_length=20)]
County = Annotated[str, Path(pattern="^[0-9]{6}$")]
Note = Annotated[str, Form(max_length=4000)]
Code = Annotated[str, Form(max_length=6)]


@router.get("/evidence")
async def evidence(request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show what is sealed, and the year statements with their co-signatures."""
    return await _page(request, principal, session, {})


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    errors: dict[str, str],
    form: dict[str, str] | None = None,
) -> Response:
    own = county_of(principal)
    log = await repo.log_of(session, principal.city)
    key = await repo.active_key(session, principal.city, own) if own else None
    return render(
        request,
        principal,
        "evidence/index.html",
        status=422 if errors else 200,
        sealed=log.size if log else 0,
        newest=await repo.latest_checkpoint(session, principal.city),
        own=own,
        key=key,
        last=await repo.last_cosigned(session, principal.city, own) if own else 0,
        may_cosign=own is not None and can_confirm_statement(principal, own),
        whole=can_see_statement(principal, ""),
        names=await ledger.region_names(session, principal.city),
        rows=await standings(session, principal),
        tones=TONES,
        form={"note": "", "year": "", "county": "", **(form or {})},
        errors=errors,
    )


@router.get("/evidence/requests/{county}")
async def request_of(county: County, principal: Reader, session: SessionDep) -> Response:
    """Give what a county is to co-sign."""
    return request_file(county, await cosignatures.request_for(session, principal, county))


@router.post("/evidence/cosignatures")
async def post_cosignature(
    request: Request, principal: Confirmer, session: SessionDep, county: Code = "", note: Note = ""
) -> Response:
    """Keep a co-signature: 303 to the overview, 422 with the form otherwise."""
    try:
        async with session.begin_nested():
            await cosignatures.hand_in(session, principal, county, note)
    except DomainError as error:
        return await _page(request, principal, session, field_errors(request, error), {"note": note})
    return redirect(request, "/evidence", lazy("会签已核对并保存"))


@router.get("/evidence/statements/{number:uuid}")
async def statement(number: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show a statement's evidence: sealed, co-signed, its bundle, and how an outsider checks it."""
    one = await service.view(session, principal, await service.find(session, principal, number))
    found = await standing_of(session, principal, await service.find(session, principal, number))
    return render(
        request,
        principal,
        "evidence/statement.html",
        one=one,
        found=found,
        newest=await repo.latest_checkpoint(session, principal.city),
        tones=TONES,
    )


@router.get("/evidence/bundles/{number:uuid}")
async def statement_bundle(number: UUID, principal: Reader, session: SessionDep) -> Response:
    """Give the bundle of a statement."""
    return send(await bundles.statement_bundle(session, principal, number))


@router.get("/evidence/bundles")
async def year_bundle(
    request: Request, principal: Reader, session: SessionDep, year: Word = "", county: Word = ""
) -> Response:
    """Give a year's bundle, or without a year the whole log's; a fault brings the page back with it."""
    form = {"year": year, "county": county}
    try:
        if not year.strip() and can_see_statement(principal, ""):
            return send(await bundles.log_bundle(session, principal))
        if not (year.strip().isascii() and year.strip().isdigit()):
            errors = {"year": field_errors(request, NoYear())[""]}
            return await _page(request, principal, session, errors, form)
        asked = county.strip() or county_of(principal)
        return send(await bundles.year_bundle(session, principal, int(year), asked))
    except DomainError as error:
        return await _page(request, principal, session, field_errors(request, error), form)
