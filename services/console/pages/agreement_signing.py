"""Signed scans: upload for a side, check by another person, download."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.agreements import signing, views
from services.agreements.errors import NoSuchSignature, WrongState
from services.agreements.schemas import AgreementOut, ConfirmationOut, SignatureOut
from services.agreements.signing_routes import scan_response
from services.agreements.words import PARTY_LABELS, PaperKind, Party
from services.console.agreement_words import OUT_OF_RANGE
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import Invalid
from services.kit.i18n import gettext, lazy, locale_of

router = APIRouter()


class Papers(StrEnum):
    """The two papers in an address."""

    agreements = "agreements"
    confirmations = "confirmations"


# Sides are signed by county officers, the city's office and its finance: what each may do with which side is
# the service's question, so the pages need no more than the right to read.
Reader = Annotated[Principal, Depends(NeedsScope(Scope.agreements_read))]

KINDS = {Papers.agreements: PaperKind.agreement, Papers.confirmations: PaperKind.confirmation}
Paper = AgreementOut | ConfirmationOut


async def _paper(session: AsyncSession, principal: Principal, papers: Papers, paper_id: UUID) -> Paper:
    if papers is Papers.agreements:
        return await views.show_agreement(session, principal, paper_id)
    return await views.show_confirmation(session, principal, paper_id)


def _signatures(paper: Paper) -> list[SignatureOut]:
    if isinstance(paper, ConfirmationOut):
        return paper.signatures
    return [one for version in paper.versions for one in version.signatures]


async def _upload_form(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    papers: Papers,
    paper_id: UUID,
    party: Party,
    form: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:
    paper = await _paper(session, principal, papers, paper_id)
    if f"upload:{party}" not in paper.actions and not errors:
        raise WrongState
    return render(
        request,
        principal,
        "agreements/upload.html",
        status=422 if errors else 200,
        papers=papers.value,
        one=paper,
        party=party.value,
        party_label=PARTY_LABELS[party],
        form=form,
        errors=errors,
    )


@router.get("/{papers}/{paper_id:uuid}/sign/{party}")
async def upload_form(
    papers: Papers,
    paper_id: UUID,
    party: Party,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Show the form for a side's signed scan."""
    today = await clock.today(session, principal.city)
    form = {"signer": "", "signed_on": today.isoformat()}
    return await _upload_form(request, principal, session, papers, paper_id, party, form, {})


@router.post("/{papers}/{paper_id:uuid}/sign/{party}")
async def upload(
    papers: Papers,
    paper_id: UUID,
    party: Party,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    signer: Annotated[str, Form(max_length=100)] = "",
    signed_on: Annotated[str, Form(max_length=10)] = "",
    scan: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a side's signed scan."""
    locale = locale_of(request)
    errors: dict[str, str] = {}
    day = date.min
    try:
        day = date.fromisoformat(signed_on)
    except ValueError:
        errors["signed_on"] = gettext(OUT_OF_RANGE, locale)
    if not signer.strip():
        errors["signer"] = gettext(lazy("请填写签字人"), locale)
    if not errors:
        try:
            async with session.begin_nested():
                await signing.upload_signature(
                    session,
                    principal,
                    KINDS[papers],
                    paper_id,
                    party=party,
                    signer=signer,
                    signed_on=day,
                    name=(scan.filename if scan else None) or "",
                    content=await scan.read() if scan else b"",
                    today=await clock.today(session, principal.city),
                )
        except Invalid as error:
            errors = field_errors(request, error)
        else:
            return redirect(request, f"/{papers}/{paper_id}", lazy("已上传扫描件，待他人复核"))
    form = {"signer": signer, "signed_on": signed_on}
    return await _upload_form(request, principal, session, papers, paper_id, party, form, errors)


async def _check_page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    papers: Papers,
    paper_id: UUID,
    signature_id: UUID,
    errors: Mapping[str, str],
) -> Response:
    paper = await _paper(session, principal, papers, paper_id)
    found = next((one for one in _signatures(paper) if one.id == signature_id), None)
    if found is None:
        raise NoSuchSignature
    if f"check:{signature_id}" not in paper.actions and not errors:
        raise WrongState
    return render(
        request,
        principal,
        "agreements/check.html",
        status=422 if errors else 200,
        papers=papers.value,
        one=paper,
        signature=found,
        party_label=PARTY_LABELS[found.party],
        errors=errors,
    )


@router.get("/{papers}/{paper_id:uuid}/signatures/{signature_id:uuid}")
async def check_form(
    papers: Papers,
    paper_id: UUID,
    signature_id: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
) -> Response:
    """Show a scan that waits for its check."""
    return await _check_page(request, principal, session, papers, paper_id, signature_id, {})


@router.post("/{papers}/{paper_id:uuid}/signatures/{signature_id:uuid}")
async def check(
    papers: Papers,
    paper_id: UUID,
    signature_id: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    clock: ClockDep,
    decision: Annotated[str, Form(pattern="^(accept|reject)$")],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Accept a side's scan, or send it back with a reason."""
    kind, now = KINDS[papers], clock.now()
    try:
        if decision == "accept":
            await signing.check_signature(session, principal, kind, paper_id, signature_id, now=now)
            note = lazy("已复核")
        else:
            await signing.reject_signature(
                session, principal, kind, paper_id, signature_id, reason=reason, now=now
            )
            note = lazy("已退回")
    except Invalid as error:
        errors = field_errors(request, error)
        return await _check_page(request, principal, session, papers, paper_id, signature_id, errors)
    return redirect(request, f"/{papers}/{paper_id}", note)


@router.get("/{papers}/{paper_id:uuid}/signatures/{signature_id:uuid}/scan")
async def scan_file(
    papers: Papers, paper_id: UUID, signature_id: UUID, principal: Reader, session: SessionDep
) -> Response:
    """Download a signed scan."""
    return scan_response(await views.show_scan(session, principal, KINDS[papers], paper_id, signature_id))
