"""Who may do what with funds paid in and with targets: pure predicates, no tables.

Funds arrive where the project is built: its host enters them, for it has the bank's slips; another person of
the host, its finance or its leader, confirms them against the paper.
"""

from typing import Final
from uuid import UUID

from auth.policy import can_progress, differs
from auth.principal import COUNTY_ROLES, Principal, Role

_CITY: Final = frozenset({Role.city_office, Role.city_finance, Role.auditor})


def sees_all_funds(principal: Principal) -> bool:
    """See every project's funds, and every unit's progress: the city's two offices and the auditor."""
    return principal.role in _CITY


def can_see_funds(principal: Principal, origin: str, host: str | None, park: str | None) -> bool:
    """See a project's funds: its origin, its host, the park that hosts it, the city, the auditor."""
    if principal.role is Role.park_officer:
        return park is not None and park == principal.office
    own = principal.role in COUNTY_ROLES and principal.county is not None
    return sees_all_funds(principal) or (own and principal.county in {origin, host})


def can_enter_funds(principal: Principal, host: str, park: str | None) -> bool:
    """Enter what was paid in, and take back what is not yet confirmed: the host, or the city's office."""
    return can_progress(principal, host, park)


def can_check_funds(principal: Principal, host: str, maker: UUID | None) -> bool:
    """Confirm, refuse or take back an entry: the host's finance or leader, never who made it.

    For the city's own parks it is the city's finance, or another person of its office.
    """
    if not differs(maker, principal):
        return False
    if host == principal.city:
        return principal.role in {Role.city_finance, Role.city_office}
    return principal.role in {Role.county_finance, Role.county_leader} and principal.county == host


def can_set_rates(principal: Principal) -> bool:
    """Record a month's exchange rate: the city's finance or its office."""
    return principal.role in {Role.city_finance, Role.city_office}


def can_close_funds(principal: Principal) -> bool:
    """Close a month's funds: the city's office."""
    return principal.role is Role.city_office


def can_set_goals(principal: Principal) -> bool:
    """Set or change a unit's yearly target: the city's office."""
    return principal.role is Role.city_office


def can_see_goal(principal: Principal, county: str | None, park: str | None) -> bool:
    """See how far a unit has come: the city all, a county its own and its parks', a park its own.

    Args:
        principal: who asks.
        county: the county that the unit is or lies in; None for outposts, departments and teams.
        park: the park that the unit is, if it is one.
    """
    if sees_all_funds(principal):
        return True
    if principal.role is Role.park_officer:
        return park is not None and park == principal.office
    return principal.role in COUNTY_ROLES and county is not None and principal.county == county
