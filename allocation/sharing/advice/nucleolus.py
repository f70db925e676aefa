"""The nucleolus: of all divisions the one whose worst-off coalition is best off, then the next worst, and on.

Sources: Schmeidler (1969), "The nucleolus of a characteristic function game", SIAM J. Appl. Math. 17; the
chain of linear programs is Maschler, Peleg and Shapley's (1979), "Geometric properties of the kernel,
nucleolus, and related solution concepts", Mathematics of Operations Research 4. Every level carries weights
that prove it, as in Kohlberg (1971), "On the nucleolus of a characteristic function game", SIAM J. Appl.
Math. 20.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from allocation.sharing.advice.basis import Basis, Kind
from allocation.sharing.advice.claims import Shares
from allocation.sharing.advice.games import Game, gains
from allocation.sharing.advice.refusal import Fault, Refusal
from allocation.sharing.advice.span import Settled


@dataclass(frozen=True, slots=True)
class Level:
    """One program of the chain.

    Attributes:
        excess: what every coalition still open gets above its worth at least, and those weighed exactly.
        coalitions: weights by bit mask, positive, adding up to 1.
        floors: weights by player, positive, of parties that get just what they are worth alone.
        settled: weights by bit mask, of either sign, of coalitions settled by earlier levels; the weighted
            0/1 vectors of all three together cancel.
    """

    excess: Fraction
    coalitions: Mapping[int, Fraction]
    floors: Mapping[int, Fraction]
    settled: Mapping[int, Fraction]


@dataclass(frozen=True, slots=True)
class Nucleolus:
    """The division, and the levels that prove it; in a game of costs excess is what is saved."""

    shares: Shares
    levels: tuple[Level, ...]


def nucleolus(game: Game) -> Nucleolus:
    """Find the nucleolus, among the divisions that give everybody at least what it is worth alone.

    Raises:
        Refusal: there is no such division: all together are worth less than each alone.
    """
    worth, scale = gains(game)
    players = len(game.players)
    floors = [worth[1 << index] for index in range(players)]
    if sum(floors) > worth[-1]:
        raise Refusal(Fault.no_surplus)
    everybody = (1 << players) - 1
    known = Settled(players)
    known.add(everybody)
    settled = {everybody: worth[everybody]}
    shares = [Fraction(worth[everybody])]
    levels: list[Level] = []
    while not known.complete:
        basis = Basis(players, settled, {mask: worth[mask] for mask in known.unsettled()}, floors)
        basis.solve()
        prices, excess = basis.prices()
        levels.append(_level(basis, Fraction(excess, basis.determinant * scale)))
        # Totals stay whole numbers: the unit becomes as small as this level's excess wants it.
        finer = basis.determinant // gcd(basis.determinant, excess)
        worth = [value * finer for value in worth]
        floors = [value * finer for value in floors]
        settled = {mask: total * finer for mask, total in settled.items()}
        scale *= finer
        step = excess * finer // basis.determinant
        for column, _ in basis.weights():
            if column.kind is not Kind.settled and known.add(column.coalition):
                more = step if column.kind is Kind.open else 0
                settled[column.coalition] = worth[column.coalition] + more
        shares = [Fraction(price * finer, basis.determinant) for price in prices]
    sign = -1 if game.costs else 1
    return Nucleolus(tuple(sign * share / scale for share in shares), tuple(levels))


def _level(basis: Basis, excess: Fraction) -> Level:
    weights: dict[Kind, dict[int, Fraction]] = {kind: {} for kind in Kind}
    for column, weight in basis.weights():
        weights[column.kind][column.coalition] = Fraction(weight, basis.determinant)
    floors = {mask.bit_length() - 1: weight for mask, weight in weights[Kind.floor].items()}
    return Level(excess, weights[Kind.open], floors, weights[Kind.settled])
