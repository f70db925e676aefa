"""A first placement from prices: who loses least by its pair goes first, as long as everything fits."""

import numpy as np

from allocation.matching.core import owners, price_table, regrets
from allocation.matching.encode import STAYS, Encoded, Flags, Ints, Small
from allocation.matching.kernel import compiled
from allocation.matching.lagrange import Floats


def round_priced(enc: Encoded, prices: Floats, *, start: Ints | None = None) -> Ints:
    """Place leads by regret, never beyond an upper limit: must-place leads, then least counts, then all.

    Demands may stay unmet where this simple order finds no room.

    Args:
        enc: the instance, or its candidates.
        prices: K prices.
        start: L pair numbers, or STAYS: placed first, as far as they fit.

    Returns:
        L pair numbers, or STAYS.
    """
    regret, of_stay = regrets(enc, price_table(enc, prices))
    lead = owners(enc)
    taken = np.full(len(enc.leads), STAYS, np.int64)
    free = enc.most.copy()
    by_regret = np.argsort(regret, kind="stable")
    wanted = (regret <= of_stay[lead])[by_regret]
    rounds = [
        by_regret[enc.must[lead][by_regret]],
        by_regret[_below_least(enc)[enc.host][by_regret]],
        by_regret[wanted],
        by_regret,
    ]
    if start is not None:
        rounds.insert(0, start[start != STAYS])
    for number, order in enumerate(rounds):
        _insert(
            enc.host,
            enc.row,
            enc.need,
            enc.first,
            enc.limit,
            enc.column,
            lead,
            order,
            taken,
            free,
            enc.most,
            enc.least,
            number == len(rounds) - 3,
        )
    return taken


def _below_least(enc: Encoded) -> Flags:
    """Tell which hosts have a limit with a least."""
    found = np.zeros(len(enc.hosts), np.bool_)
    at = np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first))
    found[at[enc.least[enc.limit] > 0]] = True
    return found


@compiled
def _insert(
    host: Small,
    row: Small,
    need: Ints,
    first: Ints,
    limit: Small,
    column: Small,
    lead: Ints,
    order: Ints,
    taken: Ints,
    free: Ints,
    most: Ints,
    least: Ints,
    demanded: bool,
) -> None:
    """Place whom the order names where the pair fits; if `demanded`, only where a least is unmet."""
    for place in range(len(order)):
        pair = order[place]
        if taken[lead[pair]] != STAYS:
            continue
        at = host[pair]
        fits = True
        unmet = False
        for entry in range(first[at], first[at + 1]):
            number = limit[entry]
            fits = fits and free[number] >= need[row[pair], column[entry]]
            unmet = unmet or most[number] - free[number] < least[number]
        if fits and (unmet or not demanded):
            taken[lead[pair]] = pair
            for entry in range(first[at], first[at + 1]):
                free[limit[entry]] -= need[row[pair], column[entry]]
