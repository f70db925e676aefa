"""What happens to a standing plan. Nothing here imports numpy: services tell, `incremental` repairs."""

from collections.abc import Mapping
from dataclasses import dataclass

from allocation.matching.instance import Seeker


@dataclass(frozen=True, slots=True)
class CapacityChanged:
    """A host or a county gives more or less of something.

    Attributes:
        place: the host's or county's id.
        most: what it gives now, by resource; `leads` is how many leads a county may take. What is not named
            stays.
    """

    place: str
    most: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LeadWithdrawn:
    """A lead is gone; what it took is free."""

    lead: str


@dataclass(frozen=True, slots=True)
class LeadAdded:
    """A lead came in. Its options are those it may take: where a county holds it, only that county's."""

    lead: Seeker


@dataclass(frozen=True, slots=True)
class HostDeclined:
    """This lead may not go to that host any more, whichever of the two refused."""

    lead: str
    host: str


Event = CapacityChanged | LeadWithdrawn | LeadAdded | HostDeclined
