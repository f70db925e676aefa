"""Who opens evidence files that are another's, and who merges leads that are one: pure predicates."""

from uuid import UUID

from auth.policy import differs
from auth.principal import Principal, Role


def can_unlock_files(principal: Principal) -> bool:
    """State why one must read files that are another's, which opens them for a time: the city office."""
    return principal.role is Role.city_office


def can_merge(principal: Principal, other: UUID | None = None) -> bool:
    """Merge two leads into one, or decide on that: the city office, and not who asked for it (`other`)."""
    return principal.role is Role.city_office and differs(other, principal)
