"""Netting at the cash dispatch: bilateral dues become one net a county, paid through the city's account.

Gross figures stay gross on every paper (上解, 补助); only the money that moves is netted. Each due is novated
to the city: the debtor owes the city, the city owes the creditor. A county's net is what it receives less
what it gives up; nets sum to 0. For information `fewest` tells how few transfers would do without the city.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from allocation.sharing.postings import AccountKind, LegFacts

MOST_PROVEN: Final = 14
"""Up to so many open nets, after opposite pairs are taken out, the fewest transfers are proven."""


class Due(NamedTuple):
    """What one county owes another, in fen; negative where a share was taken back."""

    debtor: str
    creditor: str
    fen: int


class Transfer(NamedTuple):
    """Money that moves: always positive."""

    payer: str
    payee: str
    fen: int


class SelfDueError(ValueError):
    """A county cannot owe itself."""


@dataclass(frozen=True, slots=True)
class Fewest:
    """A set of transfers between counties that clears all nets; `proven` where no smaller set does."""

    transfers: tuple[Transfer, ...]
    proven: bool


def by_pair(dues: Iterable[Due]) -> dict[tuple[str, str], int]:
    """Add up dues by (debtor, creditor), in order; a pair that comes to 0 is left out.

    Raises:
        SelfDueError: a due is to oneself.
    """
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for due in dues:
        if due.debtor == due.creditor:
            raise SelfDueError(due.debtor)
        sums[due.debtor, due.creditor] += due.fen
    return {pair: fen for pair, fen in sorted(sums.items()) if fen}


def nets(dues: Iterable[Due]) -> dict[str, int]:
    """Each county's net, positive where it receives; all counties of dues are in it; the sum is 0."""
    found: dict[str, int] = {}
    for due in dues:
        found[due.creditor] = found.get(due.creditor, 0) + due.fen
        found[due.debtor] = found.get(due.debtor, 0) - due.fen
    return dict(sorted(found.items()))


def through_city(net: Mapping[str, int], city: str) -> tuple[Transfer, ...]:
    """One transfer a county, to the city or from it; payers first. The city's own net moves no money."""
    owing = [Transfer(county, city, -fen) for county, fen in net.items() if fen < 0 and county != city]
    due = [Transfer(city, county, fen) for county, fen in net.items() if fen > 0 and county != city]
    return tuple(owing + due)


def fewest(net: Mapping[str, int]) -> Fewest:
    """The fewest transfers that clear all nets directly.

    n open nets that fall into k groups of sum 0 need n - k transfers, and no fewer do: transfers that touch
    each other join counties into groups whose nets sum to 0, and a group of g needs g - 1. So k is made as
    large as can be. Two opposite nets may be taken as a group of their own without loss: if they stood in two
    groups, what is left of both is one group. The rest is solved exactly over all subsets up to `MOST_PROVEN`
    nets, beyond that as one group.
    """
    pairs, rest = _opposites({county: fen for county, fen in sorted(net.items()) if fen})
    groups = pairs + (_groups(rest) if len(rest) <= MOST_PROVEN else [rest])
    transfers = [transfer for group in groups for transfer in _chain(group)]
    return Fewest(tuple(sorted(transfers)), proven=len(rest) <= MOST_PROVEN)


def legs_of_settlement(dues: Iterable[Due], city: str) -> tuple[LegFacts, ...]:
    """The legs that clear bilateral dues against the city's clearing account.

    Each pair's due_to and due_from is cleared; each county is left with one clearing balance, its net; the
    city's book holds the opposite ones. Every book balances alone, the city's too: nets sum to 0. Where the
    city's own treasury is a party, its dues are cleared in its book like a county's, and its net needs no
    clearing, for it is its own.
    """
    listed = list(dues)
    pairs = by_pair(listed)
    legs = []
    for (debtor, creditor), fen in pairs.items():
        legs.append(LegFacts(debtor, AccountKind.due_to, creditor, fen))
        legs.append(LegFacts(creditor, AccountKind.due_from, debtor, -fen))
    for county, fen in nets(listed).items():
        if fen and county != city:
            legs.append(LegFacts(county, AccountKind.clearing, city, fen))
            legs.append(LegFacts(city, AccountKind.clearing, county, -fen))
    return tuple(legs)


def legs_of_payment(transfer: Transfer) -> tuple[LegFacts, ...]:
    """The legs of a payment between a county and the city: clearing against cash in both books."""
    payer, payee, fen = transfer
    return (
        LegFacts(payer, AccountKind.clearing, payee, fen),
        LegFacts(payer, AccountKind.cash, payee, -fen),
        LegFacts(payee, AccountKind.cash, payer, fen),
        LegFacts(payee, AccountKind.clearing, payer, -fen),
    )


Group = list[tuple[str, int]]


def _opposites(net: Mapping[str, int]) -> tuple[list[Group], Group]:
    """Pairs of opposite nets, and what is left."""
    waiting: dict[int, list[str]] = defaultdict(list)
    pairs: list[Group] = []
    for county, fen in net.items():
        if waiting[-fen]:
            pairs.append([(waiting[-fen].pop(0), -fen), (county, fen)])
        else:
            waiting[fen].append(county)
    open_ones = {county for counties in waiting.values() for county in counties}
    return pairs, [(county, fen) for county, fen in net.items() if county in open_ones]


def _groups(rest: Sequence[tuple[str, int]]) -> list[Group]:
    """Split nets of sum 0 into the most groups of sum 0, by the best split of every subset."""
    sums = [0] * (1 << len(rest))
    for place, (_, fen) in enumerate(rest):
        for subset in range(1 << place):
            sums[subset | 1 << place] = sums[subset] + fen

    @cache
    def most(subset: int) -> tuple[int, int]:
        """How many prefixes of the best order of a subset sum to 0, and which net comes last in it."""
        best = (-1, -1)
        for place in range(len(rest)):
            if subset >> place & 1:
                before = subset ^ 1 << place
                found = (most(before)[0] if before else 0) + (sums[subset] == 0)
                best = max(best, (found, place))
        return best

    groups: list[Group] = []
    left = (1 << len(rest)) - 1
    while left:
        if sums[left] == 0:
            groups.append([])
        place = most(left)[1]
        groups[-1].append(rest[place])
        left ^= 1 << place
    return groups


def _chain(group: Group) -> list[Transfer]:
    """Clear a group of sum 0 with at most one transfer less than it has counties."""
    owing = [(county, -fen) for county, fen in group if fen < 0]
    due = [(county, fen) for county, fen in group if fen > 0]
    made = []
    while owing and due:
        (payer, owed), (payee, wanted) = owing.pop(), due.pop()
        moved = min(owed, wanted)
        made.append(Transfer(payer, payee, moved))
        if owed > moved:
            owing.append((payer, owed - moved))
        if wanted > moved:
            due.append((payee, wanted - moved))
    return made
