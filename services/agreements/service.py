"""Drafting, amending, sending and ending a 利益共享协议. Signing is in `signing`, reading in `views`."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.terms import InvalidTermsError, Terms
from auth.principal import Principal
from services.agreements import repo
from services.agreements.access import may_draft, may_end
from services.agreements.drafting import held_project, no_live_paper, outside_project, record
from services.agreements.errors import (
    BadTerms,
    BelowFloor,
    FavoursFirm,
    Incomplete,
    NoSuchAgreement,
    NotAgreed,
    NotYourPaper,
    WrongState,
)
from services.agreements.negotiation import is_agreed, is_negotiated, keep_proposal, standing
from services.agreements.numbering import next_number
from services.agreements.parties import side_outside
from services.agreements.rules import Floor, favour_faults, floor_faults
from services.agreements.schemas import AgreementEdit, AgreementIn, TermsIn
from services.agreements.tables import Agreement, AgreementVersion
from services.agreements.terms_in_time import refuse_overlap
from services.agreements.words import PaperKind, PaperState, Party
from services.compliance import service as compliance
from services.kit.errors import FieldError, Stale
from services.kit.i18n import lazy
from services.kit.known import next_known
from services.projects.tables import Project


async def draft_agreement(
    session: AsyncSession, principal: Principal, proposed: AgreementIn, today: date
) -> Agreement:
    """Draft the agreement of a held project with its first terms.

    Raises:
        NoSuchProject: none, or none whose papers this person may draft.
        NotHeld: no host holds the project, or one does and the other party is to lie outside the city.
        UndeclaredParty: the party outside the city was not declared and checked.
        OverlappingTerms: terms of an earlier agreement of the project hold for a part of that time.
        AlreadyAgreed: the project has an agreement that is not ended.
        BadTerms, BelowFloor, FavoursFirm: what the terms may not say.
    """
    project, origin, host = await _parties(session, principal, proposed)
    outside = await side_outside(session, principal.city, origin, host)
    terms = await _checked_terms(session, project, origin, host, proposed)
    await no_live_paper(session, project, Agreement)
    await refuse_overlap(session, principal.city, project.id, None, terms.effective_on)
    code = await next_number(session, principal.city, PaperKind.agreement, today.year)
    agreement = Agreement(
        city=principal.city,
        code=code,
        project=project.id,
        origin=origin,
        host=host,
        outside=outside,
        state=PaperState.draft,
        minutes_no=proposed.minutes_no.strip(),
        minutes_on=proposed.minutes_on,
        deduction_consent=proposed.deduction_consent,
        drafted_by=principal.account,
        end_reason="",
    )
    session.add(agreement)
    await session.flush()
    version = _draft_version(principal, agreement.id, 1, terms, proposed.remark)
    session.add(version)
    await session.flush()
    await keep_proposal(session, principal, agreement, version, "")
    await record(session, principal, agreement, "drafted", {"code": code, "terms": terms.to_json()})
    return agreement


async def edit_agreement(
    session: AsyncSession, principal: Principal, agreement_id: UUID, revision: int, proposed: AgreementEdit
) -> Agreement:
    """Propose other terms of a draft (修改稿) and, for the first version, minutes and consent.

    Every proposal is kept; the last one stands as the draft's terms.

    Raises:
        BadTerms, BelowFloor, FavoursFirm, OverlappingTerms: as for a new draft.
        Stale: somebody changed it since `revision`.
        WrongState: the last version is no draft.
    """
    agreement, version = await _drafting(session, principal, agreement_id, revision)
    if version.state is not PaperState.draft:
        raise WrongState
    project = await repo.load_project(session, agreement.city, agreement.project)
    terms = await _checked_terms(session, project, agreement.origin, agreement.host, proposed)
    await refuse_overlap(session, agreement.city, project.id, agreement.id, terms.effective_on)
    before = {"terms": version.terms, "minutes_no": agreement.minutes_no}
    version.terms = terms.to_json()
    version.method = terms.method
    version.effective_on = terms.effective_on
    version.remark = proposed.remark
    if agreement.live is None:
        agreement.minutes_no = proposed.minutes_no.strip()
        agreement.minutes_on = proposed.minutes_on
        agreement.deduction_consent = proposed.deduction_consent
    agreement.revision += 1
    await session.flush()
    await keep_proposal(session, principal, agreement, version, getattr(proposed, "note", ""))
    after = {"terms": version.terms, "minutes_no": agreement.minutes_no}
    await record(session, principal, agreement, "edited", after, before)
    return agreement


async def amend_agreement(
    session: AsyncSession, principal: Principal, agreement_id: UUID, revision: int, proposed: AgreementEdit
) -> Agreement:
    """Draft a further version of an agreement in force, which stays in force until the new one is signed.

    Raises:
        WrongState: the agreement is not in force, or a further version is already open.
        OverlappingTerms: it would take effect before the version in force.
    """
    agreement, last = await _drafting(session, principal, agreement_id, revision)
    if last.state is not PaperState.in_force:
        raise WrongState
    project = await repo.load_project(session, agreement.city, agreement.project)
    terms = await _checked_terms(session, project, agreement.origin, agreement.host, proposed)
    await refuse_overlap(session, agreement.city, project.id, agreement.id, terms.effective_on)
    number = last.version + 1
    version = _draft_version(principal, agreement.id, number, terms, proposed.remark)
    session.add(version)
    agreement.revision += 1
    await session.flush()
    await keep_proposal(session, principal, agreement, version, getattr(proposed, "note", ""))
    facts = {"version": number, "terms": terms.to_json()}
    await record(session, principal, agreement, "amendment_drafted", facts)
    return agreement


async def send_agreement(
    session: AsyncSession, principal: Principal, agreement_id: UUID, revision: int
) -> Agreement:
    """Send the draft for signing; from here its terms are fixed.

    Raises:
        Incomplete: minutes or the consent to year-end deduction are missing.
        NotAgreed: both sides proposed terms, and the other side has not accepted the last proposal.
        BelowFloor, FavoursFirm: checked once more, for the floor may have changed since the draft.
        ForbiddenClause: the remark hands something on to a firm, and two people have not cleared it.
    """
    agreement, version = await _drafting(session, principal, agreement_id, revision)
    if version.state is not PaperState.draft:
        raise WrongState
    faults = []
    if not agreement.imported and not agreement.minutes_no:
        faults.append(FieldError("/minutes_no", "missing", lazy("请填写常务会议纪要文号")))
    if not agreement.imported and not agreement.deduction_consent:
        faults.append(FieldError("/deduction_consent", "missing", lazy("双方须同意由市财政年终扣缴")))
    if faults:
        raise Incomplete(errors=faults)
    project = await repo.load_project(session, agreement.city, agreement.project)
    await _refuse_forbidden(session, project, Terms.from_json(version.terms), version.remark)
    await compliance.require_clean(session, project, [version.remark])
    proposals = await repo.load_proposals(session, agreement.city, agreement.id)
    last = standing(proposals, version)
    if last is not None and is_negotiated(proposals, last) and not is_agreed(proposals, last):
        raise NotAgreed
    await refuse_overlap(session, agreement.city, project.id, agreement.id, version.effective_on)
    version.state = PaperState.signing
    if agreement.live is None:
        agreement.state = PaperState.signing
    agreement.revision += 1
    await session.flush()
    await record(session, principal, agreement, "sent", {"version": version.version})
    return agreement


async def end_agreement(
    session: AsyncSession,
    principal: Principal,
    agreement_id: UUID,
    revision: int,
    ended_on: date,
    reason: str,
) -> Agreement:
    """End an agreement: receipts after `ended_on` are no longer shared; what is booked stays.

    Raises:
        NotYourPaper: only the city office ends papers.
        WrongState: it is ended already.
    """
    agreement = await repo.load_agreement(session, principal, agreement_id, lock=True)
    if agreement is None:
        raise NoSuchAgreement
    if not may_end(principal):
        raise NotYourPaper
    if agreement.revision != revision:
        raise Stale
    if agreement.state is PaperState.ended:
        raise WrongState
    known = None if agreement.live is None else await next_known(session, agreement.city)
    for version in await repo.load_versions(session, agreement.city, agreement.id):
        if version.known is None:
            version.state = PaperState.ended
    agreement.state = PaperState.ended
    agreement.ended_known = known
    agreement.ended_on = ended_on
    agreement.end_reason = reason
    agreement.revision += 1
    await session.flush()
    await record(session, principal, agreement, "ended", {"ended_on": ended_on.isoformat(), "reason": reason})
    return agreement


async def _drafting(
    session: AsyncSession, principal: Principal, agreement_id: UUID, revision: int
) -> tuple[Agreement, AgreementVersion]:
    """Return an agreement that the principal may draft, locked, with its last version."""
    agreement = await repo.load_agreement(session, principal, agreement_id, lock=True)
    if agreement is None:
        raise NoSuchAgreement
    if not may_draft(principal, agreement):
        raise NotYourPaper
    if agreement.revision != revision:
        raise Stale
    if agreement.state is PaperState.ended:
        raise WrongState
    return agreement, (await repo.load_versions(session, agreement.city, agreement.id))[-1]


async def _parties(
    session: AsyncSession, principal: Principal, proposed: AgreementIn
) -> tuple[Project, str, str]:
    """Return the project of a new agreement with its origin and its host."""
    if proposed.outside:
        side = Party(proposed.outside_as)
        return await outside_project(session, principal, proposed.project, proposed.outside, side)
    project, host = await held_project(session, principal, proposed.project)
    return project, project.origin, host


async def _checked_terms(
    session: AsyncSession, project: Project, origin: str, host: str, proposed: TermsIn
) -> Terms:
    try:
        terms = proposed.terms(origin, host)
    except InvalidTermsError as error:
        raise BadTerms(error.problems) from error
    await _refuse_forbidden(session, project, terms, proposed.remark)
    return terms


async def _refuse_forbidden(session: AsyncSession, project: Project, terms: Terms, remark: str) -> None:
    below = floor_faults(terms, await floor_of(session, project))
    if below:
        raise BelowFloor(errors=below)
    favours = favour_faults(remark)
    if favours:
        raise FavoursFirm(errors=favours)


def _draft_version(
    principal: Principal, agreement: UUID, number: int, terms: Terms, remark: str
) -> AgreementVersion:
    return AgreementVersion(
        city=principal.city,
        agreement=agreement,
        version=number,
        terms=terms.to_json(),
        method=terms.method,
        effective_on=terms.effective_on,
        remark=remark,
        state=PaperState.draft,
        drafted_by=principal.account,
    )


async def floor_of(session: AsyncSession, project: Project) -> Floor | None:
    """Return the floor terms with which a project was passed on; None when it was not."""
    transfer = await repo.load_floor(session, project.city, project.id)
    return None if transfer is None else Floor(ratio_bp=transfer.floor_ratio_bp, years=transfer.floor_years)
