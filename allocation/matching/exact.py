"""The exact solver: CP-SAT. The only module that imports OR-Tools; import it in a process that may be killed.

One worker, a seed and a limit of deterministic time give the same answer each time on the same machine type;
the wall clock is a guard only. Floats (OR-Tools reports bounds as such) never decide: values, costs and
bounds are integers, recomputed from the input. "Infeasible" is believed only when a second formulation, which
always has a solution, shows the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Final

from ortools.sat.python import cp_model

from allocation.matching.instance import Gap, Instance
from allocation.matching.result import Solution, Status

DETERMINISTIC_SHARE: Final = 0.15
"""Deterministic seconds a second of wall clock: so few that the wall guard rarely stops a search.

One takes 1.5 to 3 seconds of wall clock on an idle core, and twice that where cores are shared.
"""

_NO_ANSWER: Final = "the solver refused the model"


@dataclass(frozen=True, slots=True)
class _Choice:
    """One allowed pair: which lead, which host, what it counts in the objective, what it uses."""

    lead: int
    host: str
    worth: int
    use: tuple[int, ...]
    county: str


@dataclass(frozen=True, slots=True)
class _Problem:
    """What both formats come down to. `worth` is maximised (a cost is negative)."""

    leads: tuple[str, ...]
    must: tuple[bool, ...]
    choices: tuple[_Choice, ...]
    limits: tuple[tuple[tuple[tuple[int, int], ...], int], ...]  # ((choice number, use), …), at most
    counts: tuple[tuple[tuple[int, ...], int, int | None], ...]  # (choice numbers), at least, at most

    def trivial_bound(self) -> int:
        """Sum each lead's best choice: no result is better."""
        best: dict[int, int] = {}
        for choice in self.choices:
            best[choice.lead] = max(best.get(choice.lead, choice.worth), choice.worth)
        return sum(worth if self.must[lead] else max(0, worth) for lead, worth in best.items())


def solve_instance(instance: Instance, *, seconds: float, seed: int) -> Solution:
    """Solve a compiled instance: maximise the value placed.

    Args:
        instance: a checked instance.
        seconds: wall guard; the deterministic limit is derived from it.
        seed: of the search.
    """
    return _solve(_from_instance(instance), seconds, seed)


def solve_gap(gap: Gap, *, seconds: float, seed: int) -> Solution:
    """Solve a generalised assignment problem: minimise the cost of placing every job.

    Jobs and agents are named by their numbers, from 0.
    """
    found = _solve(_from_gap(gap), seconds, seed)
    return replace(
        found,
        objective=None if found.objective is None else -found.objective,
        bound=None if found.bound is None else -found.bound,
    )


def _from_instance(instance: Instance) -> _Problem:
    county = {host.id: host.county for host in instance.hosts}
    choices = tuple(
        _Choice(number, option.host, option.value, option.use, county[option.host])
        for number, lead in enumerate(instance.leads)
        for option in lead.options
        if lead.held_by is None or county[option.host] == lead.held_by
    )
    by_host: dict[str, list[int]] = {host.id: [] for host in instance.hosts}
    by_county: dict[str, list[int]] = {bound.id: [] for bound in instance.counties}
    for number, choice in enumerate(choices):
        by_host[choice.host].append(number)
        by_county.setdefault(choice.county, []).append(number)
    limits = [
        (_uses(choices, by_host[host.id], resource), most)
        for host in instance.hosts
        for resource, most in enumerate(host.capacity)
    ]
    counts = []
    for bound in instance.counties:
        inside = by_county[bound.id]
        limits += [
            (_uses(choices, inside, resource), most)
            for resource, most in enumerate(bound.capacity)
            if most is not None
        ]
        counts.append((tuple(inside), bound.min_leads, bound.max_leads))
    return _Problem(
        leads=tuple(lead.id for lead in instance.leads),
        must=tuple(lead.must_place for lead in instance.leads),
        choices=choices,
        limits=tuple(limits),
        counts=tuple(counts),
    )


def _uses(choices: Sequence[_Choice], inside: Sequence[int], resource: int) -> tuple[tuple[int, int], ...]:
    return tuple((number, choices[number].use[resource]) for number in inside)


def _from_gap(gap: Gap) -> _Problem:
    choices = tuple(
        _Choice(job, str(agent), -gap.cost[agent][job], (gap.use[agent][job],), "")
        for job in range(gap.jobs)
        for agent in range(gap.agents)
    )
    return _Problem(
        leads=tuple(str(job) for job in range(gap.jobs)),
        must=(True,) * gap.jobs,
        choices=choices,
        limits=tuple(
            (_uses(choices, range(agent, len(choices), gap.agents), 0), most)
            for agent, most in enumerate(gap.capacity)
        ),
        counts=(),
    )


