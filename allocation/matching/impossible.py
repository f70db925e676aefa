"""A judge's own proof that the demands of an instance cannot all be met, or a placement that meets them.

It reads the instance as it stands and shares no code with the encoder, the prices, the search or CP-SAT: a
second opinion on each of them. Demands are must-place leads and the least counts of counties.

Two ways lead to a proof. *Prices*: put a whole price on each unit of what is limited, and a bounty on each
lead that comes to a county with a least count. If the least that all leads could pay together, bounties
taken off, is more than what the limits cost, less the bounties owed, then no placement keeps the limits
(Farkas' lemma). *Trial*: every way to meet one demand after the other, the one with the fewest ways first,
all of them ending in a contradiction. Floats guess the prices; whole numbers decide.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import itemgetter
from typing import Final, TypeVar

from allocation.matching.instance import Instance, Seeker

_WORK: Final = 4_000_000
"""Amounts that may be looked at to find prices; one round of prices is always tried."""
_ROUNDS: Final = 300
_DOUBT: Final = 1e-6
"""So far may the sums of floats be off."""
_PACE: Final = 0.1
"""How much a limit that is drawn on twice over gains in weight in a round."""
_FINE: Final = 1 << 80
"""Of prices below 1 so many parts are kept."""
_TRIALS: Final = 200_000
"""Ways that may be tried to meet a demand."""
_DEEP: Final = 300
"""More demands than this are not tried one by one."""

N = TypeVar("N", int, float)


class Verdict(StrEnum):
    """What is found."""

    IMPOSSIBLE = "impossible"  # proven
    POSSIBLE = "possible"  # a placement that meets every demand was found
    OPEN = "open"  # neither, within the limits


@dataclass(frozen=True, slots=True)
class _Way:
    """An option: its county, and what it takes of each limit, by the limit's number."""

    county: str
    takes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Lead:
    must: bool
    ways: tuple[_Way, ...]


@dataclass(slots=True)
class _Book:
    """An instance as demands and limits.

    Attributes:
        most: what there is of each limit.
        kind: what each limit counts, at hosts or in counties.
        least: how many leads each county must take, where it must take some.
        leads: those with a demand or a way.
    """

    most: list[int] = field(default_factory=list)
    kind: list[tuple[str, int]] = field(default_factory=list)
    least: dict[str, int] = field(default_factory=dict)
    leads: list[_Lead] = field(default_factory=list)


def judge_demands(instance: Instance, *, work: int = _WORK, trials: int = _TRIALS) -> Verdict:
    """Tell whether all demands of an instance can be met.

    Args:
        instance: a checked instance.
        work: amounts looked at to find prices.
        trials: ways tried to meet demands.
    """
    book = _open(instance)
    if any(lead.must and not lead.ways for lead in book.leads):
        return Verdict.IMPOSSIBLE
    if any(_dear(book, *prices) for prices in _guesses(book, work)):
        return Verdict.IMPOSSIBLE
    return _Trial(book, trials).verdict()


def _open(instance: Instance) -> _Book:
    book = _Book()
    county_of = {host.id: host.county for host in instance.hosts}
    at_host: dict[str, list[int]] = {}
    at_county: dict[str, list[tuple[int, int | None]]] = {}  # the limit, and its resource; None: leads count
    for host in instance.hosts:
        at_host[host.id] = list(range(len(book.most), len(book.most) + len(host.capacity)))
        book.most += host.capacity
        book.kind += [("host", number) for number in range(len(host.capacity))]
    for county in instance.counties:
        entries: list[tuple[int, int | None]] = []
        for number, quota in enumerate((*county.capacity, county.max_leads)):
            if quota is not None:
                entries.append((len(book.most), number if number < len(county.capacity) else None))
                book.most.append(quota)
                book.kind.append(("county", number))
        at_county[county.id] = entries
        if county.min_leads:
            book.least[county.id] = county.min_leads
    for lead in instance.leads:
        ways = tuple(_ways(lead, county_of, at_host, at_county, book.most))
        if lead.must_place or ways:
            book.leads.append(_Lead(lead.must_place, ways))
    return book


def _ways(
    lead: Seeker,
    county_of: Mapping[str, str],
    at_host: Mapping[str, Sequence[int]],
    at_county: Mapping[str, Sequence[tuple[int, int | None]]],
    most: Sequence[int],
) -> Iterator[_Way]:
    """Give the options that one lead could have if it were alone."""
    for option in lead.options:
        county = county_of[option.host]
        takes = [(limit, use) for limit, use in zip(at_host[option.host], option.use, strict=True) if use]
        for limit, resource in at_county.get(county, ()):
            use = 1 if resource is None else option.use[resource]
            if use:
                takes.append((limit, use))
        if lead.held_by in {None, county} and all(use <= most[limit] for limit, use in takes):
            yield _Way(county, tuple(takes))


def _pays(way: _Way, price: Sequence[N], bounty: Mapping[str, N]) -> N:
    return sum(price[limit] * use for limit, use in way.takes) - bounty.get(way.county, 0)


