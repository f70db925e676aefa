"""Who may lend a seat, hand over, set chains: pure predicates, no tables."""

from typing import Final

from auth.policy import COUNTY_EYES
from auth.principal import Principal, Role

LENDABLE: Final = COUNTY_EYES | {Role.county_finance, Role.city_office, Role.city_finance}
"""Roles whose seat may be lent; administrators and auditors act for themselves alone."""


def can_speak_for(principal: Principal, role: Role, county: str) -> bool:
    """Arrange for somebody of an office: its head (the county's leader; for a city office, one of the same).

    Who acts in another's stead arranges nothing: a seat is not lent on.
    """
    if principal.on_behalf_of is not None or role not in LENDABLE:
        return False
    if role in {Role.city_office, Role.city_finance}:
        return principal.role is role
    return principal.role is Role.county_leader and principal.county == county


def can_set_chain(principal: Principal, kind: str, office: str) -> bool:
    """Say who signs what: the city's office; a county's leader for the review inside the county."""
    if principal.on_behalf_of is not None:
        return False
    if principal.role is Role.city_office:
        return True
    return principal.role is Role.county_leader and kind == "review" and office == principal.county


def can_read_sheet(principal: Principal, office: str) -> bool:
    """Read the sheets of an office: its own people, the city's office, the auditor."""
    if principal.role in {Role.city_office, Role.auditor}:
        return True
    return principal.role in COUNTY_EYES and principal.county == office
