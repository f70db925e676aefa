"""Who reads and keeps the tracking of a project: pure predicates, no tables."""

from typing import Final
from uuid import UUID

from auth.policy import COUNTY_EYES, View, can_act_for_host, differs
from auth.principal import Principal, Role

TRACKED_VIEWS: Final = frozenset({View.owner, View.matched, View.office, View.auditor})
"""Whose eyes reach a project's tracking: its origin, its host, the city's office, the auditor (masked)."""


def can_keep_tracking(principal: Principal, origin: str, host: str | None, park: str | None) -> bool:
    """Open items, name sponsors, enter visits and blocks: the host (the origin before it), or the city."""
    if principal.role is Role.city_office:
        return True
    if host is None:
        return principal.role in COUNTY_EYES and principal.county == origin
    return can_act_for_host(principal, host, park)


def can_verify_item(principal: Principal, origin: str, host: str | None, done_by: UUID | None) -> bool:
    """Verify what was reported done: a leader of the answering county, or the city; never who reported it."""
    answers = host or origin
    leads = principal.role is Role.county_leader and principal.county == answers
    return (leads or principal.role is Role.city_office) and differs(done_by, principal)


def can_strike_off(principal: Principal, origin: str, host: str | None) -> bool:
    """Strike a verified item off (销号), or open it again: that county's leader, or the city's office."""
    return can_verify_item(principal, origin, host, None)


def can_set_stage_rules(principal: Principal) -> bool:
    """Say which department answers for a stage from a day on: the city's office."""
    return principal.role is Role.city_office


def can_look_back(principal: Principal) -> bool:
    """Record the review of a large project: the city's office alone looks back."""
    return principal.role is Role.city_office


def sees_promises_of(principal: Principal, county: str) -> bool:
    """See what a county owes by its promises: itself, the city's office and finance, the auditor."""
    if principal.role in {Role.city_office, Role.city_finance, Role.auditor}:
        return True
    return principal.role in COUNTY_EYES | {Role.county_finance} and principal.county == county


def can_keep_promises(principal: Principal, county: str) -> bool:
    """Enter payments and a county's fiscal strength: its own finance; the city's for the city."""
    role = Role.city_finance if county == principal.city else Role.county_finance
    return principal.role is role and principal.county == county


def can_review_promises(principal: Principal, made_by: UUID) -> bool:
    """Review a county's promises against its strength: the city's finance or office, not who entered it."""
    return principal.role in {Role.city_finance, Role.city_office} and differs(made_by, principal)


def can_log_outing(principal: Principal, unit: str) -> bool:
    """Enter days out: a unit's own people; the city's office for the city."""
    if principal.role is Role.city_office:
        return unit == principal.city
    return principal.role in COUNTY_EYES and principal.county == unit


def sees_firms_met(principal: Principal, unit: str) -> bool:
    """See which firms a unit met: itself and the city's office; of others only days are published."""
    return principal.role is Role.city_office or can_log_outing(principal, unit)
