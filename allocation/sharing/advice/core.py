"""Whether a division is in the core: no coalition could do better on its own.

Source: Gillies (1959), "Solutions to general non-zero-sum games", Contributions to the Theory of Games IV.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from allocation.sharing.advice.claims import Claims, Shares
from allocation.sharing.advice.games import Game, gains, subset_sums


@dataclass(frozen=True, slots=True)
class Objection:
    """A coalition that could do better on its own: what it is worth, or costs, and what it is given."""

    coalition: tuple[str, ...]
    worth: Fraction
    given: Fraction


def objections(game: Game, shares: Shares) -> list[Objection]:
    """List the coalitions that get less than they are worth alone, or pay more than serving them costs.

    A division of the whole is in the core just when there are none. The empty coalition never objects.

    Args:
        game: the worth of every coalition.
        shares: one a party, in the game's order.
    """
    found = []
    for mask in sorted(range(1, len(game.worth)), key=lambda mask: (mask.bit_count(), mask)):
        members = [index for index in range(len(shares)) if mask >> index & 1]
        given = sum((shares[index] for index in members), Fraction(0))
        short = given - game.worth[mask] if game.costs else game.worth[mask] - given
        if short > 0:
            names = tuple(game.players[index] for index in members)
            found.append(Objection(names, game.worth[mask], given))
    return found


def in_core(problem: Claims | Game, shares: Shares) -> bool:
    """Tell whether shares give out the whole, and to every coalition at least what it is worth alone.

    In a game of costs: to no coalition more than what serving it alone costs. Of a claims problem the core is
    that of its bankruptcy game, which is exactly 0 ≤ share ≤ claim: v(S) ≤ x(S) says that the parties outside
    S get no more than they claim.

    Args:
        problem: what is divided.
        shares: one a party, in the problem's order.
    """
    if isinstance(problem, Claims):
        within = all(0 <= share <= claim for share, claim in zip(shares, problem.claims, strict=True))
        return within and sum(shares, Fraction(0)) == problem.estate
    worth, scale = gains(problem)
    sign = -1 if problem.costs else 1
    common = lcm(*(share.denominator for share in shares))
    given = subset_sums(int(sign * share * scale * common) for share in shares)
    enough = all(got >= own * common for got, own in zip(given, worth, strict=True))
    return enough and given[-1] == worth[-1] * common
