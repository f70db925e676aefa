"""Improve a placement by annealing over ejection chains, within a budget of moves.

The search goes in stages. At first a part of what a pair uses is charged for at its price: leads then settle
where they are least regretted, and room is left. Later stages charge less, the last one nothing: what remains
is filled. In cities of 2,000 leads this leaves 0.42 % where one stage of as many moves leaves 0.58 %.

Each move proposes a pair of the core, those of low regret more often, and does what follows from it
(`moves.py`). It is accepted if it gains, or loses little at the present temperature (Kirkpatrick, Gelatt and
Vecchi, Science 220, 1983). The best placement met is kept.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from allocation.matching.chance import Words, seeded, unit
from allocation.matching.core import Core, core_of, price_table, priced_need, typical_worth, unmet
from allocation.matching.encode import STAYS, Encoded, Flags, Ints
from allocation.matching.kernel import inlined, lean
from allocation.matching.lagrange import Floats, sealed
from allocation.matching.moves import NEVER, attempt
from allocation.matching.state import State, missed, state_of, undo

REGRET: Final = 0.1
"""Pairs of a regret above this share of the typical worth are left out of the core."""

STAGES: Final = ((0.9, 0.34, 0.015, 0.005), (0.45, 0.33, 0.009, 0.003), (0.0, 0.33, 0.006, 0.0015))
"""Stages: the part of the prices that is charged, the part of the moves, the first and last temperature.

Temperatures are shares of the typical worth. Where a lead has few moves, as in a province, temperatures three
times as high leave 0.06 points more; in a city, with many, they make no difference.
"""

BLUR: Final = 0.05
"""How far choices among those who make room are blurred, as a share of the typical worth."""

BIAS: Final = 2.0
"""A pair at the share u of the order by regret is proposed with a density that falls as u^(1/BIAS − 1)."""

CHUNK: Final = 10_000
"""After so many moves the caller is asked whether to go on."""

_STEP: Final = 100
"""The temperature falls after so many moves."""


class Best(NamedTuple):
    """The best placement met, brought up to date by what changed since.

    Attributes:
        taken: L pairs of the core, or STAYS.
        changed: leads that may differ from it now, each once.
        marked: L, whether a lead is among these.
        numbers: how many are; the present value and the best one, both less that of the start.
    """

    taken: Ints
    changed: Ints
    marked: Flags
    numbers: Ints


def improve(
    enc: Encoded,
    taken: Ints,
    prices: Floats,
    *,
    moves: int,
    seed: int,
    watch: Callable[[Ints], None] | None = None,
    stop: Callable[[], bool] | None = None,
    regret: float = REGRET,
) -> tuple[Ints, int]:
    """Improve a placement.

    Args:
        enc: the instance, or its candidates.
        taken: L pair numbers, or STAYS; keeps every upper limit.
        prices: K prices.
        moves: how many to try.
        seed: of the search.
        watch: called now and then with a placement that may be the best so far.
        stop: asked now and then; True ends the search.
        regret: pairs of a regret above this share of the typical worth stay out of play.

    Returns:
        the best placement met, never worse than `taken`, and the number of moves made.
    """
    typical = typical_worth(enc)
    chance = seeded(seed)
    used = priced_need(enc.need, enc.row, enc.host, price_table(enc, prices))
    best, present, made = taken, taken, 0
    for charged, share, hot, cold in STAGES:
        part = replace(enc, worth=sealed(np.rint(enc.worth - charged * used).astype(np.int64)))
        core, pair = core_of(part, prices * (1.0 - charged), regret=regret * typical, kept=present)
        if not len(core.order):
            break
        walk = _Walk(core, pair, present)
        done = walk.go(
            int(moves * share), (hot * typical, cold * typical), BLUR * typical, chance, watch, stop
        )
        made += done
        present = walk.result()
        best = better_of(enc, best, present)
    return best.copy(), made


def better_of(enc: Encoded, left: Ints, right: Ints) -> Ints:
    """Choose the placement that misses fewer demands, then of more worth; the first of equals."""

    def rank(taken: Ints) -> tuple[int, int]:
        return -unmet(enc, taken), sum(enc.worth[taken[taken != STAYS]].tolist())

    return right if rank(right) > rank(left) else left


class _Walk:
    """One stage: its state, and the best placement met in it."""

    def __init__(self, core: Core, pair: Ints, taken: Ints) -> None:
        number = np.full(int(max(pair.max(), taken.max())) + 2, STAYS, np.int64)
        number[pair] = np.arange(len(pair))
        self.core, self.pair = core, pair
        self.state = state_of(core, number[taken])
        leads = len(taken)
        self.best = Best(
            self.state.taken.copy(),
            np.zeros(leads, np.int64),
            np.zeros(leads, np.bool_),
            np.zeros(3, np.int64),
        )

    def go(
        self,
        moves: int,
        heat: tuple[float, float],
        blur: float,
        chance: Words,
        watch: Callable[[Ints], None] | None,
        stop: Callable[[], bool] | None,
    ) -> int:
        """Anneal from the first heat to the last, a chunk of moves at a time; return the moves made."""
        done, told = 0, 0
        hot, cold = heat
        while done < moves and not (stop is not None and stop()):
            size = min(CHUNK, moves - done)
            first, last = (hot * (cold / hot) ** (at / moves) for at in (done, done + size))
            anneal(self.core, self.state, self.best, size, first, last, blur, chance)
            done += size
            if watch is not None and self.best.numbers[2] > told:
                told = int(self.best.numbers[2])
                watch(self.result())
        return done

    def result(self) -> Ints:
        """Give the best placement met, numbered by the instance's pairs."""
        return np.where(self.best.taken == STAYS, STAYS, self.pair[self.best.taken])


@lean
def anneal(
    core: Core,
    state: State,
    best: Best,
    moves: int,
    hot: float,
    cold: float,
    blur: float,
    chance: Words,
) -> None:
    """Make so many moves while the temperature falls from `hot` to `cold`, both in worth."""
    heat = hot
    fall = (cold / hot) ** (_STEP / moves)
    unmet = missed(core, state)
    for turn in range(moves):
        if turn % _STEP == _STEP - 1:
            heat *= fall
        pair = core.order[int(len(core.order) * unit(chance) ** BIAS)]
        if state.taken[core.lead[pair]] == pair:
            continue
        wanted = heat * math.log(1.0 - unit(chance))
        gain = attempt(core, state, pair, wanted - float(unmet * core.penalty), blur, chance)
        after = unmet
        if gain != NEVER and len(core.floors):
            after = missed(core, state)
            gain += (unmet - after) * core.penalty
        if gain == NEVER or gain < wanted:
            undo(core, state)
            continue
        unmet = after
        keep(state, best, gain)


@inlined
def keep(state: State, best: Best, gain: int) -> None:
    """Count an attempt that is accepted, and the best placement if it is one."""
    for entry in range(state.logged[0]):
        lead = state.lead_log[entry]
        if not best.marked[lead]:
            best.marked[lead] = True
            best.changed[best.numbers[0]] = lead
            best.numbers[0] += 1
    best.numbers[1] += gain
    if best.numbers[1] > best.numbers[2]:
        best.numbers[2] = best.numbers[1]
        for place in range(best.numbers[0]):
            lead = best.changed[place]
            best.taken[lead] = state.taken[lead]
            best.marked[lead] = False
        best.numbers[0] = 0
