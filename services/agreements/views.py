"""What a person is shown of the papers: lists and whole papers, for API, pages and PDF alike."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.agreements import repo
from services.agreements.access import agreement_actions, confirmation_actions, missing_parties
from services.agreements.errors import NoSuchAgreement, NoSuchConfirmation, NoSuchSignature
from services.agreements.listing import MASKED, is_masked, place_of, project_of
from services.agreements.parties import party_names
from services.agreements.schemas import (
    AgreementOut,
    ConfirmationOut,
    SignatureOut,
    TermsOut,
    VersionOut,
)
from services.agreements.tables import (
    Agreement,
    AgreementSignature,
    AgreementVersion,
    SignedScan,
    TransferConfirmation,
)
from services.agreements.words import (
    AGREEMENT_PARTIES,
    CONFIRMATION_PARTIES,
    PaperKind,
    Party,
    SignatureState,
)
from services.regions.repo import load_city, unit_names


async def show_agreement(session: AsyncSession, principal: Principal, agreement_id: UUID) -> AgreementOut:
    """Return an agreement whole, with every version and signature.

    Raises:
        NoSuchAgreement: none, or none that this person may know of.
    """
    agreement = await repo.load_agreement(session, principal, agreement_id)
    if agreement is None:
        raise NoSuchAgreement
    versions = await repo.load_versions(session, agreement.city, agreement.id)
    signatures = await repo.load_signatures(session, agreement.city, agreement=agreement.id)
    project = await repo.load_project(session, agreement.city, agreement.project)
    company = await repo.load_company(session, agreement.city, agreement.project)
    masked = is_masked(principal)
    names = await party_names(session, agreement.city)
    scans = await _scans(session, agreement.city, signatures)
    last = versions[-1]
    on_last = [signature for signature in signatures if signature.version == last.version]
    return AgreementOut(
        id=agreement.id,
        code=agreement.code,
        project=project_of(project, masked=masked),
        investor_name="" if masked else project.investor_name,
        company_name=company.name if company and not masked else "",
        company_registered_on=company.registered_on if company else None,
        credit_code=company.credit_code if company and not masked else "",
        origin=place_of(names, agreement.origin),
        host=place_of(names, agreement.host),
        outside=agreement.outside,
        state=agreement.state,
        live=agreement.live,
        minutes_no=agreement.minutes_no,
        minutes_on=agreement.minutes_on,
        deduction_consent=agreement.deduction_consent,
        imported=agreement.imported,
        ended_on=agreement.ended_on,
        end_reason=agreement.end_reason,
        revision=agreement.revision,
        created_at=agreement.created_at,
        versions=[
            _version(names, agreement, version, signatures, scans, masked=masked) for version in versions
        ],
        actions=agreement_actions(principal, agreement, last, on_last),
    )


async def show_confirmation(
    session: AsyncSession, principal: Principal, confirmation_id: UUID
) -> ConfirmationOut:
    """Return a confirmation whole.

    Raises:
        NoSuchConfirmation: none, or none that this person may know of.
    """
    paper = await repo.load_confirmation(session, principal, confirmation_id)
    if paper is None:
        raise NoSuchConfirmation
    signatures = list(await repo.load_signatures(session, paper.city, confirmation=paper.id))
    project = await repo.load_project(session, paper.city, paper.project)
    masked = is_masked(principal)
    names = await unit_names(session, paper.city)
    scans = await _scans(session, paper.city, signatures)
    return ConfirmationOut(
        id=paper.id,
        code=paper.code,
        project=project_of(project, masked=masked),
        origin=place_of(names, paper.origin),
        host=place_of(names, paper.host),
        investor_name=MASKED if masked else paper.investor_name,
        investor_credit_code="" if masked else paper.investor_credit_code,
        state=paper.state,
        signed_on=paper.signed_on,
        created_at=paper.created_at,
        signatures=[_signature(names, paper, one, scans[one.scan], masked=masked) for one in signatures],
        missing=missing_parties(CONFIRMATION_PARTIES, signatures),
        actions=confirmation_actions(principal, paper, signatures),
    )


async def show_scan(
    session: AsyncSession, principal: Principal, kind: PaperKind, paper_id: UUID, signature_id: UUID
) -> SignedScan:
    """Return a signature's scan with its bytes, to those who may see the paper with its names.

    Raises:
        NoSuchAgreement, NoSuchConfirmation, NoSuchSignature: none that this person may know of.
    """
    if is_masked(principal):
        raise NoSuchSignature
    if kind is PaperKind.agreement:
        agreement = await repo.load_agreement(session, principal, paper_id)
        if agreement is None:
            raise NoSuchAgreement
        signatures = await repo.load_signatures(session, agreement.city, agreement=agreement.id)
    else:
        confirmation = await repo.load_confirmation(session, principal, paper_id)
        if confirmation is None:
            raise NoSuchConfirmation
        signatures = await repo.load_signatures(session, confirmation.city, confirmation=confirmation.id)
    found = next((signature.scan for signature in signatures if signature.id == signature_id), None)
    if found is None:
        raise NoSuchSignature
    return await repo.load_scan(session, principal.city, found)


async def city_name(session: AsyncSession, city: str) -> str:
    """Return the city's name, as papers print it."""
    found = await load_city(session, city)
    return found.name if found else city


