"""The exact solver: CP-SAT. The only module that imports OR-Tools; import it in a process that may be killed.

One worker, a seed and a limit of deterministic time give the same answer each time on the same machine type;
the wall clock is a guard only. Floats (OR-Tools reports bounds as such) never decide: values, costs and
bounds are integers, recomputed from the input. "Infeasible" is believed only when a second formulation, which
always has a solution, shows the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Final, TypeVar

import numpy as np
from ortools.sat.python import cp_model

from allocation.matching.effort import DETERMINISTIC_SHARE
from allocation.matching.encode import STAYS, UNLIMITED, Encoded, Ints, encode_gap, encode_instance
from allocation.matching.instance import Gap, Instance
from allocation.matching.result import Solution, Status

T = TypeVar("T")

_NO_ANSWER: Final = "the solver refused the model"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What CP-SAT says about an encoded instance.

    Attributes:
        status: how far it came.
        taken: the pair of each lead, or STAYS; None without a result.
        value: of that result, summed anew; None without one.
        bound: no result is worth more; None if nothing is known or there is no result at all.
        work: deterministic seconds used.
        by_wall: whether the wall clock stopped it.
    """

    status: Status
    taken: Ints | None
    value: int | None
    bound: int | None
    work: float = 0.0
    by_wall: bool = False


def trivial_bound(enc: Encoded) -> int:
    """Sum each lead's best pair: no result is better."""
    some = np.flatnonzero(np.diff(enc.start))
    best = np.maximum.reduceat(enc.worth, enc.start[some]) if len(some) else np.zeros(0, np.int64)
    return sum(np.where(enc.must[some], best, np.maximum(best, 0)).tolist())


def solve(
    enc: Encoded,
    *,
    limit: float,
    seconds: float,
    seed: int,
    hint: Ints | None = None,
    bound: int | None = None,
    found: Callable[[Ints], None] | None = None,
) -> Answer:
    """Search for the best placement, and prove it if the limit allows.

    Args:
        enc: what to solve.
        limit: deterministic seconds.
        seconds: wall guard.
        seed: of the search.
        hint: a placement to start from; need not be feasible.
        bound: a valid upper bound known beforehand.
        found: called with each better placement.
    """
    known = trivial_bound(enc) if bound is None else min(bound, trivial_bound(enc))
    model, picked = _model(enc)
    _demand(enc, model, picked)
    worth = enc.worth.tolist()
    model.maximize(cp_model.LinearExpr.weighted_sum(picked, worth) if picked else 0)
    if hint is not None:
        kept = set(hint.tolist())
        for number, var in enumerate(picked):
            model.add_hint(var, number in kept)
    solver = _solver(seconds, limit, seed)
    status = solver.solve(model, None if found is None else _Watch(enc, picked, found))
    proto = solver.response_proto
    work = proto.deterministic_time
    if status == cp_model.INFEASIBLE:
        second = _confirm(enc, max(1.0, seconds - solver.wall_time), limit, seed)
        return replace(second, bound=None if second.bound is None else known, work=work + second.work)
    by_wall = status != cp_model.OPTIMAL and work < limit
    if status == cp_model.UNKNOWN:  # its bound may be a default of 0, which proves nothing
        return Answer(Status.UNKNOWN, None, None, known, work, by_wall)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        raise ValueError(f"{_NO_ANSWER}: {solver.status_name(status)}")
    taken = _taken(enc, [solver.boolean_value(var) for var in picked])
    value = value_of(enc, taken)
    if status == cp_model.OPTIMAL:
        return Answer(Status.OPTIMAL, taken, value, value, work)
    # The integer bound is exact, the float one a second opinion: the looser of the two is surely valid.
    top = max(-proto.inner_objective_lower_bound, floor(Fraction(solver.best_objective_bound)), value)
    proven = min(known, top)
    return Answer(Status.OPTIMAL if value == proven else Status.FEASIBLE, taken, value, proven, work, by_wall)


def value_of(enc: Encoded, taken: Ints) -> int:
    """Sum the worth of the pairs taken."""
    return sum(enc.worth[taken[taken != STAYS]].tolist())


def solve_instance(instance: Instance, *, seconds: float, seed: int) -> Solution:
    """Solve a compiled instance by CP-SAT alone: maximise the value placed.

    Args:
        instance: a checked instance.
        seconds: wall guard; the deterministic limit is derived from it.
        seed: of the search.
    """
    enc = encode_instance(instance)
    return _solution(enc, seconds, seed, lambda name: name, 1)


def solve_gap(gap: Gap, *, seconds: float, seed: int) -> Solution:
    """Solve a generalised assignment problem by CP-SAT alone: minimise the cost of placing every job.

    Jobs and agents are named by their numbers, from 0.
    """
    return _solution(encode_gap(gap), seconds, seed, lambda name: str(int(name)), -1)


