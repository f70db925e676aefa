"""Who may do what where money, papers and proof are concerned: pure predicates, no tables.

Maker and checker are two people wherever money moves.
"""

from collections.abc import Collection
from uuid import UUID

from auth.policy import COUNTY_HANDS, differs
from auth.principal import COUNTY_ROLES, Principal, Role

# --- papers and money ------------------------------------------------------------------------------


def can_see_agreement(principal: Principal, parties: Collection[str]) -> bool:
    """Read an agreement and its amounts: its parties, the city, the auditor."""
    if principal.role in {Role.city_office, Role.city_finance, Role.auditor}:
        return True
    return (
        principal.role in {Role.county_officer, Role.county_leader, Role.county_finance}
        and principal.county is not None
        and principal.county in parties
    )


def can_draft_agreement(principal: Principal, parties: Collection[str]) -> bool:
    """Draft an agreement or a new version: a party, or the city office."""
    if principal.role is Role.city_office:
        return True
    return principal.role in COUNTY_HANDS and principal.county in parties


def can_sign_agreement(principal: Principal, party: str, drafter: UUID | None) -> bool:
    """Sign for a party: its leader (the city office for the city's own units), not the drafter."""
    if not differs(drafter, principal):
        return False
    if party == principal.city:
        return principal.role is Role.city_office
    return principal.role is Role.county_leader and principal.county == party


def can_witness_agreement(principal: Principal) -> bool:
    """Witness an agreement (市财政局鉴证)."""
    return principal.role is Role.city_finance


def can_see_receipts(principal: Principal, treasury: str) -> bool:
    """Read receipts by firm: the treasury's own finance, the city's finance, the auditor."""
    if principal.role in {Role.city_finance, Role.auditor}:
        return True
    return principal.role is Role.county_finance and principal.county == treasury


def can_see_statement(principal: Principal, county: str) -> bool:
    """Read a county's statement: that county, the city, the auditor."""
    return can_see_agreement(principal, (county,))


def can_confirm_statement(principal: Principal, county: str) -> bool:
    """Confirm a county's statement or object to it; the city's own units' is the city office's to answer.

    The city's finance issues it, so it cannot be the one that confirms.
    """
    if county == principal.city:
        return principal.role is Role.city_office
    if principal.role not in {Role.county_finance, Role.county_leader}:
        return False
    return principal.county == county


def can_issue_statement(principal: Principal) -> bool:
    """Compute and issue statements."""
    return principal.role is Role.city_finance


def can_reconcile(principal: Principal, county: str) -> bool:
    """State what was paid in, explain a difference, answer a 对账单: a county's own finance.

    For the city's code it is the city's finance, which speaks for the treasury.
    """
    if county == principal.city:
        return principal.role is Role.city_finance
    return principal.role is Role.county_finance and principal.county == county


def can_check(principal: Principal, maker: UUID | None) -> bool:
    """Check another's entry where money moves: the city's finance, and never the maker."""
    return principal.role is Role.city_finance and differs(maker, principal)


# --- assessment credit -----------------------------------------------------------------------------


def can_count_credit(principal: Principal) -> bool:
    """Count what agreements' projects are worth in the assessment."""
    return principal.role in {Role.city_office, Role.city_finance}


def can_file_credit(principal: Principal) -> bool:
    """File a year's credit for examination: the city's office."""
    return principal.role is Role.city_office


def can_opine_on_credit(principal: Principal, *, finance: bool) -> bool:
    """Record a bureau's opinion: the finance bureau its own, the city's office the others'."""
    return principal.role is (Role.city_finance if finance else Role.city_office)


def can_confirm_credit(principal: Principal, maker: UUID | None) -> bool:
    """Confirm a year's credit: the city's office, and never who filed it."""
    return principal.role is Role.city_office and differs(maker, principal)


def credit_county(principal: Principal) -> str | None:
    """The one county whose credit this person reads; None for those who read the whole city's."""
    return principal.county if principal.role in COUNTY_ROLES else None


# --- parties outside the city, and auditors' letters --------------------------------------------------


def can_declare_outside_party(principal: Principal) -> bool:
    """Declare a party outside the city with its route: the city's office."""
    return principal.role is Role.city_office


def can_check_outside_party(principal: Principal, maker: UUID | None) -> bool:
    """Check a declared party's route: the city's finance, never the one who declared."""
    return can_check(principal, maker)


def can_run_audit(principal: Principal) -> bool:
    """Ask the auditor's checklist, which reads over all counties: the auditor, the city's two offices."""
    return principal.role in {Role.auditor, Role.city_finance, Role.city_office}


def can_record_letter(principal: Principal) -> bool:
    """Record or end an auditor's letter (审计通知书): the city's office, which received it."""
    return principal.role is Role.city_office


def can_check_letter(principal: Principal, recorder: UUID | None) -> bool:
    """Check a recorded letter against the paper: the city's office or finance, never who recorded it."""
    return principal.role in {Role.city_office, Role.city_finance} and differs(recorder, principal)


def can_hand_in_evidence_key(principal: Principal, county: str, *, held_by_city: bool) -> bool:
    """Hand in a county's public key: its finance or leader; one that the server holds: the city's finance."""
    if held_by_city:
        return principal.role is Role.city_finance
    return can_confirm_statement(principal, county)


def can_confirm_evidence_key(principal: Principal, county: str) -> bool:
    """Confirm or retire a county's key: its finance or leader, or the city's finance."""
    return principal.role is Role.city_finance or can_confirm_statement(principal, county)
