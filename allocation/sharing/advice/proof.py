"""Checking a nucleolus in exact fractions, by the weights that its levels carry.

Nothing here repeats the search: it only adds up. At each level the weighted 0/1 vectors cancel, so no
division that keeps the settled totals and the floors can give the weighed coalitions more on average than
they have; one that gave any of them more would give another less. Kohlberg (1971) says the same of balanced
collections.
"""

from fractions import Fraction
from math import lcm

from allocation.sharing.advice.games import Game, gains, subset_sums
from allocation.sharing.advice.nucleolus import Level, Nucleolus
from allocation.sharing.advice.span import Settled


def proves(game: Game, found: Nucleolus) -> bool:
    """Tell whether the levels prove that the shares are the nucleolus of the game."""
    worth, scale = gains(game)
    sign = -1 if game.costs else 1
    common = lcm(*(share.denominator for share in found.shares)) * scale
    given = subset_sums(int(sign * share * common) for share in found.shares)
    finer = common // scale
    excess = [got - own * finer for got, own in zip(given, worth, strict=True)]
    players = len(game.players)
    if excess[-1] != 0 or min(excess[1 << index] for index in range(players)) < 0:
        return False
    known = Settled(players)
    known.add((1 << players) - 1)
    for level in found.levels:
        if not _holds(level, excess, common, known):
            return False
        for coalition in (*level.coalitions, *(1 << index for index in level.floors)):
            known.add(coalition)
    return known.complete


def _holds(level: Level, excess: list[int], common: int, known: Settled) -> bool:
    """Check one level: its weights, what they weigh, and that nobody still open has less."""
    free = set(known.unsettled())
    least = level.excess * common
    weights = (*level.coalitions.values(), *level.floors.values())
    return (
        min(weights, default=0) > 0
        and sum(level.coalitions.values()) == 1
        and all(coalition in free and excess[coalition] == least for coalition in level.coalitions)
        and all(excess[1 << index] == 0 for index in level.floors)
        and not any(coalition in free for coalition in level.settled)
        and all(excess[coalition] >= least for coalition in free)
        and _cancel(level)
    )


def _cancel(level: Level) -> bool:
    """Tell whether the weighted 0/1 vectors add up to nothing."""
    weighed = [
        *level.coalitions.items(),
        *level.settled.items(),
        *((1 << index, weight) for index, weight in level.floors.items()),
    ]
    longest = max(coalition.bit_length() for coalition, _ in weighed)
    return not any(
        sum((weight for coalition, weight in weighed if coalition >> index & 1), Fraction(0))
        for index in range(longest)
    )
