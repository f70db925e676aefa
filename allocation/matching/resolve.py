"""Solving again, for questions: the same procedure each time, so that an answer is checked by asking again.

A pool whose run was proven is solved exactly: of all plans of the highest value, the one that places the lead
asked about at the park asked about if any does, and of these the one that moves the fewest leads from where
they stand. That is one exact solve of a weighted sum, value first.

A pool whose run was not proven is repaired from its standing plan, once freely and once with the lead bound
to the park; the better plan counts, and of equal ones the bound one. Such answers say `exact=False`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from allocation.matching import exact
from allocation.matching.answer_parts import Plan, ShadowPrice
from allocation.matching.effort import DETERMINISTIC_SHARE
from allocation.matching.encode import STAYS, Encoded, Ints
from allocation.matching.lagrange import sealed
from allocation.matching.result import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stored run that questions are asked about.

    Attributes:
        assignment: the host of each lead; None: it stays.
        status: how far it came.
        bound: what it proved.
        seconds: what it might take; each solve of a question may take as much work, at most.
        seed: of its searches.
        value: of its plan; None: it is summed anew.
        prices: its shadow prices; where there are none a repair finds its own.
    """

    assignment: Mapping[str, str | None]
    status: Status
    bound: int | None
    seconds: float
    seed: int
    value: int | None = None
    prices: tuple[ShadowPrice, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether the pool is small enough to be solved exactly."""
        return self.status is Status.OPTIMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Solve:
    """One solve: its plan in figures, and where it places each lead (empty without a result)."""

    plan: Plan
    assignment: Mapping[str, str | None]

    @property
    def proven(self) -> bool:
        """Whether the plan, or that there is none, is certain."""
        return self.plan.status in {Status.OPTIMAL, Status.INFEASIBLE}


def pair_of(enc: Encoded, lead: str, host: str) -> int | None:
    """Find the pair of a lead and a host; None if it is not allowed."""
    number, park = enc.leads.index(lead), enc.hosts.index(host)
    for pair in range(int(enc.start[number]), int(enc.start[number + 1])):
        if int(enc.host[pair]) == park:
            return pair
    return None


def standing_in(enc: Encoded, assignment: Mapping[str, str | None]) -> Ints:
    """Read a standing plan into an instance that may have other pairs: what is no pair any more stays."""
    number: dict[str | None, int] = {host: place for place, host in enumerate(enc.hosts)}
    wanted = np.array([number.get(assignment.get(lead), -1) for lead in enc.leads], np.int64)
    lead_of = np.repeat(np.arange(len(enc.leads)), np.diff(enc.start))
    there = np.flatnonzero(enc.host == wanted[lead_of])
    found = np.full(len(enc.leads), STAYS, np.int64)
    found[lead_of[there]] = there
    return found


def bound_to(enc: Encoded, lead: str, host: str) -> Encoded:
    """Give the instance in which a lead must go to a host; where it may not, that instance has no plan."""
    number, park = enc.leads.index(lead), enc.hosts.index(host)
    first, last = int(enc.start[number]), int(enc.start[number + 1])
    kept = np.ones(enc.pairs, np.bool_)
    kept[first:last] = enc.host[first:last] == park
    start = enc.start.copy()
    start[number + 1 :] -= int((~kept).sum())
    must = enc.must.copy()
    must[number] = True
    return replace(
        enc,
        start=sealed(start),
        host=sealed(enc.host[kept]),
        worth=sealed(enc.worth[kept]),
        row=sealed(enc.row[kept]),
        must=sealed(must),
    )


def holding(enc: Encoded, leads: Mapping[str, bool]) -> Encoded:
    """Give the instance in which these leads must not lose their place."""
    must = enc.must | np.array([leads.get(lead, False) for lead in enc.leads], np.bool_)
    return replace(enc, must=sealed(must))


def solve_exactly(enc: Encoded, run: Run, *, favour: int | None = None, bound: int | None = None) -> Solve:
    """Solve an instance to proof: value first, then the favoured pair, then the fewest moves.

    Args:
        enc: the instance.
        run: its standing plan, limits and seed.
        favour: a pair that is preferred among plans of equal value.
        bound: no plan is worth more, if known.
    """
    stands = standing_in(enc, run.assignment)
    ties = np.zeros(enc.pairs, np.int64)
    ties[stands[stands != STAYS]] = 1
    fewer = len(enc.leads) + 1
    if favour is not None:
        ties[favour] = fewer
    scale = 2 * fewer
    weighed = replace(enc, worth=sealed(enc.worth * scale + ties))
    answer = exact.solve(
        weighed,
        limit=run.seconds * DETERMINISTIC_SHARE,
        seconds=run.seconds,
        seed=run.seed,
        hint=stands,
        bound=None if bound is None else bound * scale + scale - 1,
    )
    if answer.taken is None:
        return Solve(plan=Plan(status=answer.status, value=None, bound=None, placed=0), assignment={})
    value = exact.value_of(enc, answer.taken)
    top = None if answer.bound is None else answer.bound // scale
    return Solve(
        plan=Plan(status=answer.status, value=value, bound=top, placed=int((answer.taken != STAYS).sum())),
        assignment=enc.placement(answer.taken),
    )
