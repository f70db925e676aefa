"""Games with transferable worth: what every coalition of parties gains, or what it costs to serve it.

A coalition is a bit mask: bit i stands for the party i. Worth is what a coalition gains on its own, or, in a
game of costs, what serving it alone would cost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, gcd, lcm

from allocation.sharing.advice.claims import Claims, Shares
from allocation.sharing.advice.refusal import Fault, Refusal

MOST_PLAYERS = 16
"""More are refused: every party doubles the coalitions. Sixteen make 65,535, some seconds of work."""


@dataclass(frozen=True, slots=True)
class Game:
    """The worth of every coalition.

    Attributes:
        players: names, in the order asked.
        worth: by bit mask, 2^n figures; that of the empty coalition is 0.
        costs: whether worth is a cost, so that less is better.
    """

    players: tuple[str, ...]
    worth: tuple[Fraction, ...]
    costs: bool = False

    def alone(self) -> Shares:
        """Return what each party is worth on its own."""
        return tuple(self.worth[1 << index] for index in range(len(self.players)))

    def whole(self) -> Fraction:
        """Return the worth of all together."""
        return self.worth[-1]


def gains(game: Game) -> tuple[list[int], int]:
    """Return the worth as whole numbers of which more is better, and by what they were multiplied."""
    scale = lcm(*(value.denominator for value in game.worth))
    sign = -1 if game.costs else 1
    return [sign * value.numerator * (scale // value.denominator) for value in game.worth], scale


def subset_sums(numbers: Iterable[int]) -> list[int]:
    """Return the sum over every subset, by bit mask."""
    sums = [0]
    for number in numbers:
        sums += [known + number for known in sums]
    return sums


def bankruptcy_game(problem: Claims) -> Game:
    """Return the game of a claims problem: a coalition is worth what the claims of all others leave of it.

    v(S) = max(0, E − Σ of the claims outside S); O'Neill (1982).

    Raises:
        Refusal: more parties than MOST_PLAYERS.
    """
    check_size(len(problem.parties))
    scale = lcm(problem.estate.denominator, *(claim.denominator for claim in problem.claims))
    within = subset_sums(int(claim * scale) for claim in problem.claims)
    estate = int(problem.estate * scale)
    worth = (max(0, estate - within[-1] + inside) for inside in within)
    return Game(problem.parties, tuple(Fraction(value, scale) for value in worth))


def check_size(players: int) -> None:
    """Refuse more parties than there is patience for.

    Raises:
        Refusal: more than MOST_PLAYERS.
    """
    if players > MOST_PLAYERS:
        raise Refusal(Fault.too_many_players, count=players, most=MOST_PLAYERS)


def proportional_to_alone(game: Game) -> Shares:
    """Divide the whole in proportion to what each party is worth, or costs, alone.

    Raises:
        Refusal: a party's own worth is negative, or all are 0: there is nothing to be proportional to.
    """
    alone = game.alone()
    for player, own in zip(game.players, alone, strict=True):
        if own < 0:
            raise Refusal(Fault.negative, ("costs" if game.costs else "values", player))
    total = sum(alone, Fraction(0))
    if not total:
        raise Refusal(Fault.nothing_to_measure)
    return tuple(game.whole() * own / total for own in alone)


def shapley(game: Game) -> Shares:
    """Return each party's marginal worth, averaged over all orders of joining.

    φ_i = Σ over S without i of |S|!·(n−|S|−1)!/n! · (v(S ∪ i) − v(S)); Shapley (1953), "A value for n-person
    games", Contributions to the Theory of Games II.
    """
    players = len(game.players)
    worth, scale = gains(game)
    orders = [factorial(size) * factorial(players - size - 1) for size in range(players)]
    of_size = [orders[mask.bit_count()] if mask + 1 < len(worth) else 0 for mask in range(len(worth))]
    sign = -1 if game.costs else 1
    found = []
    for index in range(players):
        bit = 1 << index
        total = sum(
            of_size[mask] * (worth[mask | bit] - worth[mask]) for mask in range(len(worth)) if not mask & bit
        )
        found.append(Fraction(sign * total, scale * factorial(players)))
    return tuple(found)


def reduced(numbers: list[int]) -> list[int]:
    """Divide whole numbers by their greatest common divisor."""
    common = gcd(*numbers)
    return [number // common for number in numbers] if common > 1 else numbers
