"""一图: what each county has of each chain, in figures where the asker sees all of it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

from allocation.libraries import Fact
from allocation.lifecycle import SIGNED_STATES
from auth.libraries import sees_county_chains, sees_planned
from auth.principal import Principal
from services.libraries.answers import CountyChain
from services.libraries.shelves import Entry
from services.libraries.words import Column

SIGNED: Final = frozenset(state.value for state in SIGNED_STATES)

Place = tuple[object, object]
"""A county's code and a chain."""


def county_chains(
    principal: Principal,
    counties: Mapping[str, str],
    chains: Iterable[str],
    projects: Iterable[Entry],
    planned: Iterable[Entry],
    parks: Collection[tuple[str, str, str]],
    today: date,
) -> list[CountyChain]:
    """Count every county with every chain, both in the order given.

    Args:
        principal: who asks. Parks are told to all; projects of one's own county, or to the city's office.
        counties: names by code.
        chains: the chains' names.
        projects: the living projects that the asker sees; those shown without their county count nowhere.
        planned: the planned projects that the asker sees.
        parks: owner, chain and code of each park with a chain that it takes.
        today: the business date.
    """
    counted: Counter[Place] = Counter()
    signed: Counter[Place] = Counter()
    money: Counter[Place] = Counter()
    for one in projects:
        place = _place(one)
        counted[place] += 1
        signed[place] += one.item.on(Fact.stage, today) in SIGNED
        money[place] += one.investment_fen or 0
    expected = Counter(_place(one) for one in planned)
    held = Counter((owner, chain) for owner, chain, _park in parks)
    found = []
    for code, name in counties.items():
        whole, plans = sees_county_chains(principal, code), sees_planned(principal, code)
        found += [
            CountyChain(
                county=code,
                county_name=name,
                chain=chain,
                projects=counted[code, chain] if whole else None,
                signed=signed[code, chain] if whole else None,
                investment_fen=money[code, chain] if whole else None,
                planned=expected[code, chain] if plans else None,
                parks=held[code, chain],
            )
            for chain in chains
        ]
    return found


def _place(entry: Entry) -> Place:
    return entry.values.get(Column.county), entry.values.get(Column.chain)
