"""利益共享协议 and 三方流转确认书: the lists, one paper, its print and workbook."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.agreements import listing, views
from services.agreements.tables import Agreement, TransferConfirmation
from services.agreements.words import PARTY_LABELS, SIGNATURE_LABELS, STATE_LABELS, PaperState
from services.console.agreement_words import METHODS, SIGNATURE_TONES, TONES, compared, ratios_text
from services.console.frame import render
from services.console.session import NeedsScope
from services.documents import service as documents
from services.documents.routes import public_url, send
from services.kit.database import SessionDep
from services.kit.i18n import gettext, locale_of
from services.kit.pagination import decode_cursor, encode_cursor, page_of
from services.regions.repo import load_counties

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.agreements_read))]
CursorText = Annotated[str | None, Query(max_length=400)]
PAGE_SIZE = 50
WHOLE_STATES = (PaperState.draft, PaperState.signing, PaperState.in_force, PaperState.ended)


@router.get("/agreements")
async def agreements(
    request: Request,
    principal: Reader,
    session: SessionDep,
    q: Annotated[str, Query(max_length=100)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    county: Annotated[str, Query(max_length=6)] = "",
    cursor: CursorText = None,
) -> Response:
    """List agreements."""
    locale = locale_of(request)
    chosen = next((one for one in WHOLE_STATES if one.value == state), None)
    secret = request.app.state.settings.secret.get_secret_value()
    bound = f"console agreements {principal.account} {state} {county} {q}"
    rows = await listing.list_agreements(
        session,
        principal,
        state=chosen,
        county=county or None,
        text=q.strip(),
        after=str(decode_cursor(secret, bound, cursor)[0]) if cursor else None,
        limit=PAGE_SIZE,
    )
    return render(
        request,
        principal,
        "agreements/list.html",
        page=page_of(
            rows,
            PAGE_SIZE,
            item=lambda row: row,
            cursor=lambda row: encode_cursor(secret, bound, [row.code]),
        ),
        filters={"q": q, "state": state, "county": county},
        states=[(one.value, gettext(STATE_LABELS[one], locale)) for one in WHOLE_STATES],
        counties=[(row.code, row.name) for row in await load_counties(session, principal.city)],
        labels=STATE_LABELS,
        tones=TONES,
        methods=METHODS,
        ratios_text=ratios_text,
        waiting=await listing.held_without(session, principal, Agreement),
        fragment="list",
    )


@router.get("/confirmations")
async def confirmations(
    request: Request, principal: Reader, session: SessionDep, cursor: CursorText = None
) -> Response:
    """List confirmations."""
    secret = request.app.state.settings.secret.get_secret_value()
    bound = f"console confirmations {principal.account}"
    after = str(decode_cursor(secret, bound, cursor)[0]) if cursor else None
    rows = await listing.list_confirmations(session, principal, after=after, limit=PAGE_SIZE)
    return render(
        request,
        principal,
        "agreements/confirmations.html",
        page=page_of(
            rows,
            PAGE_SIZE,
            item=lambda row: row,
            cursor=lambda row: encode_cursor(secret, bound, [row.code]),
        ),
        labels=STATE_LABELS,
        tones=TONES,
        waiting=await listing.held_without(session, principal, TransferConfirmation),
    )


@router.get("/agreements/{agreement_id:uuid}")
async def agreement(agreement_id: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show an agreement: versions side by side, signatures, what to do."""
    found = await views.show_agreement(session, principal, agreement_id)
    return render(
        request,
        principal,
        "agreements/agreement.html",
        one=found,
        last=found.versions[-1],
        rows=compared(found.versions, locale_of(request)),
        labels=STATE_LABELS,
        tones=TONES,
        parties=PARTY_LABELS,
        signature_labels=SIGNATURE_LABELS,
        signature_tones=SIGNATURE_TONES,
        masked=listing.is_masked(principal),
    )


@router.get("/confirmations/{confirmation_id:uuid}")
async def confirmation(
    confirmation_id: UUID, request: Request, principal: Reader, session: SessionDep
) -> Response:
    """Show a confirmation with its signatures."""
    return render(
        request,
        principal,
        "agreements/confirmation.html",
        one=await views.show_confirmation(session, principal, confirmation_id),
        labels=STATE_LABELS,
        tones=TONES,
        parties=PARTY_LABELS,
        signature_labels=SIGNATURE_LABELS,
        signature_tones=SIGNATURE_TONES,
        masked=listing.is_masked(principal),
    )


@router.get("/agreements/{agreement_id:uuid}.pdf")
async def agreement_pdf(
    agreement_id: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Print a version of an agreement."""
    return send(await documents.agreement_pdf(session, principal, agreement_id, version, public_url(request)))


@router.get("/agreements/{agreement_id:uuid}.xlsx")
async def agreement_xlsx(
    agreement_id: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Download a version of an agreement as a workbook."""
    return send(
        await documents.agreement_xlsx(session, principal, agreement_id, version, public_url(request))
    )


@router.get("/confirmations/{confirmation_id:uuid}.pdf")
async def confirmation_pdf(
    confirmation_id: UUID, request: Request, principal: Reader, session: SessionDep
) -> Response:
    """Print a confirmation."""
    return send(await documents.confirmation_pdf(session, principal, confirmation_id, public_url(request)))
