"""The best other hosts of a lead: by value less the run's prices, and each with a plan around it.

An alternative that would unseat another lead's hold (a lead that one county alone may host, and that stands
there) is none.
"""

from collections.abc import Sequence
from typing import Final

from allocation.matching.answer_parts import ShadowPrice, Side
from allocation.matching.answers import Alternative, Alternatives
from allocation.matching.explain import Standing
from allocation.matching.override import standing_plan, with_pair
from allocation.matching.pool_case import PoolCase
from allocation.matching.resolve import Run
from allocation.matching.scenario import moves
from allocation.matching.whynot import side

BEST: Final = 3
"""How many are told."""

TRIED: Final = 2
"""For each that is told so many are tried: some turn out to unseat a hold."""


def alternatives(
    case: PoolCase, run: Run, lead: str, prices: Sequence[ShadowPrice] = (), *, best: int = BEST
) -> Alternatives:
    """Tell the best other hosts of a lead.

    Args:
        case: the run's pool.
        run: its standing plan.
        lead: the lead's id.
        prices: the run's shadow prices; without them hosts are ranked by their own value.
        best: how many to tell.

    Raises:
        KeyError: there is no such lead.
    """
    standing = Standing.of(case.pool, run.assignment)
    found, host = case.lead(lead), run.assignment[lead]
    sides = [side(standing, found, park, prices) for park in case.pool.parks if park.code != host]
    ranked = sorted((one for one in sides if one.value is not None), key=_worst_last)
    held = {
        other.id: True
        for other in case.pool.leads
        if other.held_by is not None and run.assignment[other.id] is not None and other.id != lead
    }
    before = standing_plan(case, run)
    told: list[Alternative] = []
    for one in ranked[: TRIED * best]:
        if len(told) == best:
            break
        forced = with_pair(case, run, lead, one.park, keep=held)
        if forced.plan.value is not None and before.value is not None:
            told.append(
                Alternative(
                    rank=len(told) + 1,
                    side=one,
                    loss=before.value - forced.plan.value,
                    exact=run.proven and forced.proven,
                    moved=moves(run.assignment, forced.assignment, lead),
                )
            )
    return Alternatives(lead=lead, host=host, alternatives=tuple(told))


def _worst_last(one: Side) -> tuple[int, str]:
    worth = one.value if one.reduced is None else one.reduced
    return -(worth or 0), one.park