def party_name(
    names: Mapping[str, str], city: str, paper: Agreement | TransferConfirmation, party: Party
) -> str:
    """Name a side as it signs: a government, the city's finance bureau, the investor."""
    match party:
        case Party.origin:
            return names[paper.origin]
        case Party.host:
            return names[paper.host]
        case Party.witness:
            return f"{names[city]}财政局"
        case Party.investor:
            return paper.investor_name if isinstance(paper, TransferConfirmation) else ""


async def _scans(
    session: AsyncSession, city: str, signatures: Sequence[AgreementSignature]
) -> dict[UUID, tuple[str, int]]:
    """Return hash and size of the signatures' scans without their bytes."""
    rows = await session.execute(
        select(col(SignedScan.id), col(SignedScan.sha256), col(SignedScan.size)).where(
            col(SignedScan.city) == city, col(SignedScan.id).in_({one.scan for one in signatures})
        )
    )
    return {number: (digest, size) for number, digest, size in rows}


def _version(
    names: Mapping[str, str],
    agreement: Agreement,
    version: AgreementVersion,
    signatures: Sequence[AgreementSignature],
    scans: Mapping[UUID, tuple[str, int]],
    *,
    masked: bool,
) -> VersionOut:
    own = [signature for signature in signatures if signature.version == version.version]
    return VersionOut(
        version=version.version,
        state=version.state,
        known=version.known,
        imported=version.imported,
        remark=version.remark,
        terms=TermsOut.of(version.terms),
        created_at=version.created_at,
        signatures=[_signature(names, agreement, one, scans[one.scan], masked=masked) for one in own],
        missing=[] if version.imported else missing_parties(AGREEMENT_PARTIES, own),
    )


def _signature(
    names: Mapping[str, str],
    paper: Agreement | TransferConfirmation,
    signature: AgreementSignature,
    scan: tuple[str, int],
    *,
    masked: bool,
) -> SignatureOut:
    return SignatureOut(
        id=signature.id,
        party=signature.party,
        party_name=(
            MASKED
            if masked and signature.party is Party.investor
            else party_name(names, signature.city, paper, signature.party)
        ),
        signer="" if masked else signature.signer,
        signed_on=signature.signed_on,
        state=signature.state,
        scan_sha256=scan[0],
        scan_size=scan[1],
        made_at=signature.made_at,
        checked_at=signature.checked_at,
        reason=signature.reason,
        check=f"check:{signature.id}" if signature.state is SignatureState.uploaded else "",
    )
