"""Whose figures a person may know of: a county's finance its own agreements', city and auditor all."""

from collections.abc import Iterable

from auth.money import can_see_agreement
from auth.principal import Principal
from services.reconciliation.repo import Agreement


def visible(principal: Principal, agreements: Iterable[Agreement]) -> list[Agreement]:
    """Narrow agreements to those that this person may know of."""
    return [one for one in agreements if can_see_agreement(principal, (one.origin, one.host))]
