"""Who may object to a match, look at an objection, and read the report on overrides: pure predicates."""

from collections.abc import Collection
from uuid import UUID

from auth.policy import COUNTY_HANDS
from auth.principal import Principal, Role


def can_object_to_match(principal: Principal, concerned: Collection[str]) -> bool:
    """Object: the hands of a county that the match concerns."""
    return principal.role in COUNTY_HANDS and principal.county in concerned


def can_read_match_objection(principal: Principal, county: str) -> bool:
    """Read an objection: its own county's hands, the city's office, the auditor; no other county."""
    if principal.role in {Role.city_office, Role.auditor}:
        return True
    return principal.role in COUNTY_HANDS and principal.county == county


def can_name_reviewer(principal: Principal) -> bool:
    """Name who looks at an objection: the city's office."""
    return principal.role is Role.city_office


def can_review_match_objection(principal: Principal, hands: Collection[UUID]) -> bool:
    """Look at an objection: one of the city's office who had no hand in the match."""
    return principal.role is Role.city_office and principal.account not in hands


def can_withdraw_match_objection(principal: Principal, county: str) -> bool:
    """Withdraw an objection: its own county."""
    return principal.role in COUNTY_HANDS and principal.county == county


def can_see_overrides_by_officer(principal: Principal) -> bool:
    """See overrides by the officers who signed them: inspection alone."""
    return principal.role is Role.auditor