def _solve(problem: _Problem, seconds: float, seed: int) -> Solution:
    limit = seconds * DETERMINISTIC_SHARE
    model, taken = _model(problem)
    for must, inside in zip(problem.must, _by_lead(problem, taken), strict=True):
        if must:
            model.add_exactly_one(inside)
        else:
            model.add_at_most_one(inside)
    for inside_numbers, least, most in problem.counts:
        count = sum(taken[number] for number in inside_numbers)
        model.add(count >= least)
        if most is not None:
            model.add(count <= most)
    model.maximize(
        cp_model.LinearExpr.weighted_sum(taken, [choice.worth for choice in problem.choices]) if taken else 0
    )
    solver = _solver(seconds, limit, seed)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return _confirm(problem, max(1.0, seconds - solver.wall_time), limit, seed)
    return _read(problem, solver, status, taken, limit)


def _model(problem: _Problem) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Make the variables, one for each allowed pair, and the limits that both formulations share."""
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in problem.choices]
    for uses, most in problem.limits:
        used = [(number, use) for number, use in uses if use]
        if sum(use for _, use in used) > most:
            model.add(
                cp_model.LinearExpr.weighted_sum([taken[n] for n, _ in used], [use for _, use in used])
                <= most
            )
    return model, taken


def _by_lead(problem: _Problem, taken: Sequence[cp_model.IntVar]) -> list[list[cp_model.IntVar]]:
    """Group the variables by the lead that they place."""
    groups: list[list[cp_model.IntVar]] = [[] for _ in problem.leads]
    for var, choice in zip(taken, problem.choices, strict=True):
        groups[choice.lead].append(var)
    return groups


def _solver(seconds: float, limit: float, seed: int) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.max_deterministic_time = limit
    return solver


def _read(
    problem: _Problem,
    solver: cp_model.CpSolver,
    status: cp_model.CpSolverStatus,
    taken: Sequence[cp_model.IntVar],
    limit: float,
) -> Solution:
    trivial = problem.trivial_bound()
    proto = solver.response_proto
    work = proto.deterministic_time
    by_wall = status != cp_model.OPTIMAL and work < limit
    if status == cp_model.UNKNOWN:  # its bound may be a default of 0, which proves nothing
        return Solution(Status.UNKNOWN, {}, None, trivial, limit, by_wall, work)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        raise ValueError(f"{_NO_ANSWER}: {solver.status_name(status)}")
    assignment, objective = _assignment(problem, solver, taken)
    if status == cp_model.OPTIMAL:
        return Solution(Status.OPTIMAL, assignment, objective, objective, limit, work=work)
    # The integer bound is exact, the float one a second opinion: the looser of the two is surely valid.
    bound = max(-proto.inner_objective_lower_bound, floor(Fraction(solver.best_objective_bound)), objective)
    return Solution(Status.FEASIBLE, assignment, objective, min(trivial, bound), limit, by_wall, work)


def _assignment(
    problem: _Problem, solver: cp_model.CpSolver, taken: Sequence[cp_model.IntVar]
) -> tuple[dict[str, str | None], int]:
    assignment: dict[str, str | None] = dict.fromkeys(problem.leads)
    objective = 0
    for var, choice in zip(taken, problem.choices, strict=True):
        if solver.boolean_value(var):
            assignment[problem.leads[choice.lead]] = choice.host
            objective += choice.worth
    return assignment, objective


def _confirm(problem: _Problem, seconds: float, limit: float, seed: int) -> Solution:
    """Ask the second formulation: how many demands (must-place leads, least counts) can be met at once?

    Every constraint that can clash is a term of the objective here, so the model always has a solution, and
    another part of the solver decides. Fewer than all demands, proven: infeasible. All of them: the first
    answer was false, and the point found is a result.
    """
    model, taken = _model(problem)
    met: list[cp_model.LinearExprT] = []
    for must, inside in zip(problem.must, _by_lead(problem, taken), strict=True):
        model.add_at_most_one(inside)
        met += inside if must else []
    demands = sum(problem.must)
    for numbers, least, most in problem.counts:
        inside = [taken[number] for number in numbers]
        counted = model.new_int_var(0, least, "")
        model.add(counted <= sum(inside))
        if most is not None:
            model.add(sum(inside) <= most)
        met.append(counted)
        demands += least
    model.maximize(sum(met))
    solver = _solver(seconds, limit, seed)
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    status = solver.solve(model)
    if status == cp_model.OPTIMAL and round(solver.objective_value) < demands:
        return Solution(Status.INFEASIBLE, {}, None, None, limit)
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} and round(solver.objective_value) == demands:
        assignment, objective = _assignment(problem, solver, taken)
        return Solution(Status.FEASIBLE, assignment, objective, problem.trivial_bound(), limit)
    return Solution(Status.UNKNOWN, {}, None, problem.trivial_bound(), limit)
