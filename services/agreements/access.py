"""Who may do what with a paper now: one answer for the service, the API's `actions` and the pages."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from auth.money import can_draft_agreement, can_sign_agreement, can_witness_agreement
from auth.policy import differs
from auth.principal import Principal, Role
from services.agreements.tables import Agreement, AgreementSignature, AgreementVersion, TransferConfirmation
from services.agreements.words import (
    AGREEMENT_PARTIES,
    CONFIRMATION_PARTIES,
    PaperState,
    Party,
    SignatureState,
)

Paper = Agreement | TransferConfirmation

_HANDS: Final = frozenset({Role.county_officer, Role.county_leader})


def may_draft(principal: Principal, paper: Paper) -> bool:
    """Draft, edit and send for signing: a party or the city office."""
    return can_draft_agreement(principal, (paper.origin, paper.host))


def may_upload(principal: Principal, paper: Paper, party: Party) -> bool:
    """Upload a side's signed scan: that side's own office.

    The host acts for the investor, and a county of the city for a party outside it: they have no account.
    """
    match party:
        case Party.origin | Party.host | Party.investor:
            return _acts_for(principal, _hand(paper, party))
        case Party.witness:
            return principal.role in {Role.city_office, Role.city_finance}


def may_check(principal: Principal, paper: Paper, party: Party, maker: UUID) -> bool:
    """Check a side's scan: its leader, or for the witness the city's finance; never the maker."""
    match party:
        case Party.origin | Party.host | Party.investor:
            return can_sign_agreement(principal, _hand(paper, party), maker)
        case Party.witness:
            return can_witness_agreement(principal) and differs(maker, principal)


def may_end(principal: Principal) -> bool:
    """End a paper: the city office, which records what both sides or the joint meeting resolved."""
    return principal.role is Role.city_office


def _hand(paper: Paper, party: Party) -> str:
    """The region that brings a side's signed scan."""
    outside = paper.outside if isinstance(paper, Agreement) else None
    own = Party.host if party is Party.investor else party
    if own is outside:
        own = Party.host if outside is Party.origin else Party.origin
    return paper.origin if own is Party.origin else paper.host


def _acts_for(principal: Principal, region: str) -> bool:
    if region == principal.city:
        return principal.role is Role.city_office
    return principal.role in _HANDS and principal.county == region


def missing_parties(
    parties: Iterable[Party], signatures: Iterable[AgreementSignature], *, checked: bool = True
) -> list[Party]:
    """Tell which sides have no checked signature, or (`checked=False`) no standing signature at all."""
    accepted = {SignatureState.checked} if checked else {SignatureState.checked, SignatureState.uploaded}
    signed = {signature.party for signature in signatures if signature.state in accepted}
    return [party for party in parties if party not in signed]


def agreement_actions(
    principal: Principal,
    agreement: Agreement,
    version: AgreementVersion,
    signatures: list[AgreementSignature],
) -> list[str]:
    """List what a principal may do now; `version` is the last one, `signatures` are those on it."""
    found = []
    drafting = may_draft(principal, agreement)
    if version.state is PaperState.draft and drafting:
        found += ["edit", "send"]
    if version.state is PaperState.signing:
        found += _signing(principal, agreement, AGREEMENT_PARTIES, signatures)
    if agreement.state is PaperState.in_force and version.state is PaperState.in_force and drafting:
        found.append("amend")
    if agreement.state is not PaperState.ended and may_end(principal):
        found.append("end")
    return found


def confirmation_actions(
    principal: Principal, confirmation: TransferConfirmation, signatures: list[AgreementSignature]
) -> list[str]:
    """List what a principal may do now with a confirmation."""
    found = []
    if confirmation.state is PaperState.signing:
        found += _signing(principal, confirmation, CONFIRMATION_PARTIES, signatures)
    if confirmation.state is PaperState.signing and may_end(principal):
        found.append("end")
    return found


def _signing(
    principal: Principal, paper: Paper, parties: tuple[Party, ...], signatures: list[AgreementSignature]
) -> list[str]:
    open_parties = missing_parties(parties, signatures, checked=False)
    uploads = [f"upload:{party}" for party in open_parties if may_upload(principal, paper, party)]
    checks = [
        f"check:{signature.id}"
        for signature in signatures
        if signature.state is SignatureState.uploaded
        and may_check(principal, paper, signature.party, signature.made_by)
    ]
    return uploads + checks
