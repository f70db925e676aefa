"""Who may do what in a case between counties on who negotiates first: pure predicates on plain facts."""

from collections.abc import Iterable
from uuid import UUID

from auth.policy import COUNTY_HANDS, differs
from auth.principal import Principal, Role


def can_see_case(principal: Principal, counties: Iterable[str]) -> bool:
    """Know of a case: the city's office, and the counties that are its parties."""
    if principal.role is Role.city_office:
        return True
    return principal.role in COUNTY_HANDS and principal.county in set(counties)


def can_speak(principal: Principal, county: str) -> bool:
    """File, state and withdraw for one side: its own county's hands; the city's office for a city's unit."""
    if principal.role is Role.city_office:
        return county == principal.city
    return principal.role in COUNTY_HANDS and principal.county == county


def can_settle(principal: Principal, county: str) -> bool:
    """Offer and agree to a settlement for one side: its leader; the city's office for a city's unit."""
    return principal.role is not Role.county_officer and can_speak(principal, county)


def can_conduct(principal: Principal) -> bool:
    """Open or refuse a case, set the hearing, write a ruling, confirm a settlement: the city's office."""
    return principal.role is Role.city_office


def can_confirm_ruling(principal: Principal, maker: UUID) -> bool:
    """Confirm or reject a ruling: the city's office, another person than wrote it."""
    return can_conduct(principal) and differs(maker, principal)


def can_read_precedents(principal: Principal) -> bool:
    """Read rulings without names: the city's office, the counties and their parks, the auditor."""
    return principal.role in COUNTY_HANDS | {Role.park_officer, Role.city_office, Role.auditor}
