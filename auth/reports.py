"""Who reads a city's reports, and who freezes them: pure predicates on plain facts."""

from typing import Final
from uuid import UUID

from auth.policy import COUNTY_HANDS, differs
from auth.principal import Principal, Role

_WHOLE_CITY: Final = frozenset({Role.city_office, Role.auditor})


def can_read_reports(principal: Principal) -> bool:
    """Read reports: the city's office and the auditor the whole city's, a county's hands their own."""
    return principal.role in _WHOLE_CITY or (principal.role in COUNTY_HANDS and principal.county is not None)


def reports_whole_city(principal: Principal) -> bool:
    """Read every county's figures."""
    return principal.role in _WHOLE_CITY


def can_freeze_report(principal: Principal) -> bool:
    """Ask that a report be frozen: the city's office."""
    return principal.role is Role.city_office


def can_check_freeze(principal: Principal, asker: UUID) -> bool:
    """Freeze what another asked to be frozen: the city's office, never the asker."""
    return can_freeze_report(principal) and differs(asker, principal)


def can_award_quota(principal: Principal) -> bool:
    """Award land quota by the year's rank: the city's office."""
    return principal.role is Role.city_office


def can_confirm_award(principal: Principal, maker: UUID) -> bool:
    """Confirm an award that another drew up: the city's office."""
    return can_award_quota(principal) and differs(maker, principal)