def _dear(book: _Book, price: Sequence[int], bounty: Mapping[str, int]) -> bool:
    """Tell whether these prices, none below 0, prove that not all demands can be met."""
    paid = 0
    for lead in book.leads:
        cheapest = min((_pays(way, price, bounty) for way in lead.ways), default=0)
        paid += cheapest if lead.must else min(0, cheapest)
    has = sum(one * most for one, most in zip(price, book.most, strict=True))
    owed = sum(bounty[county] * least for county, least in book.least.items())
    return paid > has - owed


def _guesses(book: _Book, work: int) -> Iterator[tuple[list[int], dict[str, int]]]:
    """Guess prices: 1 for the limits of one kind alone; then by turns dearer where too many would go.

    Where a resource falls short on the whole by a little, turns do not come near enough, but the first kind
    of guess does. Of the others only those are given that look like a proof.
    """
    none = dict.fromkeys(book.least, 0)
    for kind in sorted(set(book.kind)):
        yield [int(one == kind) for one in book.kind], none
    weight, bounty = [1.0] * len(book.most), dict.fromkeys(book.least, 1.0)
    size = sum(len(way.takes) + 1 for lead in book.leads for way in lead.ways)
    for _ in range(max(1, min(_ROUNDS, work // max(1, size)))):
        price = [one / max(1, most) for one, most in zip(weight, book.most, strict=True)]
        paid, drawn, came = _round(book, price, bounty)
        owed = sum(bounty[county] * least for county, least in book.least.items())
        if paid >= sum(weight) - owed - _DOUBT:
            yield (
                [int(_FINE * one) for one in price],
                {name: int(_FINE * one) for name, one in bounty.items()},
            )
        weight = [
            one * (1 + _PACE * min(1.0, use / max(1, most) - 1))
            for one, use, most in zip(weight, drawn, book.most, strict=True)
        ]
        bounty = {
            name: one * (1 + _PACE * max(-1.0, 1 - came[name] / book.least[name]))
            for name, one in bounty.items()
        }
        top = max([*weight, *bounty.values()])
        weight = [one / top for one in weight]
        bounty = {name: one / top for name, one in bounty.items()}


def _round(
    book: _Book, price: Sequence[float], bounty: Mapping[str, float]
) -> tuple[float, list[int], dict[str, int]]:
    """Send each lead where it pays least: what they pay, what is drawn of each limit, who comes where."""
    total, drawn, came = 0.0, [0] * len(price), dict.fromkeys(book.least, 0)
    for lead in book.leads:
        paid, way = min(((_pays(way, price, bounty), way) for way in lead.ways), key=itemgetter(0))
        if lead.must or paid < 0:
            total += paid
            for limit, use in way.takes:
                drawn[limit] += use
            if way.county in came:
                came[way.county] += 1
    return total, drawn, came


class _Spent(Exception):
    """No more may be tried."""


class _Trial:
    """Tries every way to meet one demand after the other."""

    def __init__(self, book: _Book, trials: int) -> None:
        self._least, self._trials = book.least, trials
        self._left = list(book.most)
        self._came = dict.fromkeys(book.least, 0)
        self._must = [lead for lead in book.leads if lead.must]
        self._free = [lead for lead in book.leads if not lead.must] if book.least else []

    def verdict(self) -> Verdict:
        """Try until it is decided, or no more may be tried."""
        if len(self._must) + len(self._free) > _DEEP:
            return Verdict.OPEN
        try:
            return Verdict.POSSIBLE if self._meet(self._must, self._free) else Verdict.IMPOSSIBLE
        except _Spent:
            return Verdict.OPEN

    def _meet(self, must: Sequence[_Lead], free: Sequence[_Lead]) -> bool:
        """Meet all demands that are left; `free` may still be placed."""
        ways = [self._open(lead) for lead in must]
        if must:
            place = min(range(len(must)), key=lambda number: len(ways[number]))
            rest = [lead for number, lead in enumerate(must) if number != place]
            return any(self._take(way, rest, free) for way in ways[place])
        short = next((name for name, least in self._least.items() if self._came[name] < least), None)
        if short is None:
            return True
        return self._serve(short, free)

    def _serve(self, county: str, free: Sequence[_Lead]) -> bool:
        """Place one more lead in a county: each in turn, and with it none before it there."""
        before: list[_Lead] = []
        for number, lead in enumerate(free):
            ways = [way for way in self._open(lead) if way.county == county]
            if any(self._take(way, (), [*before, *free[number + 1 :]]) for way in ways):
                return True
            before.append(replace(lead, ways=tuple(way for way in lead.ways if way.county != county)))
        return False

    def _open(self, lead: _Lead) -> list[_Way]:
        """List the ways for which there is room, those first that leave most."""
        self._trials -= len(lead.ways)
        if self._trials < 0:
            raise _Spent
        found = [
            (max((use / self._left[limit] for limit, use in way.takes), default=0.0), number)
            for number, way in enumerate(lead.ways)
            if all(use <= self._left[limit] for limit, use in way.takes)
        ]
        return [lead.ways[number] for _, number in sorted(found)]

    def _take(self, way: _Way, must: Sequence[_Lead], free: Sequence[_Lead]) -> bool:
        """Go one way and meet what is left; go back if that fails."""
        self._book(way, 1)
        if self._meet(must, free):
            return True
        self._book(way, -1)
        return False

    def _book(self, way: _Way, sign: int) -> None:
        for limit, use in way.takes:
            self._left[limit] -= sign * use
        if way.county in self._came:
            self._came[way.county] += sign
