"""Who may do what to which object: pure predicates on plain facts, no tables.

Every read of project data starts at a query that follows `view_of`; every write asks a `can_*`.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from auth.principal import SYSTEM_ACCOUNT, Principal, Role

COUNTY_HANDS: Final = frozenset({Role.county_officer, Role.county_leader})
"""The roles of a county that register, apply and sign."""

COUNTY_EYES: Final = COUNTY_HANDS | {Role.park_officer}


class View(StrEnum):
    """How much of a project one principal sees."""

    none = "none"  # the same 404 as a project that does not exist
    sealed = "sealed"  # another county looking at the pool
    proposed = "proposed"  # a county that the project was proposed to, floor terms not yet accepted
    revealed = "revealed"  # the same after it accepted the floor terms and the name was revealed
    matched = "matched"  # the host
    owner = "owner"  # the county that registered it
    office = "office"  # the city's coordination office
    finance = "finance"  # money side: name only
    auditor = "auditor"  # masked until unlocked under a letter's number


class Part(StrEnum):
    """A group of fields of a project that is shown or hidden as one."""

    bands = "bands"  # public id, code name, industry (2 digits), investment and land band, deadline, state
    exact = "exact"  # exact investment, land, halls, energy, water, COD, output, tax, 4-digit industry
    masked_name = "masked_name"  # 某光伏企业
    name = "name"  # the investor's and project's name
    identity = "identity"  # credit code, origin, source channel
    contact = "contact"  # contact, phone, notes, files
    masked_contact = "masked_contact"  # 王**, 138****5678


PARTS: Final = MappingProxyType(
    {
        View.none: frozenset[Part](),
        View.sealed: frozenset({Part.bands}),
        View.proposed: frozenset({Part.bands, Part.exact, Part.masked_name}),
        View.revealed: frozenset({Part.bands, Part.exact, Part.name, Part.identity}),
        View.matched: frozenset({Part.bands, Part.exact, Part.name, Part.identity, Part.contact}),
        View.owner: frozenset({Part.bands, Part.exact, Part.name, Part.identity, Part.contact}),
        View.office: frozenset({Part.bands, Part.exact, Part.name, Part.identity}),
        View.finance: frozenset({Part.name}),
        View.auditor: frozenset({Part.bands, Part.exact, Part.masked_name, Part.masked_contact}),
    }
)
"""The table of who sees which part of a project (docs/security.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """What the walls need to know of a project."""

    city: str
    origin: str
    host: str | None = None
    """County that holds or hosts it."""
    pooled: bool = False
    """In the pool, so that every county may browse it masked."""
    proposed: frozenset[str] = frozenset()
    """Counties it was proposed to."""
    revealed: frozenset[str] = frozenset()
    """Counties that accepted the floor terms and saw the name."""


_CITY_VIEWS: Final = MappingProxyType(
    {
        Role.city_office: View.office,
        Role.city_finance: View.finance,
        Role.auditor: View.auditor,
        Role.administrator: View.none,
    }
)


def view_of(principal: Principal, facts: ProjectFacts) -> View:
    """Return how much of the project the principal sees."""
    if principal.city != facts.city:
        return View.none
    if principal.role in COUNTY_EYES:
        return _county_view(principal.county, facts)
    if principal.role is Role.county_finance:
        own = principal.county is not None and principal.county in {facts.origin, facts.host}
        return View.finance if own else View.none
    return _CITY_VIEWS[principal.role]


def _county_view(county: str | None, facts: ProjectFacts) -> View:
    if county is None:
        return View.none
    if county == facts.origin:
        return View.owner
    if county == facts.host:
        return View.matched
    if county in facts.revealed:
        return View.revealed
    if county in facts.proposed:
        return View.proposed
    return View.sealed if facts.pooled else View.none


def may_see(view: View, part: Part) -> bool:
    """Tell whether a view shows a part."""
    return part in PARTS[view]


# --- a lead travels --------------------------------------------------------------------------------


def can_register(principal: Principal, origin: str) -> bool:
    """Register or correct a lead of `origin` (region code): one's own county's; the city office any."""
    if principal.role is Role.city_office:
        return True
    return principal.role in COUNTY_EYES and principal.county == origin


def can_review(principal: Principal, origin: str, registrar: UUID | None) -> bool:
    """Approve a registration inside its county: the leader, and not one's own entry."""
    if origin == principal.city and principal.role is Role.city_office:
        return differs(registrar, principal)
    return (
        principal.role is Role.county_leader and principal.county == origin and differs(registrar, principal)
    )


def can_accept(principal: Principal) -> bool:
    """Accept a lead for the city, which starts first-negotiation protection."""
    return principal.role is Role.city_office


def can_transfer(principal: Principal, origin: str) -> bool:
    """Ask to pass a lead on, or withdraw that: the county that registered it."""
    if origin == principal.city and principal.role is Role.city_office:
        return True
    return principal.role in COUNTY_HANDS and principal.county == origin


def can_pool(principal: Principal, applicant: UUID | None) -> bool:
    """Let a transfer request into the pool, or return it: the city office, not the applicant."""
    return principal.role is Role.city_office and differs(applicant, principal)


def can_accept_terms(principal: Principal, county: str, park: str | None) -> bool:
    """Accept the floor terms for a candidate host: its leader; the city office for a 市属 park."""
    if principal.role is Role.county_leader:
        return principal.county == county
    return county == principal.city and can_act_for_host(principal, county, park)


def can_act_for_host(principal: Principal, county: str, park: str | None) -> bool:
    """Commit, sign, report progress for the host: its county, its park, or the city for its own parks."""
    if principal.role in COUNTY_HANDS:
        return principal.county == county
    if principal.role is Role.city_office:
        return county == principal.city
    return _own_park(principal, park) and principal.county == county


def _own_park(principal: Principal, park: str | None) -> bool:
    return principal.role is Role.park_officer and park is not None and principal.office == park


def can_progress(principal: Principal, county: str, park: str | None) -> bool:
    """Record a step after the decision: the host, or the city office."""
    return principal.role is Role.city_office or can_act_for_host(principal, county, park)


def can_decide(principal: Principal) -> bool:
    """Decide which host holds the project (市级审定)."""
    return principal.role is Role.city_office


def can_keep_stock(principal: Principal, owner: str, park: str) -> bool:
    """Keep the plots and halls of a park whose owner is region `owner`."""
    return principal.role is Role.city_office or can_act_for_host(principal, owner, park)


def can_see_holds(principal: Principal, owner: str) -> bool:
    """See what holds draw from a park of region `owner`: the sum tells the exact needs of what lies there."""
    return principal.role in {Role.city_office, Role.auditor} or principal.county == owner


# --- accounts --------------------------------------------------------------------------------------


def can_manage_accounts(principal: Principal) -> bool:
    """Create, disable and reset accounts."""
    return principal.role is Role.administrator


def differs(maker: UUID | None, checker: Principal) -> bool:
    """Tell whether the checker is someone other than the maker (imported work has no maker).

    It goes by person, not by post: an account is a person. Who acts in another's stead counts as both, and
    who lends a seat counts as one hand with whom they lent it to.
    """
    return maker is None or maker == SYSTEM_ACCOUNT or maker not in checker.hands | checker.one_hand
