"""Who sees which clocks: what one owes oneself, and what one's own leads wait for."""

from typing import Final

from auth.principal import Principal, Role

_CITY_EYES: Final = frozenset({Role.city_office, Role.auditor})
_COUNTY_EYES: Final = frozenset({Role.county_officer, Role.county_leader})


def sees_all_clocks(principal: Principal) -> bool:
    """See the clocks of every county and of the city: who is late, and who hoards."""
    return principal.role in _CITY_EYES


def can_see_clock(principal: Principal, *, origin: str, owes: str | None, park: str | None) -> bool:
    """See one clock.

    A county sees what it owes and what the city owes on its own leads; never what another county owes, not
    even on its own lead. A park sees what was asked of it.

    Args:
        principal: who asks.
        origin: the region that registered the lead.
        owes: the region that owes the step; None for the city.
        park: the park that was asked, if any.
    """
    if sees_all_clocks(principal):
        return True
    if principal.role is Role.park_officer:
        return park is not None and park == principal.office and principal.county is not None
    if principal.role not in _COUNTY_EYES or principal.county is None:
        return False
    return owes == principal.county or (owes is None and origin == principal.county)


def can_ask_experts(principal: Principal, origin: str) -> bool:
    """Say that experts were asked about a registration of `origin`: its own county, or the city's office."""
    if principal.role is Role.city_office:
        return True
    return principal.role in _COUNTY_EYES and principal.county == origin
