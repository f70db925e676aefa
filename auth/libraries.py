"""Who may do what with libraries: publish a layout, confirm it, see planned projects."""

from uuid import UUID

from auth.policy import COUNTY_EYES, differs
from auth.principal import Principal, Role


def can_publish_layout(principal: Principal) -> bool:
    """Publish a version of the city's layout, or try one out: the city's office."""
    return principal.role is Role.city_office


def can_confirm_layout(principal: Principal, maker: UUID) -> bool:
    """Confirm a version: the city's office, and another person than its maker."""
    return principal.role is Role.city_office and differs(maker, principal)


def sees_county_chains(principal: Principal, county: str) -> bool:
    """See how many projects a county has in each chain: that county, and the city's office.

    Of other counties' projects one sees some, so that their count would be no count.
    """
    if principal.role is Role.city_office:
        return True
    return principal.role in COUNTY_EYES and principal.county == county


def sees_every_planned(principal: Principal) -> bool:
    """See the planned projects of all counties: the city's office and auditors."""
    return principal.role in {Role.city_office, Role.auditor}


def sees_planned(principal: Principal, county: str) -> bool:
    """See a county's planned projects: that county, and who sees them all."""
    if sees_every_planned(principal):
        return True
    return principal.role in COUNTY_EYES and principal.county == county
