"""What parks and counties take in two plans, counted from the plans themselves."""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Final

from allocation.matching.answers import ScenarioDiff, Tally
from allocation.matching.pool import Lead, Pool

Solved = tuple[Pool, Mapping[str, str | None]]
"""A pool, and where a plan places each of its leads."""

_FIGURES: Final = {
    name: attrgetter(name if name == "investment_fen" else f"needs.{name}")
    for name in ("investment_fen", "land_mu", "hall_m2", "energy_tce", "water_td", "cod_kg")
}


def tally_faults(before: Solved, after: Solved, answer: ScenarioDiff) -> Iterator[str]:
    """List what is false about what parks and counties are said to take in two plans."""
    for told, code in ((answer.parks, attrgetter("code")), (answer.counties, attrgetter("owner"))):
        owners = {park.code: str(code(park)) for park in before[0].parks}
        if [tally.owner for tally in told] != sorted(set(owners.values())):
            yield "not every park and county is told once"
        for tally in told:
            yield from _one(tally, *(_guests(solved, owners, tally.owner) for solved in (before, after)))


def _guests(solved: Solved, owners: Mapping[str, str], owner: str) -> list[Lead]:
    pool, hosts = solved
    return [lead for lead in pool.leads if (host := hosts[lead.id]) is not None and owners[host] == owner]


def _one(tally: Tally, first: list[Lead], second: list[Lead]) -> Iterator[str]:
    true = {"leads": (len(first), len(second))}
    true |= {name: (sum(map(of, first)), sum(map(of, second))) for name, of in _FIGURES.items()}
    yield from (
        f"{tally.owner} takes {name} {pair}" for name, pair in true.items() if getattr(tally, name) != pair
    )
