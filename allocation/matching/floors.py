"""Floors that cannot be kept together: which counties, and how many leads they can have at most.

Floors clash for one of two reasons that need no solver. A county's floor may be above its own ceiling. Or the
leads that may go to some counties at all are fewer than their floors together (Hall's condition); the set of
counties is found by augmenting paths (Kuhn), as what the last search for one more lead could reach. If
neither holds and still nothing can be found, it is capacity: then only a solve can tell, and none of these
clashes does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from allocation.matching.instance import Instance
from allocation.matching.pool import CountyCount


class ClashReason(StrEnum):
    """Why floors clash."""

    CEILING = "ceiling"
    TOO_FEW_LEADS = "too_few_leads"
    CAPACITY = "capacity"  # told by a solve alone


@dataclass(frozen=True, slots=True)
class Clash:
    """Floors that cannot be kept together.

    Attributes:
        counties: whose, sorted; the last one's floor is lowered for it.
        reason: why.
        asked: leads that these floors ask for together.
        possible: leads that these counties can have together at most.
    """

    counties: tuple[str, ...]
    reason: ClashReason
    asked: int
    possible: int


def reach_of(instance: Instance) -> dict[str, frozenset[str]]:
    """Tell which counties each lead of an instance may go to."""
    county = {host.id: host.county for host in instance.hosts}
    return {
        lead.id: frozenset(
            county[option.host]
            for option in lead.options
            if lead.held_by is None or county[option.host] == lead.held_by
        )
        for lead in instance.leads
    }


def lower_floors(
    counts: Mapping[str, CountyCount], reach: Mapping[str, Iterable[str]]
) -> tuple[dict[str, CountyCount], tuple[Clash, ...]]:
    """Lower floors as far as those need it that clash without regard to capacity, and say why.

    Args:
        counts: bounds by county.
        reach: by lead, the counties that it may go to.

    Returns:
        Bounds with floors that there are leads enough to meet, and the clashes.
    """
    held: dict[str, CountyCount] = {}
    clashes: list[Clash] = []
    for county, count in sorted(counts.items()):
        most = count.max_leads
        held[county] = count
        if most is not None and count.min_leads > most:
            clashes.append(Clash((county,), ClashReason.CEILING, count.min_leads, most))
            held[county] = replace(count, min_leads=most)
    given: dict[str, str] = {}  # by lead, the county whose floor it meets
    at = {county: [lead for lead in sorted(reach) if county in set(reach[lead])] for county in held}
    asked = {county: count.min_leads for county, count in held.items()}
    for county, wanted in asked.items():
        for met in range(wanted):
            seen: set[str] = set()
            if not _one_more(county, at, given, seen):
                short = tuple(sorted(seen | {county}))
                possible = len({lead for member in short for lead in at[member]})
                clashes.append(
                    Clash(short, ClashReason.TOO_FEW_LEADS, sum(asked[member] for member in short), possible)
                )
                held[county] = replace(held[county], min_leads=met)
                break
    return held, tuple(clashes)


def _one_more(county: str, at: Mapping[str, list[str]], given: dict[str, str], seen: set[str]) -> bool:
    """Find a lead more for a county's floor; leads already given may change their county on the way.

    Searched breadth first, so a long chain of counties needs no deep stack.
    """
    came: dict[str, tuple[str, str]] = {}  # by county, the lead that it would give, and to which county
    queue = [county]
    seen.add(county)
    for taker in queue:
        for lead in at[taker]:
            giver = given.get(lead)
            if giver is None:
                given[lead] = taker
                while taker in came:
                    lead, receiver = came[taker]  # noqa: PLW2901 -- the path is walked back
                    given[lead] = receiver
                    taker = receiver  # noqa: PLW2901 -- the same
                return True
            if giver not in seen:
                seen.add(giver)
                came[giver] = (lead, taker)
                queue.append(giver)
    return False
