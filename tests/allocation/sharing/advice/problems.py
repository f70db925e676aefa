"""Claims problems and games for the laws, and judges that share no code with the package."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations

from hypothesis import settings
from hypothesis import strategies as st
from ortools.linear_solver import pywraplp

from allocation.sharing.advice.claims import Claims, Shares
from allocation.sharing.advice.games import Game

NAMES = "abcdefghijkl"
CLOSE = 1e-3
"""Far below any difference between figures of these small games, far above the error of floating point."""
few = settings(max_examples=25)


def claims_of(claims: Sequence[Fraction | int], estate: Fraction | int) -> Claims:
    return Claims(tuple(NAMES[: len(claims)]), tuple(map(Fraction, claims)), Fraction(estate))


@st.composite
def claims_problems(draw: st.DrawFn, most: int = 6) -> Claims:
    claims = draw(st.lists(st.integers(0, 40), min_size=1, max_size=most))
    part = draw(st.fractions(0, 1, max_denominator=12))
    return claims_of(claims, sum(claims) * part)


def game_of(worth: Sequence[Fraction | int], *, costs: bool = False) -> Game:
    players = (len(worth) - 1).bit_length()
    return Game(tuple(NAMES[:players]), tuple(map(Fraction, worth)), costs)


@st.composite
def games(draw: st.DrawFn, most: int = 4) -> Game:
    """Any small game in which all together are worth at least each alone."""
    players = draw(st.integers(1, most))
    worth = [0, *draw(st.lists(st.integers(-9, 20), min_size=2**players - 1, max_size=2**players - 1))]
    worth[-1] = max(worth[-1], sum(worth[1 << index] for index in range(players)))
    if draw(st.booleans()):
        return game_of([-value for value in worth], costs=True)
    return game_of(worth)


@st.composite
def games_with_core(draw: st.DrawFn, most: int = 5) -> Game:
    """A game in which some division leaves no coalition with less than it is worth."""
    players = draw(st.integers(1, most))
    shares = draw(st.lists(st.integers(-9, 20), min_size=players, max_size=players))
    missing = draw(st.lists(st.integers(0, 12), min_size=2**players, max_size=2**players))
    missing[0] = missing[-1] = 0
    return game_of([total(shares, mask) - missing[mask] for mask in range(2**players)])


def total(shares: Sequence[Fraction | int], mask: int) -> Fraction:
    return sum((Fraction(share) for index, share in enumerate(shares) if mask >> index & 1), Fraction(0))


def average_over_orders(game: Game) -> Shares:
    """The Shapley value as it was meant: what each adds, averaged over all orders."""
    players = range(len(game.players))
    sums = [Fraction(0)] * len(game.players)
    orders = list(permutations(players))
    for order in orders:
        before = 0
        for player in order:
            sums[player] += game.worth[before | 1 << player] - game.worth[before]
            before |= 1 << player
    return tuple(one / len(orders) for one in sums)


def gain_of(game: Game) -> list[Fraction]:
    return [-value if game.costs else value for value in game.worth]


def excesses(game: Game, shares: Shares) -> list[Fraction]:
    """What each coalition gets above its worth; in a game of costs what it saves."""
    sign = -1 if game.costs else 1
    return [sign * total(shares, mask) - worth for mask, worth in enumerate(gain_of(game))]


class Chain:
    """The nucleolus by floating point: at each level the coalitions that cannot get more are fixed."""

    def __init__(self, game: Game) -> None:
        self.worth = [float(value) for value in gain_of(game)]
        self.players = len(game.players)
        self.fixed = {len(self.worth) - 1: self.worth[-1]}

    def shares(self) -> list[float]:
        """Run the chain to its end."""
        while len(self.fixed) < len(self.worth) - 1:
            free = [mask for mask in range(1, len(self.worth) - 1) if mask not in self.fixed]
            level = self._best(free, None)
            ceiling = {mask: self._best(free, mask, level) for mask in free}
            for mask, most in ceiling.items():
                if most - self.worth[mask] - level < CLOSE:
                    self.fixed[mask] = self.worth[mask] + level
        return [self.fixed[1 << index] for index in range(self.players)]

    def _best(self, free: list[int], aim: int | None, level: float = 0.0) -> float:
        solver = pywraplp.Solver.CreateSolver("GLOP")
        share = [
            solver.NumVar(self.worth[1 << index], solver.infinity(), "") for index in range(self.players)
        ]
        least = solver.NumVar(-solver.infinity(), solver.infinity(), "")

        def of(mask: int) -> pywraplp.LinearExpr:
            return solver.Sum([share[index] for index in range(self.players) if mask >> index & 1])

        for mask, value in self.fixed.items():
            solver.Add(of(mask) >= value - CLOSE / 1000)
            solver.Add(of(mask) <= value + CLOSE / 1000)
        for mask in free:
            solver.Add(of(mask) - self.worth[mask] >= (least if aim is None else level - CLOSE / 1000))
        solver.Maximize(least if aim is None else of(aim))
        assert solver.Solve() == pywraplp.Solver.OPTIMAL
        found: float = solver.Objective().Value()
        return found


def unbalanced(game: Game, shares: Shares) -> Iterator[Fraction]:
    """Kohlberg's criterion: yield every level at which some change of shares helps the worst-off only.

    At a level stand the coalitions with no more excess than it. The criterion holds if no change that takes
    from nobody at its floor and from none of them gives any of them more.
    """
    excess = excesses(game, shares)
    players = len(game.players)
    for level in sorted(set(excess[1:-1])):
        solver = pywraplp.Solver.CreateSolver("GLOP")
        change = [
            solver.NumVar(0.0 if excess[1 << index] == 0 else -1.0, 1.0, "") for index in range(players)
        ]
        solver.Add(solver.Sum(change) == 0)
        gained = []
        for mask in range(1, len(excess) - 1):
            if excess[mask] <= level:
                more = solver.Sum([change[index] for index in range(players) if mask >> index & 1])
                solver.Add(more >= 0)
                gained.append(more)
        solver.Maximize(solver.Sum(gained))
        assert solver.Solve() == pywraplp.Solver.OPTIMAL
        if solver.Objective().Value() > CLOSE:
            yield level
