"""The split itself: one segment of an agreement year, month by month, on its cumulative base. Plain integers.

Add up what the county retained, deduct incentives, treat what is below zero as agreed, split once between
the parties, cut at the caps. A month's own figures are the cumulative ones less those of the month before,
so refunds, late revisions and rounding need no rule of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import add, sub
from typing import NamedTuple

from allocation.sharing.contract.clauses import Negative, Span, Tier, TierBasis
from allocation.sharing.contract.known import Version
from allocation.sharing.contract.lines import Figures, Line, LineKind
from allocation.sharing.split import fill_in_order
from allocation.sharing.taxes import ReceiptKind, Tax


class Month(NamedTuple):
    """What came in a month: sums by tax and kind, and incentives."""

    month: str
    paid: dict[tuple[Tax, ReceiptKind], int]
    incentive: int


@dataclass(slots=True)
class State:
    """What one segment hands to the next: left-overs, what was shared, and what each party got."""

    base: dict[Tax, int] = field(default_factory=dict)
    incentive: int = 0
    shared_term: int = 0
    shared_year: int = 0
    got_term: dict[str, int] = field(default_factory=dict)
    got_year: dict[str, int] = field(default_factory=dict)

    def begin_year(self) -> None:
        """Start the counts of an agreement year anew."""
        self.shared_year = 0
        self.got_year = {}

    def book(self, codes: Sequence[str], parts: Iterable[int]) -> None:
        """Count what the parties got."""
        for code, part in zip(codes, parts, strict=True):
            self.got_term[code] = self.got_term.get(code, 0) + part
            self.got_year[code] = self.got_year.get(code, 0) + part


def settle(numerators: Sequence[int], whole: int) -> tuple[int, ...]:
    """Largest remainder of exact parts `numerator / whole` whose sum is whole; ties to the earlier party."""
    floors = [numerator // whole for numerator in numerators]
    left = sum(numerators) // whole - sum(floors)
    if left:
        rests = [numerator % whole for numerator in numerators]
        order = sorted(range(len(rests)), key=lambda place: (-rests[place], place))
        for place in order[:left]:
            floors[place] += 1
    return tuple(floors)


def fill_signed(total: int, limits: Sequence[int], kept: Sequence[int]) -> tuple[int, ...]:
    """`fill_in_order` where a limit may be negative: such a place takes its limit, and others may have it."""
    below = [min(0, limit) for limit in limits]
    above = [limit - less for limit, less in zip(limits, below, strict=True)]
    given = fill_in_order(total - sum(below), above, [max(0, old) for old in kept])
    return tuple(part + less for part, less in zip(given, below, strict=True))


class _Running:
    """One segment while its months are added up."""

    def __init__(self, version: Version, number: int, parties: tuple[str, ...], state: State) -> None:
        contract = version.contract
        self.contract, self.version, self.number, self.parties = contract, version, number, parties
        self.taxes = contract.base.taxes
        self.index = {tax: place for place, tax in enumerate(self.taxes)}
        self.kinds = frozenset(contract.base.kinds)
        size = len(self.taxes)
        self.carried = [state.base.get(tax, 0) for tax in self.taxes]
        self.base = [0] * size
        self.given = state.incentive
        self.tiers = contract.tiers_in(number)
        self.widths = _widths(self.tiers, self._counted(state))
        self.weights = tuple((*tier.parts, sum(tier.parts)) for tier in self.tiers)
        self.nothing: Sequence[int] = [0] * size
        self.deducted: Sequence[int] = self.nothing
        self.bands: list[Sequence[int]] = [[0] * size for _ in self.tiers]
        self.host = contract.place(contract.host)
        self.caps = [
            (place, room)
            for place, code in enumerate(contract.codes)
            if (room := room_of(version, code, state)) is not None
        ]
        nothing = Figures(0, 0, 0, (0,) * len(parties))
        self.last = [nothing] * size
        self.before = [nothing.parts] * size

    def _counted(self, state: State) -> int:
        by_term = self.contract.shares_in(self.number).basis is TierBasis.term
        return state.shared_term if by_term else state.shared_year

    def add(self, month: Month) -> list[Line]:
        """Count a month and give its lines."""
        for (tax, kind), fen in month.paid.items():
            place = self.index.get(tax)
            if place is not None and kind in self.kinds:
                self.base[place] += fen
        if self.contract.base.deduct_incentives:
            self.given += month.incentive
        shared = self._shared()
        self._split(shared)
        parts = self._capped()
        lines = []
        for place, tax in enumerate(self.taxes):
            now = Figures(self.base[place], self.deducted[place], shared[place], parts[place])
            old = self.last[place]
            if now != old:
                self.last[place] = now
                lines.append(self._line(month.month, tax, place, now, old))
        return lines

    def _shared(self) -> Sequence[int]:
        """What is split of each tax: incentives are taken off what is above zero."""
        whole = list(map(add, self.carried, self.base))
        positive = [max(0, part) for part in whole]
        kept: Sequence[int] = whole if self.contract.base.negative is Negative.share else positive
        if self.given <= 0:
            self.deducted = self.nothing
            return kept
        self.deducted = fill_in_order(self.given, positive, self.deducted)
        return list(map(sub, kept, self.deducted))

    def _split(self, shared: Sequence[int]) -> None:
        """Split what changed; where there are several tiers, lay the base on them first, lowest first."""
        whole = self.weights[0][-1]
        if len(self.tiers) == 1:
            self.bands = [shared]
            parts = self.tiers[0].parts
            for place, part in enumerate(shared):
                if part != self.last[place].shared:
                    self.before[place] = settle([part * weight for weight in parts], whole)
            return
        rest = shared
        for step, width in enumerate(self.widths):
            band = rest if width is None else fill_signed(width, rest, self.bands[step])
            self.bands[step] = band
            rest = list(map(sub, rest, band))
        for place in range(len(shared)):
            self.before[place] = settle(self._numerators(place), whole)

    def _numerators(self, place: int) -> list[int]:
        """Each party's exact part of a tax, over the whole of the tiers' weights."""
        bands = [band[place] for band in self.bands]
        return [
            sum(part * tier.parts[party] for part, tier in zip(bands, self.tiers, strict=True))
            for party in range(len(self.parties))
        ]

    def _capped(self) -> list[tuple[int, ...]]:
        """Cut the capped parties' parts; what is over stays with the host."""
        found = self.before
        for party, room in self.caps:
            wanted = [parts[party] for parts in found]
            if sum(wanted) > room:
                kept = [figures.parts[party] for figures in self.last]
                given = fill_signed(room, wanted, kept)
                found = [self._cut(parts, party, new) for parts, new in zip(found, given, strict=True)]
        return found

    def _cut(self, parts: tuple[int, ...], party: int, new: int) -> tuple[int, ...]:
        cut = list(parts)
        cut[self.host] += cut[party] - new
        cut[party] = new
        return tuple(cut)

    def _line(self, month: str, tax: Tax, place: int, now: Figures, old: Figures) -> Line:
        parts = tuple(map(sub, now.parts, old.parts))
        own = Figures(now.base - old.base, now.deducted - old.deducted, now.shared - old.shared, parts)
        bands = tuple([band[place] for band in self.bands])
        return Line(
            LineKind.share,
            self.number,
            tax,
            month,
            self.version.version,
            self.parties,
            self.carried[place],
            own,
            now,
            self.before[place],
            bands,
            self.weights,
        )

    def close(self, state: State) -> None:
        """Leave in `state` what the next segment needs."""
        parts = [figures.parts for figures in self.last]
        state.book(self.contract.codes, map(sum, zip(*parts, strict=True)))
        shared = sum(figures.shared for figures in self.last)
        state.shared_term += shared
        state.shared_year += shared
        state.base, state.incentive = {}, 0
        if self.contract.base.negative is Negative.carry:
            state.base = {
                tax: min(0, old + new)
                for tax, old, new in zip(self.taxes, self.carried, self.base, strict=True)
            }
            state.incentive = max(0, self.given - sum(self.deducted))


def room_of(version: Version, code: str, state: State) -> int | None:
    """What the caps still leave a party, of the year and of the term; None where it has no cap."""
    contract = version.contract
    rooms = []
    year, term = contract.cap_of(code, Span.year), contract.cap_of(code, Span.term)
    if year is not None:
        rooms.append(year - state.got_year.get(code, 0))
    if term is not None:
        rooms.append(term - state.got_term.get(code, 0))
    return min(rooms, default=None)


def _widths(tiers: Sequence[Tier], counted: int) -> list[int | None]:
    """What is left of each tier after what was counted before; None for one without end."""
    found: list[int | None] = []
    lower = 0
    for tier in tiers:
        if tier.up_to_fen is None:
            found.append(None)
        else:
            found.append(max(0, tier.up_to_fen - max(lower, counted)))
            lower = tier.up_to_fen
    return found


def run_segment(
    version: Version, number: int, parties: tuple[str, ...], months: Iterable[Month], state: State
) -> list[Line]:
    """Work out one segment from its months in order, and leave in `state` what the next one needs."""
    running = _Running(version, number, parties, state)
    lines = [line for month in months for line in running.add(month)]
    running.close(state)
    return lines