def _solution(enc: Encoded, seconds: float, seed: int, named: Callable[[str], str], sign: int) -> Solution:
    limit = seconds * DETERMINISTIC_SHARE
    answer = solve(enc, limit=limit, seconds=seconds, seed=seed)
    placement = {} if answer.taken is None else enc.placement(answer.taken)
    return Solution(
        status=answer.status,
        assignment={named(lead): None if host is None else named(host) for lead, host in placement.items()},
        objective=None if answer.value is None else sign * answer.value,
        bound=None if answer.bound is None else sign * answer.bound,
        deterministic_limit=limit,
        limited_by_wall=answer.by_wall,
        work=answer.work,
        seed=seed,
        route="exact",
    )


class _Watch(cp_model.CpSolverSolutionCallback):
    """Hands on each better placement while CP-SAT goes on."""

    def __init__(
        self, enc: Encoded, picked: Sequence[cp_model.IntVar], found: Callable[[Ints], None]
    ) -> None:
        super().__init__()
        self._enc, self._picked, self._found = enc, picked, found

    def on_solution_callback(self) -> None:
        self._found(_taken(self._enc, [self.boolean_value(var) for var in self._picked]))


def _model(enc: Encoded) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Make the variables, one for each pair, and the upper limits, which both formulations share."""
    model = cp_model.CpModel()
    picked = [model.new_bool_var("") for _ in range(enc.pairs)]
    for (numbers, uses), most in zip(_drawn(enc), enc.most.tolist(), strict=True):
        if most < UNLIMITED and sum(uses) > most:
            model.add(cp_model.LinearExpr.weighted_sum([picked[n] for n in numbers], uses) <= most)
    return model, picked


def _drawn(enc: Encoded) -> list[tuple[list[int], list[int]]]:
    """List for each limit the pairs that draw on it, and what each draws (never 0)."""
    drawn: list[tuple[list[int], list[int]]] = [([], []) for _ in enc.most]
    first, limit, column = enc.first.tolist(), enc.limit.tolist(), enc.column.tolist()
    for number, (host, need) in enumerate(zip(enc.host.tolist(), enc.need[enc.row].tolist(), strict=True)):
        for entry in range(first[host], first[host + 1]):
            use = need[column[entry]]
            if use:
                numbers, uses = drawn[limit[entry]]
                numbers.append(number)
                uses.append(use)
    return drawn


def _grouped(enc: Encoded, items: Sequence[T]) -> list[Sequence[T]]:
    """Cut a list over pairs into one a lead."""
    cuts = enc.start.tolist()
    return [items[left:right] for left, right in pairwise(cuts)]


def _demand(enc: Encoded, model: cp_model.CpModel, picked: Sequence[cp_model.IntVar]) -> None:
    """Say what must hold besides upper limits: each lead once at most, must-place leads, least counts."""
    for must, inside in zip(enc.must.tolist(), _grouped(enc, picked), strict=True):
        if must:
            model.add_exactly_one(inside)
        elif inside:
            model.add_at_most_one(inside)
    for (numbers, _), least in zip(_drawn(enc), enc.least.tolist(), strict=True):
        if least:
            model.add(sum(picked[number] for number in numbers) >= least)


def _solver(seconds: float, limit: float, seed: int) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.max_deterministic_time = limit
    # CP-SAT 9.15 simplifies counts and sums that overlap so that the best placement is lost, and then calls a
    # worse one proven (OR-Tools issue 5293).
    solver.parameters.presolve_inclusion_work_limit = 0
    return solver


def _taken(enc: Encoded, flags: Sequence[bool]) -> Ints:
    taken = np.full(len(enc.leads), STAYS, np.int64)
    chosen = np.flatnonzero(np.array(flags, np.bool_))
    taken[np.searchsorted(enc.start, chosen, side="right") - 1] = chosen
    return taken


def _confirm(enc: Encoded, seconds: float, limit: float, seed: int) -> Answer:
    """Ask the second formulation: how many demands (must-place leads, least counts) can be met at once?

    Every constraint that can clash is a term of the objective here, so the model always has a solution, and
    another part of the solver decides. Fewer than all demands, proven: infeasible. All of them: the first
    answer was false, and the point found is a result.
    """
    model, picked = _model(enc)
    met: list[cp_model.LinearExprT] = []
    for must, inside in zip(enc.must.tolist(), _grouped(enc, picked), strict=True):
        if inside:
            model.add_at_most_one(inside)
        met += inside if must else []
    demands = int(enc.must.sum())
    for (numbers, _), least in zip(_drawn(enc), enc.least.tolist(), strict=True):
        if least:
            counted = model.new_int_var(0, least, "")
            model.add(counted <= sum(picked[number] for number in numbers))
            met.append(counted)
            demands += least
    model.maximize(sum(met))
    solver = _solver(seconds, limit, seed)
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    status = solver.solve(model)
    work = solver.response_proto.deterministic_time
    if status == cp_model.OPTIMAL and round(solver.objective_value) < demands:
        return Answer(Status.INFEASIBLE, None, None, None, work)
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} and round(solver.objective_value) == demands:
        taken = _taken(enc, [solver.boolean_value(var) for var in picked])
        return Answer(Status.FEASIBLE, taken, value_of(enc, taken), trivial_bound(enc), work)
    by_wall = status != cp_model.OPTIMAL and work < limit
    return Answer(Status.UNKNOWN, None, None, trivial_bound(enc), work, by_wall)
