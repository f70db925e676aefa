"""Negotiating terms: each side proposes and counter-proposes, every proposal is kept, the other side accepts.

The last proposal stands as the open draft's terms. A draft that one side alone wrote may be sent as it is,
for signing accepts it; once both sides have proposed, the other side must accept the last one first.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.agreements import repo
from services.agreements.access import may_draft
from services.agreements.drafting import record
from services.agreements.errors import NoSuchAgreement, NoSuchProposal, NotYourPaper, WrongState
from services.agreements.listing import is_masked
from services.agreements.negotiation_schemas import Negotiation, ProposalOut
from services.agreements.schemas import TermsOut
from services.agreements.tables import Agreement, AgreementVersion
from services.agreements.term_tables import AgreementProposal
from services.agreements.words import PaperState, ProposalAct, Side
from services.kit.errors import Stale

GOVERNMENTS = frozenset({Side.origin, Side.host})


def side_of(principal: Principal, agreement: Agreement) -> Side:
    """Tell for which side a person speaks: its own government, or the city's office between the two."""
    if principal.role is Role.city_office:
        own = {agreement.origin: Side.origin, agreement.host: Side.host}
        return own.get(principal.city, Side.city)
    return Side.origin if principal.county == agreement.origin else Side.host


async def keep_proposal(
    session: AsyncSession,
    principal: Principal,
    agreement: Agreement,
    version: AgreementVersion,
    note: str,
    *,
    answers: int | None = None,
) -> AgreementProposal:
    """Keep what a side proposed as the terms of a version, or that it accepted the last proposal."""
    earlier = await repo.load_proposals(session, agreement.city, agreement.id)
    proposal = AgreementProposal(
        city=agreement.city,
        agreement=agreement.id,
        seq=len(earlier) + 1,
        version=version.version,
        act=ProposalAct.propose if answers is None else ProposalAct.accept,
        side=side_of(principal, agreement),
        terms=version.terms,
        clause=version.remark,
        note=note.strip(),
        answers=answers,
        by=principal.account,
        by_name=principal.name,
        office=principal.office,
    )
    session.add(proposal)
    await session.flush()
    return proposal


async def accept(
    session: AsyncSession, principal: Principal, agreement_id: UUID, revision: int, seq: int, note: str = ""
) -> Agreement:
    """Accept the other side's last proposal, which then may be sent for signing.

    Raises:
        NoSuchAgreement, NoSuchProposal: none that this person may know of.
        NotYourPaper: only the two governments accept, and not their own proposal.
        Stale: somebody changed the agreement since `revision`.
        WrongState: the draft is sent, or a later proposal stands, or it is accepted already.
    """
    agreement = await repo.load_agreement(session, principal, agreement_id, lock=True)
    if agreement is None:
        raise NoSuchAgreement
    proposals = await repo.load_proposals(session, agreement.city, agreement.id)
    if not any(one.seq == seq for one in proposals):
        raise NoSuchProposal
    if agreement.revision != revision:
        raise Stale
    version = (await repo.load_versions(session, agreement.city, agreement.id))[-1]
    last = standing(proposals, version)
    if last is None or last.seq != seq:
        raise WrongState
    side = side_of(principal, agreement)
    if not may_draft(principal, agreement) or side in {Side.city, last.side}:
        raise NotYourPaper
    if side in sides_for(proposals, last):
        raise WrongState
    await keep_proposal(session, principal, agreement, version, note, answers=seq)
    agreement.revision += 1
    await session.flush()
    await record(session, principal, agreement, "proposal_accepted", {"seq": seq, "side": side.value})
    return agreement


def standing(proposals: Sequence[AgreementProposal], version: AgreementVersion) -> AgreementProposal | None:
    """Return the last proposal of an open draft; None when nothing is being negotiated."""
    if version.state is not PaperState.draft:
        return None
    own = [one for one in proposals if one.version == version.version and one.act is ProposalAct.propose]
    return own[-1] if own else None


def sides_for(proposals: Sequence[AgreementProposal], last: AgreementProposal) -> set[Side]:
    """Tell which sides stand behind a proposal: whose it is, and who accepted it."""
    return {last.side, *(one.side for one in proposals if one.answers == last.seq)}


def is_agreed(proposals: Sequence[AgreementProposal], last: AgreementProposal) -> bool:
    """Tell whether both governments stand behind the last proposal."""
    return sides_for(proposals, last) >= GOVERNMENTS


def is_negotiated(proposals: Sequence[AgreementProposal], last: AgreementProposal) -> bool:
    """Tell whether both governments proposed terms of the version, so that one must accept the other's."""
    sides = {one.side for one in proposals if one.version == last.version and one.act is ProposalAct.propose}
    return sides >= GOVERNMENTS


async def show_negotiation(session: AsyncSession, principal: Principal, agreement_id: UUID) -> Negotiation:
    """Show every step of an agreement's negotiations.

    Raises:
        NoSuchAgreement: none, or none that this person may know of.
    """
    agreement = await repo.load_agreement(session, principal, agreement_id)
    if agreement is None:
        raise NoSuchAgreement
    proposals = await repo.load_proposals(session, agreement.city, agreement.id)
    version = (await repo.load_versions(session, agreement.city, agreement.id))[-1]
    last = standing(proposals, version)
    drafting = may_draft(principal, agreement)
    side = side_of(principal, agreement)
    masked = is_masked(principal)
    return Negotiation(
        items=[_out(one, masked=masked) for one in proposals],
        standing=last.seq if last else None,
        agreed=last is not None and is_agreed(proposals, last),
        may_propose=drafting and version.state is PaperState.draft,
        may_accept=(
            drafting and last is not None and side is not Side.city and side not in sides_for(proposals, last)
        ),
    )


def _out(one: AgreementProposal, *, masked: bool) -> ProposalOut:
    facts: dict[str, Any] = {
        field: getattr(one, field)
        for field in ("seq", "version", "act", "side", "office", "clause", "note", "answers", "at")
    }
    return ProposalOut(**facts, by_name="" if masked else one.by_name, terms=TermsOut.of(one.terms))
