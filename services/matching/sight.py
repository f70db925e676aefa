"""How far a person sees into what runs say of a project: all of it, one's own parks, or nothing."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.policy import View
from auth.principal import Principal, Role
from services.matching.errors import NoSuchMatch
from services.projects.dossier import Dossier, open_dossier
from services.regions import repo as regions

WHOLE: Final = frozenset({View.office, View.owner, View.auditor})
"""Views that read a project's explanation at every park."""
OWN_PARKS: Final = frozenset({View.proposed, View.revealed, View.matched})
"""Views that read it at their own parks alone."""
NAMED: Final = frozenset({View.office, View.owner, View.revealed, View.matched})
"""Views that read a project's name."""
CITY_EYES: Final = frozenset({Role.city_office, Role.auditor})
"""Roles that read what tells of several projects: sums, bounds, prices, who else moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one person may read of one project's explanations.

    Attributes:
        dossier: the project as this person opened it.
        owners: the region of each park of the city.
        parks: the parks whose explanation they may read.
        whole: whether these are all.
        city_eyes: whether they also read what tells of other projects.
    """

    dossier: Dossier
    owners: dict[str, str]
    parks: frozenset[str]
    whole: bool
    city_eyes: bool


async def sight_of(session: AsyncSession, principal: Principal, ref: str | UUID) -> Sight:
    """Open a project to somebody who asks about its matches.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        NoSuchMatch: the asker may not read what runs say of it.
    """
    dossier = await open_dossier(session, principal, ref)
    if dossier.view not in WHOLE | OWN_PARKS:
        raise NoSuchMatch
    owners = await park_owners(session, principal.city)
    return Sight(
        dossier=dossier,
        owners=owners,
        parks=parks_seen(principal, dossier.view, owners),
        whole=dossier.view in WHOLE,
        city_eyes=principal.role in CITY_EYES,
    )


async def park_owners(session: AsyncSession, city: str) -> dict[str, str]:
    """Return the region of each park."""
    return {park.code: park.owner for park in await regions.load_parks(session, city)}


def parks_seen(principal: Principal, view: View, owners: dict[str, str]) -> frozenset[str]:
    """Tell the parks whose explanation the asker may read: all, or those of their own county or park."""
    if view in WHOLE:
        return frozenset(owners)
    if principal.role is Role.park_officer:
        return frozenset({principal.office})
    return frozenset(park for park, owner in owners.items() if owner == principal.county)
