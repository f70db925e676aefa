"""Who may do what before a lead: entry rules, target firms, contacts, offers of the public."""

from auth.policy import COUNTY_EYES
from auth.principal import Principal, Role


def can_set_entry_rules(principal: Principal) -> bool:
    """Add a version of the city's entry rules: the city's office."""
    return principal.role is Role.city_office


def speaks_for(principal: Principal, region: str) -> bool:
    """Keep a region's list of target firms or file its contacts: that county, or the office for the city."""
    if principal.role is Role.city_office:
        return region == principal.city
    return principal.role in COUNTY_EYES and principal.county == region


def sees_every_contact(principal: Principal) -> bool:
    """See who calls on whom, over all counties: the city's office alone."""
    return principal.role is Role.city_office


def can_judge_offers(principal: Principal) -> bool:
    """Answer what the public left, and read its contact: the city's office alone."""
    return principal.role is Role.city_office


def can_file_offer(principal: Principal, county: str | None) -> bool:
    """Say which lead an offer became: the county that it was given to, or the city's office."""
    if principal.role is Role.city_office:
        return True
    return principal.role in COUNTY_EYES and county is not None and principal.county == county


def can_file_relocation(principal: Principal, from_region: str, to_region: str) -> bool:
    """File a move inside the city: either county, or the city's office."""
    if principal.role is Role.city_office:
        return True
    return principal.role in COUNTY_EYES and principal.county in {from_region, to_region}
