"""Who may keep, check and read the records of compliance: pure predicates, no tables.

The host makes the list of what it promises and has it reviewed; its finance checks it, another person gives
the legal opinion, and the city reads all of it before it decides.
"""

from uuid import UUID

from auth.policy import COUNTY_EYES, COUNTY_HANDS, can_act_for_host, differs
from auth.principal import Principal, Role


def can_read_compliance(principal: Principal, county: str, park: str) -> bool:
    """Read a host's records: its people, the city's office and auditor; of 市属 parks the city's finance."""
    if principal.role in {Role.city_office, Role.auditor}:
        return True
    if principal.role is Role.city_finance:
        return county == principal.city
    if principal.role is Role.park_officer:
        return principal.office == park
    return principal.role in COUNTY_EYES | {Role.county_finance} and principal.county == county


def can_keep_compliance(principal: Principal, county: str, park: str) -> bool:
    """List promises, record the fair-competition review and the minutes: the host's hands."""
    return principal.role is not Role.park_officer and can_act_for_host(principal, county, park)


def can_check_promises(principal: Principal, county: str, maker: UUID) -> bool:
    """Check what is promised against the purse: the host's own finance, never the list's maker."""
    role = Role.city_finance if county == principal.city else Role.county_finance
    return principal.role is role and principal.county == county and differs(maker, principal)


def can_review_legally(principal: Principal, county: str, maker: UUID) -> bool:
    """Give the legal opinion (合法性审查): the host's hands or the city's office, never the list's maker."""
    hands = principal.role in COUNTY_HANDS and principal.county == county
    return (hands or principal.role is Role.city_office) and differs(maker, principal)


def can_clear_clause(principal: Principal, county: str) -> bool:
    """Say why a found clause is none: the host's hands or the city's office."""
    return principal.role is Role.city_office or (
        principal.role in COUNTY_HANDS and principal.county == county
    )


def can_confirm_clearance(principal: Principal, maker: UUID) -> bool:
    """Confirm or refuse such a reason: the city's office, never who gave it."""
    return principal.role is Role.city_office and differs(maker, principal)
