"""Neighbourhoods: what the others leave is what is free, and no step loses or breaks a rule."""

import numpy as np
import pytest

from allocation.matching.encode import STAYS, Ints
from allocation.matching.neighbourhoods import freed, reoptimise
from allocation.matching.prices import dual_prices
from allocation.matching.rounding import round_priced
from tests.allocation.matching.planted import planted, value_of


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_steps_climb_within_the_rules(seed: int) -> None:
    plan = planted(seed, leads=20, counties=2)
    prices = dual_prices(plan.enc, passes=20).limit
    start = plan.enc.taken(plan.assignment)
    demanded = np.isin(np.arange(len(start)), np.flatnonzero(plan.enc.must))
    placed = np.flatnonzero((start != STAYS) & ~demanded)
    told: list[int | None] = []

    def watch(better: Ints) -> None:
        told.append(value_of(plan.enc, better))

    for lead in placed.tolist():
        worse = start.copy()
        worse[lead] = STAYS
        first = value_of(plan.enc, worse)
        if first is None:  # a floor needs this lead
            continue
        found, work = reoptimise(plan.enc, worse, prices, limit=0.1, seconds=60, seed=seed, watch=watch)
        last = value_of(plan.enc, found)
        assert last is not None
        assert first < last <= plan.value
        assert work > 0
        assert told[-1] == last
        again, _ = reoptimise(plan.enc, worse, prices, limit=0.1, seconds=60, seed=seed)
        assert again.tobytes() == found.tobytes()
        break
    else:
        pytest.fail("no lead of the planted placement may stay")


def test_what_is_freed_is_what_the_others_leave() -> None:
    plan = planted(5, leads=16, counties=2)
    taken = plan.enc.taken(plan.assignment)
    free = np.array([0, 3, 7])
    part, pair = freed(plan.enc, taken, free)
    assert part.leads == tuple(plan.enc.leads[lead] for lead in free)
    own = np.where(taken[free] == STAYS, STAYS, np.searchsorted(pair, taken[free]))
    assert value_of(part, own) is not None
    assert part.placement(own) == {
        plan.enc.leads[lead]: plan.assignment[plan.enc.leads[lead]] for lead in free
    }


def test_a_stop_leaves_all_as_it_is() -> None:
    plan = planted(6, leads=10, counties=1)
    prices = dual_prices(plan.enc, passes=5).limit
    taken = round_priced(plan.enc, prices)
    found, work = reoptimise(plan.enc, taken, prices, limit=1, seconds=9, seed=1, stop=lambda: True)
    assert (found.tobytes(), work) == (taken.tobytes(), 0.0)
