"""Signing: a maker uploads a side's scan, another checks it; the last check puts the paper in force.

When both papers of a held project are in force, the project is recorded as signed (签约).
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import State
from auth.principal import Principal
from services.agreements import repo
from services.agreements.access import Paper, may_check, may_upload, missing_parties
from services.agreements.errors import (
    BadScan,
    NoSuchAgreement,
    NoSuchConfirmation,
    NoSuchSignature,
    NotYourPaper,
    WrongState,
)
from services.agreements.scans import store_scan
from services.agreements.tables import (
    Agreement,
    AgreementSignature,
    AgreementVersion,
    TransferConfirmation,
)
from services.agreements.words import (
    AGREEMENT_PARTIES,
    CONFIRMATION_PARTIES,
    PaperKind,
    PaperState,
    Party,
    SignatureState,
)
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.kit.known import next_known
from services.projects.service import record_signed
from services.projects.tables import Project


async def upload_signature(
    session: AsyncSession,
    principal: Principal,
    kind: PaperKind,
    paper_id: UUID,
    *,
    party: Party,
    signer: str,
    signed_on: date,
    name: str,
    content: bytes,
    today: date,
) -> AgreementSignature:
    """Add a side's signed scan to the paper that is being signed.

    Raises:
        NoSuchAgreement, NoSuchConfirmation: none that this person may know of.
        NotYourPaper: the side is another's.
        WrongState: the paper is not being signed, or the side has a standing signature.
        BadScan: the file or the date is no good.
    """
    paper, version = await _open_paper(session, principal, kind, paper_id)
    parties = AGREEMENT_PARTIES if kind is PaperKind.agreement else CONFIRMATION_PARTIES
    if party not in parties or not may_upload(principal, paper, party):
        raise NotYourPaper
    standing = await _standing(session, paper, version)
    if (version or paper).state is not PaperState.signing or party not in missing_parties(
        parties, standing, checked=False
    ):
        raise WrongState
    if signed_on > today:
        raise BadScan(errors=[FieldError("/signed_on", "in_future", lazy("签署日期不能晚于今天"))])
    scan = await store_scan(session, principal, name, content)
    signature = AgreementSignature(
        city=paper.city,
        agreement=paper.id if version else None,
        version=version.version if version else None,
        confirmation=None if version else paper.id,
        party=party,
        signer=signer.strip(),
        signed_on=signed_on,
        scan=scan.id,
        state=SignatureState.uploaded,
        made_by=principal.account,
        reason="",
    )
    session.add(signature)
    await session.flush()
    await _record(session, principal, signature, "uploaded", {"party": party, "sha256": scan.sha256})
    return signature


async def check_signature(
    session: AsyncSession,
    principal: Principal,
    kind: PaperKind,
    paper_id: UUID,
    signature_id: UUID,
    *,
    now: datetime,
) -> AgreementSignature:
    """Check a side's scan against the paper; the last check puts the paper in force.

    Raises:
        NoSuchSignature: none on this paper.
        NotYourPaper: another is to check, or this person uploaded it.
        WrongState: it is checked or sent back already.
    """
    paper, version, signature = await _to_check(session, principal, kind, paper_id, signature_id)
    signature.state = SignatureState.checked
    signature.checked_by = principal.account
    signature.checked_at = now
    await session.flush()
    await _record(session, principal, signature, "checked", {"party": signature.party})
    standing = await _standing(session, paper, version)
    if isinstance(paper, Agreement) and version is not None:
        if not missing_parties(AGREEMENT_PARTIES, standing):
            await _bring_into_force(session, principal, paper, version)
    elif isinstance(paper, TransferConfirmation) and not missing_parties(CONFIRMATION_PARTIES, standing):
        paper.state = PaperState.in_force
        paper.signed_on = max(found.signed_on for found in standing)
        await session.flush()
        await _record_paper(session, principal, paper, {"signed_on": paper.signed_on.isoformat()})
    await _sign_project(session, paper)
    return signature


async def reject_signature(
    session: AsyncSession,
    principal: Principal,
    kind: PaperKind,
    paper_id: UUID,
    signature_id: UUID,
    *,
    reason: str,
    now: datetime,
) -> AgreementSignature:
    """Send a side's scan back; another may then be uploaded. Raises as `check_signature` does.

    Raises:
        BadScan: no reason is given.
    """
    if not reason.strip():
        raise BadScan(errors=[FieldError("/reason", "missing", lazy("请填写退回原因"))])
    _, _, signature = await _to_check(session, principal, kind, paper_id, signature_id)
    signature.state = SignatureState.rejected
    signature.checked_by = principal.account
    signature.checked_at = now
    signature.reason = reason
    await session.flush()
    await _record(session, principal, signature, "rejected", {"party": signature.party, "reason": reason})
    return signature


async def _open_paper(
    session: AsyncSession, principal: Principal, kind: PaperKind, paper_id: UUID
) -> tuple[Paper, AgreementVersion | None]:
    """Return a visible paper, locked, and the last version of an agreement."""
    if kind is PaperKind.agreement:
        agreement = await repo.load_agreement(session, principal, paper_id, lock=True)
        if agreement is None:
            raise NoSuchAgreement
        return agreement, (await repo.load_versions(session, agreement.city, agreement.id))[-1]
    confirmation = await repo.load_confirmation(session, principal, paper_id, lock=True)
    if confirmation is None:
        raise NoSuchConfirmation
    return confirmation, None


async def _to_check(
    session: AsyncSession, principal: Principal, kind: PaperKind, paper_id: UUID, signature_id: UUID
) -> tuple[Paper, AgreementVersion | None, AgreementSignature]:
    paper, version = await _open_paper(session, principal, kind, paper_id)
    standing = await _standing(session, paper, version)
    signature = next((found for found in standing if found.id == signature_id), None)
    if signature is None:
        raise NoSuchSignature
    if not may_check(principal, paper, signature.party, signature.made_by):
        raise NotYourPaper
    if signature.state is not SignatureState.uploaded or (version or paper).state is not PaperState.signing:
        raise WrongState
    return paper, version, signature


async def _standing(
    session: AsyncSession, paper: Paper, version: AgreementVersion | None
) -> list[AgreementSignature]:
    """Return the signatures on the open version or the confirmation that were not sent back."""
    if version is None:
        found = await repo.load_signatures(session, paper.city, confirmation=paper.id)
    else:
        found = await repo.load_signatures(session, paper.city, agreement=paper.id)
        found = [signature for signature in found if signature.version == version.version]
    return [signature for signature in found if signature.state is not SignatureState.rejected]


async def _bring_into_force(
    session: AsyncSession, principal: Principal, agreement: Agreement, version: AgreementVersion
) -> None:
    for earlier in await repo.load_versions(session, agreement.city, agreement.id):
        if earlier.state is PaperState.in_force:
            earlier.state = PaperState.amended
    await session.flush()
    # Taken first: its query flushes the session, and a version in force without its number is refused.
    known = await next_known(session, agreement.city)
    version.state = PaperState.in_force
    version.known = known
    agreement.state = PaperState.in_force
    agreement.live = version.version
    agreement.revision += 1
    await session.flush()
    await _record_paper(session, principal, agreement, {"version": version.version, "known": version.known})


async def _sign_project(session: AsyncSession, paper: Paper) -> None:
    """Record 签约 once both papers are in force.

    The project's row is locked first: of two people who check the last signature of either paper at the same
    moment, the second sees what the first did.
    """
    place = (col(Project.city) == paper.city, col(Project.id) == paper.project)
    project = (await session.scalars(select(Project).where(*place).with_for_update())).one()
    if project.state is not State.held:
        return
    signed: list[date] = []
    for table in (Agreement, TransferConfirmation):
        live = await session.scalars(
            select(col(table.id)).where(
                col(table.city) == paper.city,
                col(table.project) == paper.project,
                col(table.state) == PaperState.in_force,
            )
        )
        number = live.one_or_none()
        if number is None:
            return
        key = "agreement" if table is Agreement else "confirmation"
        found = await repo.load_signatures(session, paper.city, **{key: number})
        signed += [one.signed_on for one in found if one.state is SignatureState.checked]
    # The program acts here: people signed and checked the papers, and who checked last may be one who sees no
    # leads, as the city's finance.
    system = Principal.system(paper.city)
    await record_signed(session, system, project.id, paper.host, project.host_park, max(signed))


async def _record(
    session: AsyncSession,
    principal: Principal,
    signature: AgreementSignature,
    action: str,
    after: dict[str, object],
) -> None:
    await record_event(
        session,
        signature.city,
        actor=principal,
        action=f"agreements.signature_{action}",
        entity="agreement_signature",
        entity_id=signature.id,
        after=after,
    )


async def _record_paper(
    session: AsyncSession, principal: Principal, paper: Paper, after: dict[str, object]
) -> None:
    await record_event(
        session,
        paper.city,
        actor=principal,
        action="agreements.in_force",
        entity=str(paper.__tablename__),
        entity_id=paper.id,
        after=after,
    )
