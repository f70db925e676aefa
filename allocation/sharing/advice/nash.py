"""Nash's bargaining solution: divide what agreeing brings beyond not agreeing.

Sources: Nash (1950), "The bargaining problem", Econometrica 18; for claims, Dagan and Volij (1993), "The
bankruptcy problem: a cooperative bargaining approach", Mathematical Social Sciences 26.
"""

from fractions import Fraction

from allocation.sharing.advice.claims import Claims, Shares, equal_awards
from allocation.sharing.advice.games import Game
from allocation.sharing.advice.refusal import Fault, Refusal


def nash_of_game(game: Game, disagreement: Shares | None = None) -> Shares:
    """Divide the surplus over the disagreement point equally, which makes the product of gains largest.

    x_i = d_i + (v(N) − Σd) / n. Where worth moves freely between parties, Nash's solution is this.

    Args:
        game: what all together are worth, or cost.
        disagreement: what each has, or bears, without an agreement; else what it is worth alone.

    Raises:
        Refusal: all together are worse off than without an agreement.
    """
    apart = game.alone() if disagreement is None else disagreement
    surplus = game.whole() - sum(apart, Fraction(0))
    if (-surplus if game.costs else surplus) < 0:
        raise Refusal(Fault.no_surplus)
    return tuple(own + surplus / len(apart) for own in apart)


def nash_of_claims(problem: Claims, disagreement: Shares | None = None) -> Shares:
    """Make the product of gains largest with nobody above the claim.

    The parties may agree on any x with d ≤ x ≤ c and Σx ≤ E, and get d if they do not agree. The product of
    x_i − d_i is largest where all gain the same until the claim: d_i plus the constrained equal award of
    E − Σd with claims c − d. With nothing for anybody as disagreement it is the constrained equal award
    itself (Dagan and Volij 1993).

    Args:
        problem: estate and claims.
        disagreement: what each gets without an agreement; nothing, unless given.

    Raises:
        Refusal: a disagreement below 0 or above the claim, or more than the estate in all.
    """
    apart = (Fraction(0),) * len(problem.claims) if disagreement is None else disagreement
    for party, claim, own in zip(problem.parties, problem.claims, apart, strict=True):
        if own < 0:
            raise Refusal(Fault.negative, ("disagreement", party))
        if own > claim:
            raise Refusal(Fault.disagreement_above_claim, ("disagreement", party))
    left = problem.estate - sum(apart, Fraction(0))
    if left < 0:
        raise Refusal(Fault.no_surplus)
    room = tuple(claim - own for claim, own in zip(problem.claims, apart, strict=True))
    more = equal_awards(Claims(problem.parties, room, left))
    return tuple(own + extra for own, extra in zip(apart, more, strict=True))
