"""Whether a division is in the core: no coalition could do better on its own.

Source: Gillies (1959), "Solutions to general non-zero-sum games", Contributions to the Theory of Games IV.
"""

from fractions import Fraction
from math import lcm

from allocation.sharing.advice.claims import Claims, Shares
from allocation.sharing.advice.games import Game, gains, subset_sums


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
